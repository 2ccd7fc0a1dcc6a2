using System.CommandLine;
using MetaKube.ChatOps.Memory;
using MetaKube.Memory;

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
            async (memory, parsed, token) => await ForgetAsync(memory, parsed, token),
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
                async (memory, parsed, token) =>
                    MemoryText.PrintEpisodes(await memory.ListAsync(token), parsed.GetValue(Json)),
                Json
            ),
            Verb("show", "Show one episode or pattern", ShowAsync, Id, Json),
            Verb(
                "patterns",
                "List what several episodes have in common",
                async (memory, parsed, token) =>
                    MemoryText.PrintPatterns(await memory.ListPatternsAsync(token), parsed.GetValue(Json)),
                Json
            ),
            Verb(
                "stats",
                "Show how much is remembered, how far it is trusted, and how right that is",
                async (memory, parsed, token) =>
                    MemoryText.PrintStatistics(
                        await memory.ListAsync(token),
                        await memory.ListPatternsAsync(token),
                        await memory.StateAsync(token)
                    )
            ),
            Verb(
                "export",
                "Write all episodes as JSON lines",
                async (memory, parsed, token) =>
                    await MemoryExchange.ExportAsync(memory, parsed.GetValue(ExportFile)!, token),
                ExportFile
            ),
            Verb(
                "import",
                "Read what export wrote: new episodes are added, known ones get the votes that they lack",
                async (memory, parsed, token) =>
                    await MemoryExchange.ImportAsync(memory, parsed.GetValue(ImportFile)!, token),
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
        Func<EpisodicMemory, ParseResult, CancellationToken, Task<ExitStatus>> run,
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
                await using var sections = CommonOptions.LoadSections();
                await using var access = CommonOptions.Memory(parsed, sections, TimeProvider.System);
                return (int)await run(await access.OpenAsync(token), parsed, token);
            }
        );
        return command;
    }

    private static async Task<ExitStatus> ShowAsync(
        EpisodicMemory memory,
        ParseResult parsed,
        CancellationToken cancellationToken
    )
    {
        var id = parsed.GetValue(Id)!;
        if (await memory.FindAsync(id, cancellationToken) is { } episode)
            return MemoryText.PrintEpisode(episode, parsed.GetValue(Json));
        if (
            (await memory.ListPatternsAsync(cancellationToken)).FirstOrDefault(pattern => pattern.Id == id) is
            { } pattern
        )
            return MemoryText.PrintPattern(pattern, parsed.GetValue(Json));
        MetaKubeCommand.Fail($"Memory has no episode or pattern '{id}' (see metakube memory list).", ExitStatus.Error);
        return ExitStatus.Error;
    }

    private static async Task<ExitStatus> ForgetAsync(
        EpisodicMemory memory,
        ParseResult parsed,
        CancellationToken cancellationToken
    )
    {
        var wanted = parsed.GetValue(Ids)!;
        var before = parsed.GetValue(Before);
        var cluster = parsed.GetValue(OfCluster);
        var episodes = await memory.ListAsync(cancellationToken);
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
            await memory.ForgetAsync(episode.Id, cancellationToken);
        // Sums of what was forgotten long ago know neither date nor cluster; who wants everything gone wants them gone
        // as well.
        if (parsed.GetValue(All))
            await memory.ForgetPatternsAsync(cancellationToken);
        await ConsolidatedAsync(memory, cancellationToken);
        Console.Out.WriteLine($"{chosen.Count} of {episodes.Count} episodes forgotten.");
        return ExitStatus.Answered;
    }

    private static async Task<ExitStatus> ConsolidateAsync(
        EpisodicMemory memory,
        ParseResult parsed,
        CancellationToken cancellationToken
    )
    {
        if (await ConsolidatedAsync(memory, cancellationToken) is not { } done)
            Console.Out.WriteLine("Another process is at it.");
        else
            Console.Out.WriteLine(
                $"{done.Patterns} patterns; calibrated on {done.Examples} outcomes; threshold {done.State.Controller.Threshold:0.00}; {done.Forgotten} episodes forgotten."
            );
        return ExitStatus.Answered;
    }

    private static async Task<Consolidation?> ConsolidatedAsync(
        EpisodicMemory memory,
        CancellationToken cancellationToken
    )
    {
        return await Progress.ShowAsync(
            true,
            async progress =>
            {
                var done = await memory.ConsolidateAsync(progress, cancellationToken);
                // What an earlier embedding has left goes once all is in the index of this one.
                if (done is not null && memory.Embedding is { } embedding)
                {
                    await embedding.IndexAsync(int.MaxValue, progress, cancellationToken);
                    await embedding.DropOthersAsync(cancellationToken);
                }
                return done;
            }
        );
    }
}
