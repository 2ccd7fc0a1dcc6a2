using System.Text.Json;
using MetaKube.ChatOps.Memory;
using MetaKube.Memory;

namespace MetaKube.ChatOps.Cli;

/// <summary>
/// Imports postmortems and runbooks (Markdown, one file an incident) and tickets (JSON lines). Nothing is kept until
/// the
/// person has seen it and says so.
/// </summary>
internal static class MemoryImport
{
    private const int LargestFile = 8 * 1024 * 1024,
        MostFiles = 2000;

    /// <summary>True if a path holds incidents, and not the episodes that <c>memory export</c> wrote.</summary>
    public static bool IsOfIncidents(string path) =>
        Directory.Exists(path)
        || IsMarkdown(path)
        || File.Exists(path)
            && File.ReadLines(path).FirstOrDefault(line => line.Trim().Length > 0) is { } first
            && !first.Contains("\"vector\"", StringComparison.Ordinal);

    public static async Task<ExitStatus> RunAsync(
        EpisodicMemory memory,
        string path,
        bool isKept,
        CancellationToken cancellationToken
    )
    {
        var kept = new List<Episode>();
        var leftOut = 0;
        try
        {
            foreach (var incident in Incidents(path))
            {
                var (episode, reason) = await IncidentEpisodes.OfAsync(
                    incident,
                    TimeProvider.System,
                    cancellationToken
                );
                Console.Out.WriteLine(Shown(incident, episode, reason));
                if (episode is null)
                    leftOut++;
                else
                    kept.Add(episode);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            MetaKubeCommand.Fail($"{path} cannot be read: {e.Message} Nothing was imported.", ExitStatus.Error);
            return ExitStatus.Error;
        }
        Console.Out.WriteLine(
            isKept
                ? $"{await KeepAsync(memory, kept, cancellationToken)} of {kept.Count} episodes are new, "
                    + $"{leftOut} documents are left out."
                : $"{kept.Count} episodes would be kept, {leftOut} documents are left out; --yes keeps them."
        );
        return ExitStatus.Answered;
    }

    private static async Task<int> KeepAsync(
        EpisodicMemory memory,
        List<Episode> episodes,
        CancellationToken cancellationToken
    )
    {
        var added = 0;
        foreach (var episode in episodes)
            if (await memory.ImportAsync(episode, mine => MemoryExchange.Merge(mine, episode), cancellationToken))
                added++;
        return added;
    }

    private static IEnumerable<PastIncident> Incidents(string path)
    {
        var files = Directory.Exists(path)
            ? Directory
                .EnumerateFiles(path, "*", SearchOption.AllDirectories)
                .Where(file => IsMarkdown(file) || file.EndsWith(".jsonl", StringComparison.OrdinalIgnoreCase))
                .Order(StringComparer.Ordinal)
                .Take(MostFiles)
            : [path];
        foreach (var file in files)
        {
            if (new FileInfo(file).Length > LargestFile)
                throw new IOException($"{file} is larger than {LargestFile / 1024 / 1024} MB.");
            if (IsMarkdown(file))
                yield return IncidentDocuments.ReadMarkdown(file, File.ReadAllText(file));
            else
                foreach (var (number, line) in File.ReadLines(file).Index().Where(row => row.Item.Trim().Length > 0))
                    yield return IncidentDocuments.ReadTicket($"{file}, line {number + 1}", line);
        }
    }

    private static string Shown(PastIncident incident, Episode? episode, string? reason)
    {
        if (episode is null)
            return $"left out\t{incident.Source}: {reason}";
        var signals = episode.Signals.Count(signal => signal.IsSpecific);
        var fix = episode.Fix is null ? "" : $"; fixed by: {episode.Fix}";
        return $"{episode.Id}\t{episode.At:yyyy-MM-dd}\t{episode.Question}: {MemoryText.CauseOf(episode)}{fix} "
            + $"({signals} distinctive messages, {string.Join(", ", episode.Keys.DefaultIfEmpty("no known fault"))})";
    }

    private static bool IsMarkdown(string file) =>
        file.EndsWith(".md", StringComparison.OrdinalIgnoreCase)
        || file.EndsWith(".markdown", StringComparison.OrdinalIgnoreCase);
}
