using System.Globalization;
using MetaKube.Memory;

namespace MetaKube.Chat;

/// <summary>A click on a button of an answer.</summary>
public sealed record ButtonClick
{
    /// <summary>Characters of a value: ids are short, and the names of objects have at most 253.</summary>
    public const int LongestValue = 600;

    /// <summary>The deduplication key of the click.</summary>
    public required string Id { get; init; }

    public required DateTimeOffset At { get; init; }

    /// <summary>The thread of the button.</summary>
    public required ThreadRef Thread { get; init; }

    /// <summary>The message that holds the button.</summary>
    public required string Message { get; init; }

    public required string User { get; init; }

    /// <summary>The person's display name, for readers only.</summary>
    public required string UserName { get; init; }

    /// <summary>The button: one of <see cref="CardVerb"/>.</summary>
    public required string Verb { get; init; }

    /// <summary>The button's value: an investigation, with the version of a proposal where it approves one.</summary>
    public required string Value { get; init; }

    /// <summary>The work that the click requests, or null if the button requests none.</summary>
    public WorkItem? ToWorkItem() =>
        Verb switch
        {
            CardVerb.Fixed => Feedback(FeedbackKind.Fixed),
            CardVerb.Wrong => Feedback(FeedbackKind.Wrong),
            CardVerb.Deeper => Question("dig deeper"),
            CardVerb.Ask => Question(Value),
            // The details of an answer are posted once, whoever wants to see them.
            CardVerb.Details => new WorkItem.DetailsWanted
            {
                Id = $"details:{Thread.Platform}:{Thread.Channel}:{Value}",
                At = At,
                Investigation = Value,
                Thread = Thread,
                User = User,
            },
            CardVerb.Propose => Step(ChangeStep.Propose, Value),
            CardVerb.Apply => StepOfPlan(ChangeStep.Apply),
            CardVerb.Undo => StepOfPlan(ChangeStep.Undo),
            _ => null,
        };

    private WorkItem.Mention Question(string text) =>
        new()
        {
            Id = Id,
            At = At,
            Thread = Thread,
            Message = Message,
            User = User,
            UserName = UserName,
            Text = text,
            IsAddressed = true,
        };

    private WorkItem.FeedbackGiven Feedback(FeedbackKind kind) =>
        new()
        {
            Id = Id,
            At = At,
            Investigation = Value,
            Thread = Thread,
            User = User,
            UserName = UserName,
            Verdict = kind,
        };

    /// <summary>Reads "investigation.version"; null for any other value.</summary>
    private WorkItem.Remediation? StepOfPlan(ChangeStep step) =>
        Value.Split('.') is [var investigation, var plan]
        && int.TryParse(plan, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? Step(step, investigation) with
            {
                Plan = number,
            }
            : null;

    private WorkItem.Remediation Step(ChangeStep step, string investigation) =>
        new()
        {
            Id = Id,
            At = At,
            Investigation = investigation,
            Thread = Thread,
            User = User,
            UserName = UserName,
            Step = step,
        };
}
