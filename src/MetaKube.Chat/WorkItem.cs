using System.Globalization;
using System.Text.Json.Serialization;
using MetaKube.Faults;
using MetaKube.Memory;
using MetaKube.Model;

namespace MetaKube.Chat;

/// <summary>
/// What came in from a chat and is to be dealt with; texts are redacted. Work of one lane is done in the order in which
/// it came.
/// </summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(Mention), "question")]
[JsonDerivedType(typeof(Alert), "alert")]
[JsonDerivedType(typeof(IncidentClosing), "closing")]
[JsonDerivedType(typeof(IncidentUpdate), "update")]
[JsonDerivedType(typeof(Reaction), "reaction")]
[JsonDerivedType(typeof(FeedbackGiven), "opinion")]
[JsonDerivedType(typeof(HomeOpened), "home")]
[JsonDerivedType(typeof(Remediation), "remediation")]
public abstract record WorkItem
{
    /// <summary>
    /// The same for everything that tells of one event, however often and by whichever way it is delivered.
    /// </summary>
    public required string Id { get; init; }

    public required DateTimeOffset At { get; init; }

    /// <summary>Work of one lane is done in order.</summary>
    [JsonIgnore]
    public WorkLane Lane => WorkLane.Of(this);

    /// <summary>
    /// What a button of <see cref="CardVerb"/> asks for, or null where it asks for nothing that can be queued.
    /// </summary>
    public static WorkItem? FromButton(
        string verb,
        string id,
        DateTimeOffset at,
        ThreadRef thread,
        string message,
        string user,
        string name,
        string value
    ) =>
        verb switch
        {
            CardVerb.Fixed => new FeedbackGiven
            {
                Id = id,
                At = at,
                Investigation = value,
                Thread = thread,
                User = user,
                Verdict = FeedbackKind.Fixed,
            },
            CardVerb.Wrong => new FeedbackGiven
            {
                Id = id,
                At = at,
                Investigation = value,
                Thread = thread,
                User = user,
                Verdict = FeedbackKind.Wrong,
            },
            CardVerb.Deeper => new Mention
            {
                Id = id,
                At = at,
                Thread = thread,
                Message = message,
                User = user,
                Text = "dig deeper",
                IsAddressed = true,
            },
            CardVerb.Propose => new Remediation
            {
                Id = id,
                At = at,
                Investigation = value,
                Thread = thread,
                User = user,
                UserName = name,
                Step = ChangeStep.Propose,
            },
            CardVerb.Apply
            or CardVerb.Undo
                when value.Split('.') is [var investigation, var plan]
                    && int.TryParse(plan, NumberStyles.None, CultureInfo.InvariantCulture, out var number) =>
                new Remediation
                {
                    Id = id,
                    At = at,
                    Investigation = investigation,
                    Plan = number,
                    Thread = thread,
                    User = user,
                    UserName = name,
                    Step = verb == CardVerb.Apply ? ChangeStep.Apply : ChangeStep.Undo,
                },
            _ => null,
        };

    /// <summary>
    /// What the form "What fixed it?" says: with another cause than the answer's a correction, else a confirmation;
    /// null where the cause is no code of the catalogue.
    /// </summary>
    public static FeedbackGiven? FromForm(
        string what,
        string cause,
        string id,
        DateTimeOffset at,
        ThreadRef thread,
        string user,
        string investigation
    ) =>
        cause.Length > 0 && FaultCatalogue.Find(cause) is null
            ? null
            : new()
            {
                Id = id,
                At = at,
                Investigation = investigation,
                Thread = thread,
                User = user,
                Verdict = cause.Length > 0 ? FeedbackKind.Wrong : FeedbackKind.Fixed,
                Fault = cause.Length > 0 ? cause : null,
                What = what.Length > 0 ? what : null,
            };

    /// <summary>Something a person wrote, to us or in a thread of ours.</summary>
    public sealed record Mention : WorkItem
    {
        public required ThreadRef Thread { get; init; }
        public required string Message { get; init; }
        public required string User { get; init; }
        public required string Text { get; init; }

        /// <summary>
        /// It was said to us, by a mention, in private or by a button; else it was said in a thread in which we have
        /// spoken.
        /// </summary>
        public required bool IsAddressed { get; init; }

        public IReadOnlyList<SharedFile> Files { get; init; } = [];
    }

    /// <summary>A monitoring system says how a group of alerts is now.</summary>
    public sealed record Alert : WorkItem
    {
        /// <summary>The same for each that is said of the group.</summary>
        public required string Group { get; init; }

        /// <summary>
        /// Where it is dealt with: the message that tells of it, or without a root a channel in which a thread is
        /// started.
        /// </summary>
        public required IReadOnlyList<ThreadRef> Threads { get; init; }

        /// <summary>As a question.</summary>
        public required string Text { get; init; }

        public string? Namespace { get; init; }

        /// <summary>What else the group is about.</summary>
        public IReadOnlyList<Symptom> Others { get; init; } = [];

        /// <summary>Alerts that fire.</summary>
        public int Count { get; init; } = 1;

        public required bool IsResolved { get; init; }

        /// <summary>
        /// Nobody raised it: where no cause is found, or it turns out not to be over, nothing is said.
        /// </summary>
        public bool IsHint { get; init; }
    }

    /// <summary>All groups of an incident are resolved.</summary>
    public sealed record IncidentClosing : WorkItem
    {
        public required string Incident { get; init; }
    }

    /// <summary>There is something of an incident to be said in a channel.</summary>
    public sealed record IncidentUpdate : WorkItem
    {
        public required string Incident { get; init; }

        /// <summary>One of the incident's <see cref="Alert.Threads"/>.</summary>
        public required ThreadRef Channel { get; init; }
    }

    /// <summary>A person put a reaction to a message, or took it away.</summary>
    public sealed record Reaction : WorkItem
    {
        public required string Platform { get; init; }
        public required string Channel { get; init; }
        public required string Message { get; init; }
        public required string User { get; init; }
        public required string Name { get; init; }
        public required bool IsAdded { get; init; }

        /// <summary>Seconds on the platform's clock: events may arrive in another order than they happened.</summary>
        public required double Order { get; init; }
    }

    /// <summary>A person said by a button or a form what an answer was worth.</summary>
    public sealed record FeedbackGiven : WorkItem
    {
        /// <summary>The investigation that is judged; empty where only the message of ours is known.</summary>
        public string Investigation { get; init; } = "";

        /// <summary>
        /// Our message that is judged; where this is empty as well, it is the last answer of the thread.
        /// </summary>
        public string Message { get; init; } = "";

        public required ThreadRef Thread { get; init; }
        public required string User { get; init; }
        public required FeedbackKind Verdict { get; init; }
        public string? Fault { get; init; }
        public string? What { get; init; }

        /// <summary>What else was said with it.</summary>
        public string? Comment { get; init; }

        /// <summary>The platform has shown thanks already.</summary>
        public bool IsThanked { get; init; }
    }

    /// <summary>A person, or what watches for one, goes on with the change that an answer offers.</summary>
    public sealed record Remediation : WorkItem
    {
        /// <summary>The investigation that it answers.</summary>
        public required string Investigation { get; init; }

        public required ChangeStep Step { get; init; }

        /// <summary>Which of its proposals is meant.</summary>
        public int Plan { get; init; }

        /// <summary>Where it was asked for; null: in the console.</summary>
        public ThreadRef? Thread { get; init; }

        public required string User { get; init; }

        /// <summary>What the person is called there, for others to read; it proves nothing.</summary>
        public string UserName { get; init; } = "";
    }

    /// <summary>A person opened the page of the bot.</summary>
    public sealed record HomeOpened : WorkItem
    {
        public required string Platform { get; init; }
        public required string User { get; init; }
    }
}

/// <summary>What is done with a change.</summary>
public enum ChangeStep
{
    /// <summary>To see what it comes to.</summary>
    Propose,

    /// <summary>To make it.</summary>
    Apply,

    /// <summary>To take it back.</summary>
    Undo,

    /// <summary>To look whether it helps.</summary>
    Follow,
}

/// <summary>A text file that somebody attached to a message.</summary>
public sealed record SharedFile(string Id, string Name, Uri Address, long Bytes);
