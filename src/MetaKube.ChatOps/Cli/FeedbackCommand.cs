using System.CommandLine;
using MetaKube.ChatOps.Configuration;
using MetaKube.ChatOps.Redis;
using MetaKube.Cluster;
using MetaKube.Faults;
using MetaKube.Investigations;

namespace MetaKube.ChatOps.Cli;

/// <summary><c>metakube feedback</c>: what a person says of an answer, kept for the next time.</summary>
internal static class FeedbackCommand
{
    private static readonly Argument<string> Id = new("investigation") { Description = "the id that the answer ends with" };
    private static readonly Option<bool> Fixed = new("--fixed") { Description = "the answer was right and fixed it" };
    private static readonly Option<bool> Wrong = new("--wrong") { Description = "the answer was wrong" };
    private static readonly Option<string?> FaultCode = new("--fault") { Description = "the right cause, as a code of the fault catalogue (config.missing-secret)" };
    private static readonly Option<string?> What = new("--what") { Description = "what fixed it, in plain words" };

    public static Command Build()
    {
        var command = new Command("feedback", "Say whether an answer was right; memory learns from it")
        {
            Id, Fixed, Wrong, FaultCode, What, CommonOptions.Data,
        };
        command.Validators.Add(result =>
        {
            if (result.GetValue(Fixed) == result.GetValue(Wrong)) result.AddError("Give one of --fixed and --wrong.");
            else if (result.GetValue(FaultCode) is { } code && FaultCatalogue.Find(code) is null) result.AddError($"There is no fault '{code}'; {Near(code)}");
        });
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var configuration = MetaKubeConfiguration.Load();
        await using var access = new MemoryAccess(
            configuration.Section("Redis", new RedisOptionsValidator()), CommonOptions.DataDirectory(parsed, configuration), TimeProvider.System);
        var memory = await access.OpenAsync(cancellationToken);
        var id = parsed.GetValue(Id)!;
        var what = parsed.GetValue(What) is { Length: > 0 } text ? new Redaction().Quote(text, 500) : null;
        var episode = await memory.LearnAsync(
            id, parsed.GetValue(Fixed) ? Outcome.Fixed : Outcome.Wrong, parsed.GetValue(FaultCode), what, cancellationToken);
        if (episode is null) return MetaKubeCommand.Fail($"Memory has no investigation '{id}' (see metakube memory list).", ExitStatus.Error);
        Console.Out.WriteLine(episode.Outcome switch
        {
            Outcome.Fixed => $"Thank you. Episode {id} now stands for {episode.Fault}; the next case like it is answered from memory.",
            Outcome.Corrected => $"Thank you. Episode {id} now stands for {episode.Fault}; {string.Join(", ", episode.FailedFaults)} is kept as tried and wrong.",
            _ => $"Thank you. {episode.Fault} is kept as wrong for cases like episode {id}.",
        });
        return (int)ExitStatus.Answered;
    }

    private static string Near(string code)
    {
        var word = code.Split('.', '-')[^1];
        var near = FaultCatalogue.All.Select(fault => fault.Code).Where(known => word.Length > 2 && known.Contains(word, StringComparison.OrdinalIgnoreCase)).Take(4).ToList();
        return near.Count > 0 ? $"do you mean {string.Join(", ", near)}?" : "codes are listed in docs/faults.md.";
    }
}
