using System.CommandLine;
using MetaKube.ChatOps.Memory;
using MetaKube.Cluster.Redaction;
using MetaKube.Faults;
using MetaKube.Memory;
using MetaKube.Model;

namespace MetaKube.ChatOps.Cli;

/// <summary><c>metakube feedback</c>: stores a person's feedback on an answer.</summary>
internal static class FeedbackCommand
{
    private const int LongestText = 500;

    private static readonly Argument<string> Id = new("investigation")
    {
        Description = "the id at the end of the answer",
    };
    private static readonly Option<bool> Fixed = new("--fixed") { Description = "the answer was right and fixed it" };
    private static readonly Option<bool> Wrong = new("--wrong") { Description = "the answer was wrong" };
    private static readonly Option<bool> Helpful = new("--helpful")
    {
        Description = "the answer looks right (weighs less than --fixed)",
    };
    private static readonly Option<bool> Unhelpful = new("--unhelpful")
    {
        Description = "the answer looks wrong (weighs less than --wrong)",
    };
    private static readonly Option<bool> Withdraw = new("--withdraw") { Description = "withdraw your feedback" };
    private static readonly Option<string?> FaultCode = new("--fault")
    {
        Description = "the right cause, as a code of the fault catalogue (config.missing-secret)",
    };
    private static readonly Option<string?> Cause = new("--cause")
    {
        Description = "the right cause in your words, where no code names it; a similar case is answered with them",
    };
    private static readonly Option<string?> What = new("--what") { Description = "what fixed it, in plain words" };
    private static readonly Option<string?> By = new("--by")
    {
        Description = "the person's name; each person has one vote (default: your user name)",
    };

    public static Command Build()
    {
        var command = new Command("feedback", "Say whether an answer was right; memory learns from it")
        {
            Id,
            Fixed,
            Wrong,
            Helpful,
            Unhelpful,
            Withdraw,
            FaultCode,
            Cause,
            What,
            By,
            CommonOptions.Data,
        };
        command.Validators.Add(result =>
        {
            var verdicts = new[] { Fixed, Wrong, Helpful, Unhelpful, Withdraw }.Count(result.GetValue);
            if (verdicts != 1)
                result.AddError("Give one of --fixed, --wrong, --helpful, --unhelpful and --withdraw.");
            else if (result.GetValue(FaultCode) is { } code && FaultCatalogue.Find(code) is null)
                result.AddError($"There is no fault '{code}'; {Near(code)}");
            else if (result.GetValue(FaultCode) is not null && result.GetValue(Cause) is not null)
                result.AddError("Give the cause by --fault or by --cause.");
            else if (
                result.GetValue(Withdraw)
                && (result.GetValue(FaultCode) ?? result.GetValue(Cause) ?? result.GetValue(What)) is not null
            )
                result.AddError(
                    "--withdraw withdraws all of your feedback; --fault, --cause and --what do not go with it."
                );
            else if (result.GetValue(By) is { } name && (name.Length is 0 or > 64 || name.Any(char.IsControl)))
                result.AddError("--by needs a name of at most 64 characters.");
        });
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var time = TimeProvider.System;
        await using var sections = CommonOptions.LoadSections();
        await using var access = CommonOptions.Memory(parsed, sections, time);
        var stated = parsed.GetValue(Cause) is { } words
            ? CauseStatement.Read(new Redactor().Quote(words, LongestText))
            : null;
        if (stated?.Refusal is { } refusal)
            return MetaKubeCommand.Fail(
                $"The cause is not kept: {refusal}. Say in a sentence what was wrong.",
                ExitStatus.WrongUsage
            );
        var memory = await access.OpenAsync(cancellationToken);
        var id = parsed.GetValue(Id)!;
        var voter = $"cli:{parsed.GetValue(By) ?? Environment.UserName}";
        var what = parsed.GetValue(What) is { Length: > 0 } text ? new Redactor().Quote(text, LongestText) : null;
        var episode = parsed.GetValue(Withdraw)
            ? await memory.WithdrawAsync(id, voter, cancellationToken)
            : await memory.LearnAsync(
                id,
                voter,
                new Feedback(KindOf(parsed), parsed.GetValue(FaultCode), what, time.GetUtcNow()).Naming(stated),
                cancellationToken
            );
        if (episode is null)
            return MetaKubeCommand.Fail(
                $"Memory has no investigation '{id}' (see metakube memory list).",
                ExitStatus.Error
            );
        Console.Out.WriteLine(
            parsed.GetValue(Withdraw)
                ? $"Withdrawn. Episode {episode.Id} now counts as {episode.Outcome.ToString().ToLowerInvariant()}."
                : Learnt(episode)
        );
        return (int)ExitStatus.Answered;
    }

    private static FeedbackKind KindOf(ParseResult parsed)
    {
        if (parsed.GetValue(Fixed))
            return FeedbackKind.Fixed;
        if (parsed.GetValue(Wrong))
            return FeedbackKind.Wrong;
        return parsed.GetValue(Helpful) ? FeedbackKind.Helpful : FeedbackKind.Unhelpful;
    }

    private static string Learnt(Episode episode) =>
        episode.Outcome switch
        {
            Outcome.Fixed => $"Thank you. Episode {episode.Id} now has the cause {MemoryText.CauseOf(episode)}; "
                + "the next similar case is answered from memory.",
            Outcome.Corrected => $"Thank you. Episode {episode.Id} now has the cause {MemoryText.CauseOf(episode)}"
                + $"; {string.Join(", ", MemoryText.RuledOut(episode))} is stored as tried and wrong.",
            Outcome.Wrong =>
                $"Thank you. {MemoryText.CauseOf(episode)} is stored as wrong for cases like episode {episode.Id}.",
            _ => $"Thank you. The feedback on episode {episode.Id} differs; "
                + $"it keeps the cause {MemoryText.CauseOf(episode)} and counts as not settled.",
        };

    /// <summary>Suggests existing codes that contain the last part of an unknown one.</summary>
    private static string Near(string code)
    {
        var word = code.Split('.', '-')[^1];
        var near = FaultCatalogue
            .All.Select(fault => fault.Code)
            .Where(known => word.Length > 2 && known.Contains(word, StringComparison.OrdinalIgnoreCase))
            .Take(4)
            .ToList();
        return near.Count > 0 ? $"do you mean {string.Join(", ", near)}?" : "codes are listed in docs/faults.md.";
    }
}
