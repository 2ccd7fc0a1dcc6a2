using System.CommandLine;
using MetaKube.ChatOps.Configuration;
using MetaKube.ChatOps.Memory;
using MetaKube.Memory;
using MetaKube.Redis;

namespace MetaKube.ChatOps.Cli;

/// <summary><c>metakube memory</c>: what is remembered, and its upkeep.</summary>
internal static class MemoryCommand
{
    private static readonly Argument<string> Id = new("id")
    {
        Description = "an episode, an investigation or a pattern",
    };
    private static readonly Argument<string[]> Ids = new("episode")
    {
        Description = "the episodes to forget",
        Arity = ArgumentArity.ZeroOrMore,
    };
    private static readonly Argument<string> ExportFile = new("file")
    {
        Description = "where to write; - is standard output",
        DefaultValueFactory = _ => "-",
    };
    private static readonly Argument<string> ImportFile = new("file")
    {
        Description = "what export wrote; - is standard input",
    };
    private static readonly Option<bool> Json = new("--json") { Description = "print JSON" };
    private static readonly Option<DateTimeOffset?> Before = new("--before")
    {
        Description = "all from before this date (2026-01-31)",
    };
    private static readonly Option<string?> OfCluster = new("--cluster") { Description = "all of this cluster" };
    private static readonly Option<bool> All = new("--all") { Description = "everything" };

    public static Command Build()
    {
        var forget = Verb(
            "forget",
            "Forget episodes for good; --all forgets what patterns keep of earlier ones as well",
            async (access, parsed, token) => await ForgetAsync(access, parsed, token),
            Ids,
            Before,
            OfCluster,
            All
        );
        forget.Validators.Add(result =>
        {
            var given = new[]
            {
                result.GetValue(Ids)?.Length > 0,
                result.GetValue(Before) is not null || result.GetValue(OfCluster) is not null,
                result.GetValue(All),
            };
            if (given.Count(one => one) != 1)
                result.AddError("Say what to forget: ids, or --before and --cluster, or --all.");
        });
        return new("memory", "Look at what is remembered, and keep it")
        {
            Verb(
                "list",
                "List all episodes, the newest first",
                async (access, parsed, token) =>
                    MemoryText.PrintEpisodes(await access.Store!.ListAsync(token), parsed.GetValue(Json)),
                Json
            ),
            Verb("show", "Show one episode or pattern", ShowAsync, Id, Json),
            Verb(
                "patterns",
                "List what several episodes have in common",
                async (access, parsed, token) =>
                    MemoryText.PrintPatterns(await access.Store!.ListPatternsAsync(token), parsed.GetValue(Json)),
                Json
            ),
            Verb(
                "stats",
                "Show how much is remembered, how far it is trusted, and how right that is",
                async (access, parsed, token) =>
                    MemoryText.PrintStatistics(
                        await access.Store!.ListAsync(token),
                        await access.Store.ListPatternsAsync(token),
                        await access.Store.StateAsync(token)
                    )
            ),
            Verb(
                "export",
                "Write all episodes as JSON lines",
                async (access, parsed, token) =>
                    await MemoryExchange.ExportAsync(access.Store!, parsed.GetValue(ExportFile)!, token),
                ExportFile
            ),
            Verb(
                "import",
                "Read what export wrote: new episodes are added, known ones get the votes that they lack",
                async (access, parsed, token) =>
                    await MemoryExchange.ImportAsync(access.Store!, parsed.GetValue(ImportFile)!, token),
                ImportFile
            ),
            forget,
            Verb(
                "consolidate",
                "Form patterns, calibrate, adapt the threshold, forget what there is no room for (feedback does so by itself)",
                ConsolidateAsync
            ),
        };
    }

    private static Command Verb(
        string name,
        string description,
        Func<MemoryAccess, ParseResult, CancellationToken, Task<ExitStatus>> run,
        params Symbol[] symbols
    )
    {
        var command = new Command(name, description) { CommonOptions.Data };
        foreach (var symbol in symbols)
        {
            if (symbol is Argument argument)
                command.Arguments.Add(argument);
            else
                command.Options.Add((Option)symbol);
        }
        command.SetAction(
            async (parsed, token) =>
            {
                await using var access = CommonOptions.Memory(
                    parsed,
                    MetaKubeConfiguration.Load(),
                    TimeProvider.System
                );
                await access.OpenAsync(token);
                return (int)await run(access, parsed, token);
            }
        );
        return command;
    }

    private static async Task<ExitStatus> ShowAsync(
        MemoryAccess access,
        ParseResult parsed,
        CancellationToken cancellationToken
    )
    {
        var id = parsed.GetValue(Id)!;
        if (await access.Store!.FindAsync(id, cancellationToken) is { } episode)
            return MemoryText.PrintEpisode(episode, parsed.GetValue(Json));
        if (
            (await access.Store.ListPatternsAsync(cancellationToken)).FirstOrDefault(pattern => pattern.Id == id) is
            { } pattern
        )
            return MemoryText.PrintPattern(pattern, parsed.GetValue(Json));
        MetaKubeCommand.Fail($"Memory has no episode or pattern '{id}' (see metakube memory list).", ExitStatus.Error);
        return ExitStatus.Error;
    }

    private static async Task<ExitStatus> ForgetAsync(
        MemoryAccess access,
        ParseResult parsed,
        CancellationToken cancellationToken
    )
    {
        var wanted = parsed.GetValue(Ids)!;
        var before = parsed.GetValue(Before);
        var cluster = parsed.GetValue(OfCluster);
        var store = access.Store!;
        var episodes = await store.ListAsync(cancellationToken);
        var missing = wanted.Except(episodes.Select(episode => episode.Id)).ToList();
        if (missing.Count > 0)
        {
            MetaKubeCommand.Fail(
                $"Memory has no episode '{missing[0]}' (see metakube memory list); nothing was forgotten.",
                ExitStatus.Error
            );
            return ExitStatus.Error;
        }
        var chosen = episodes
            .Where(episode =>
                wanted.Length > 0
                    ? wanted.Contains(episode.Id)
                    : (before is null || episode.At < before) && (cluster is null || episode.Cluster == cluster)
            )
            .ToList();
        foreach (var episode in chosen)
            await store.ForgetAsync(episode.Id, null, cancellationToken);
        // Sums of what was forgotten long ago know neither date nor cluster; who wants everything gone wants them gone
        // as well.
        if (parsed.GetValue(All))
            await store.ReplacePatternsAsync([], cancellationToken);
        await ConsolidatedAsync(access, cancellationToken);
        Console.Out.WriteLine($"{chosen.Count} of {episodes.Count} episodes forgotten.");
        return ExitStatus.Answered;
    }

    private static async Task<ExitStatus> ConsolidateAsync(
        MemoryAccess access,
        ParseResult parsed,
        CancellationToken cancellationToken
    )
    {
        if (await ConsolidatedAsync(access, cancellationToken) is not { } done)
            Console.Out.WriteLine("Another process is at it.");
        else
            Console.Out.WriteLine(
                $"{done.Patterns} patterns; calibrated on {done.Examples} outcomes; threshold {done.State.Controller.Threshold:0.00}; {done.Forgotten} episodes forgotten."
            );
        return ExitStatus.Answered;
    }

    private static async Task<Consolidation?> ConsolidatedAsync(
        MemoryAccess access,
        CancellationToken cancellationToken
    )
    {
        var memory = await access.OpenAsync(cancellationToken);
        return await Progress.ShowAsync(
            true,
            async progress =>
            {
                var done = await memory.ConsolidateAsync(progress, cancellationToken);
                // What an earlier embedding has left goes once all is in the index of this one.
                if (done is not null && access.Meaning is { } meaning)
                {
                    await meaning.IndexAsync(int.MaxValue, progress, cancellationToken);
                    await meaning.DropOthersAsync(cancellationToken);
                }
                return done;
            }
        );
    }
}
