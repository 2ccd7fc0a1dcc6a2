using System.CommandLine;
using MetaKube.ChatOps.Memory;
using MetaKube.Memory;

namespace MetaKube.ChatOps.Cli;

/// <summary><c>metakube memory</c>: shows the memory and maintains it.</summary>
internal static class MemoryCommand
{
    private static readonly Argument<string> Id = new("id")
    {
        Description = "the id of an episode, an investigation or a pattern",
    };
    private static readonly Argument<string[]> Ids = new("episode")
    {
        Description = "the episodes to forget",
        Arity = ArgumentArity.ZeroOrMore,
    };
    private static readonly Argument<string> ExportFile = new("file")
    {
        Description = "the file to write; - is standard output",
        DefaultValueFactory = _ => "-",
    };
    private static readonly Argument<string> ImportFile = new("file")
    {
        Description =
            "the file that export wrote (- is standard input), a postmortem or runbook in Markdown, tickets as JSON "
            + "lines, or a folder of these",
    };
    private static readonly Option<bool> Yes = new("--yes")
    {
        Description = "keep what is shown: episodes of postmortems, runbooks and tickets",
    };
    private static readonly Option<bool> Json = new("--json") { Description = "print JSON" };
    private static readonly Option<DateTimeOffset?> Before = new("--before")
    {
        Description = "episodes from before this date (2026-01-31)",
    };
    private static readonly Option<string?> OfCluster = new("--cluster") { Description = "episodes of this cluster" };
    private static readonly Option<bool> All = new("--all") { Description = "all episodes and patterns" };

    public static Command Build() =>
        new("memory", "Show and maintain the memory")
        {
            Subcommand("list", "List all episodes, the newest first", ListAsync, Json),
            Subcommand("show", "Show one episode or pattern", ShowAsync, Id, Json),
            Subcommand("patterns", "List the patterns that similar episodes form", PatternsAsync, Json),
            Subcommand("stats", "Show the memory's size, threshold and calibration", StatisticsAsync),
            Subcommand("export", "Write all episodes as JSON lines", ExportAsync, ExportFile),
            Subcommand(
                "import",
                "Read an exported file: new episodes are added, known ones get the votes that they lack. Postmortems, "
                    + "runbooks and tickets are shown, and kept with --yes",
                ImportAsync,
                ImportFile,
                Yes
            ),
            Subcommand(
                "relabel",
                "Write a cause that people named in words as a known failure (YAML), for review",
                RelabelAsync,
                Id,
                ExportFile
            ),
            Forget(),
            Subcommand(
                "consolidate",
                "Form patterns, calibrate, adapt the threshold, delete episodes above the capacity "
                    + "(feedback does so by itself)",
                ConsolidateAsync
            ),
        };

    private static Command Forget()
    {
        var forget = Subcommand(
            "forget",
            "Delete episodes; --all also deletes the patterns of earlier ones",
            ForgetAsync,
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
        return forget;
    }

    private static async Task<ExitStatus> ListAsync(
        EpisodicMemory memory,
        ParseResult parsed,
        CancellationToken cancellationToken
    ) => MemoryText.PrintEpisodes(await memory.ListAsync(cancellationToken), parsed.GetValue(Json));

    private static async Task<ExitStatus> PatternsAsync(
        EpisodicMemory memory,
        ParseResult parsed,
        CancellationToken cancellationToken
    ) => MemoryText.PrintPatterns(await memory.ListPatternsAsync(cancellationToken), parsed.GetValue(Json));

    private static async Task<ExitStatus> StatisticsAsync(
        EpisodicMemory memory,
        ParseResult parsed,
        CancellationToken cancellationToken
    ) =>
        MemoryText.PrintStatistics(
            await memory.ListAsync(cancellationToken),
            await memory.ListPatternsAsync(cancellationToken),
            await memory.StateAsync(cancellationToken)
        );

    private static Task<ExitStatus> ExportAsync(
        EpisodicMemory memory,
        ParseResult parsed,
        CancellationToken cancellationToken
    ) => MemoryExchange.ExportAsync(memory, parsed.GetValue(ExportFile)!, cancellationToken);

    private static Task<ExitStatus> ImportAsync(
        EpisodicMemory memory,
        ParseResult parsed,
        CancellationToken cancellationToken
    )
    {
        var path = parsed.GetValue(ImportFile)!;
        return path != "-" && MemoryImport.IsOfIncidents(path)
            ? MemoryImport.RunAsync(memory, path, parsed.GetValue(Yes), cancellationToken)
            : MemoryExchange.ImportAsync(memory, path, cancellationToken);
    }

    private static async Task<ExitStatus> RelabelAsync(
        EpisodicMemory memory,
        ParseResult parsed,
        CancellationToken cancellationToken
    )
    {
        var id = parsed.GetValue(Id)!;
        var draft = await memory.FindAsync(id, cancellationToken) is { Open: { } named } episode
            ? new KnowledgeDraft(episode.Id, named, episode.Signals, episode.Fix)
            : (await memory.ListPatternsAsync(cancellationToken))
                .Where(pattern => pattern.Id == id && pattern.Open is not null)
                .Select(pattern => new KnowledgeDraft(id, pattern.Open!, pattern.Signals ?? [], pattern.Fix))
                .FirstOrDefault();
        if (draft is null)
            return Failed($"Memory has no episode or pattern '{id}' with a cause in words (see metakube memory list).");
        if (draft.ToYaml() is not { } yaml)
            return Failed($"No message of '{id}' is distinctive enough for a pattern.");
        if (parsed.GetValue(ExportFile) is { } file and not "-")
            await File.WriteAllTextAsync(file, yaml, cancellationToken);
        else
            Console.Out.Write(yaml);
        return ExitStatus.Answered;
    }

    private static ExitStatus Failed(string message)
    {
        MetaKubeCommand.Fail(message, ExitStatus.Error);
        return ExitStatus.Error;
    }

    private static Command Subcommand(
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
        // A pattern of episodes that were deleted before has neither date nor cluster: only --all deletes it.
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
            Console.Out.WriteLine("Another process is consolidating.");
        else
            Console.Out.WriteLine(
                $"{done.Patterns} patterns; calibrated on {done.Examples} outcomes; "
                    + $"threshold {done.State.Controller.Threshold:0.00}; {done.Forgotten} episodes forgotten."
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
                // The index of an earlier embedding is deleted once every episode is in the present one.
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
