using System;
using System.Text.Json;
using System.Text.RegularExpressions;
using MetaKube.Cluster.Redaction;
using MetaKube.Faults;
using MetaKube.Memory;
using MetaKube.Model;
using MetaKube.Redis;

namespace MetaKube.ChatOps.Cli;

/// <summary>
/// Exports and imports episodes as JSON lines. Patterns and calibration are not exported: consolidation computes them
/// from the episodes.
/// </summary>
internal static partial class MemoryExchange
{
    private const int LongestText = 2000,
        MostVotes = 1000,
        MostSignals = 8;

    public static async Task<ExitStatus> ExportAsync(
        EpisodicMemory memory,
        string file,
        CancellationToken cancellationToken
    )
    {
        var episodes = await memory.ListAsync(cancellationToken);
        var lines = episodes.Reverse().Select(episode => JsonSerializer.Serialize(episode, MemoryJson.Default.Episode));
        if (file == "-")
        {
            foreach (var line in lines)
                await Console.Out.WriteLineAsync(line);
            return ExitStatus.Answered;
        }
        try
        {
            // The file is replaced atomically.
            await File.WriteAllLinesAsync($"{file}.part", lines, cancellationToken);
            File.Move($"{file}.part", file, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Failed($"{file} cannot be written: {e.Message}");
        }
        Console.Out.WriteLine($"{episodes.Count} episodes written to {file}.");
        return ExitStatus.Answered;
    }

    /// <summary>Imports a file. All lines are validated before the first episode is stored.</summary>
    public static async Task<ExitStatus> ImportAsync(
        EpisodicMemory memory,
        string file,
        CancellationToken cancellationToken
    )
    {
        var episodes = new List<Episode>();
        try
        {
            using var reader = file == "-" ? Console.In : File.OpenText(file);
            for (var number = 1; await reader.ReadLineAsync(cancellationToken) is { } line; number++)
            {
                if (string.IsNullOrWhiteSpace(line))
                    continue;
                var (episode, wrong) = Read(line);
                if (episode is null)
                    return Failed($"Line {number} of {file} is not an episode: {wrong} Nothing was imported.");
                episodes.Add(episode);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Failed($"{file} cannot be read: {e.Message}");
        }
        int added = 0,
            merged = 0;
        foreach (var episode in episodes)
        {
            if (await memory.ImportAsync(episode, mine => Merge(mine, episode), cancellationToken))
                added++;
            else
                merged++;
        }
        Console.Out.WriteLine($"{added} episodes added, {merged} known ones merged.");
        return ExitStatus.Answered;
    }

    /// <summary>Merges two versions of one episode: each person's later vote, the recovery of either, and the larger
    /// number of repeats.</summary>
    internal static Episode Merge(Episode mine, Episode theirs) =>
        FeedbackTally.Count(
            mine with
            {
                FeedbackByPerson = mine
                    .FeedbackByPerson.Concat(theirs.FeedbackByPerson)
                    .GroupBy(vote => vote.Key)
                    .ToDictionary(
                        group => group.Key,
                        group => group.Select(vote => vote.Value).MaxBy(vote => vote.At)!
                    ),
                Recovery = mine.Recovery ?? theirs.Recovery,
                Repeats = Math.Max(mine.Repeats, theirs.Repeats),
            }
        );

    private static (Episode? Episode, string? Wrong) Read(string line)
    {
        Episode episode;
        try
        {
            episode = EpisodeReader.Read(System.Text.Encoding.UTF8.GetBytes(line));
        }
        catch (Exception e) when (e is JsonException or FormatException or ArgumentException)
        {
            return (null, $"{e.Message.Split(" Path:")[0].TrimEnd('.')}.");
        }
        // The file may come from elsewhere: its texts are redacted again, and its outcome is computed from the votes.
        return Wrong(episode) is { } wrong ? (null, wrong) : (FeedbackTally.Count(Redact(episode)), null);
    }

    private static Episode Redact(Episode episode)
    {
        var redactor = new Redactor();
        return episode with
        {
            Question = Clean(episode.Question),
            Cluster = Clean(episode.Cluster),
            Keys = [.. episode.Keys.Select(Clean)],
            Resource = episode.Resource is { } resource ? Redact(resource, Clean) : null,
            Text = episode.Text is { } text ? Clean(text) : null,
            Signals =
            [
                .. episode.Signals.Take(MostSignals).Select(signal => signal with { Text = Clean(signal.Text) }),
            ],
            AnsweredCause = Clean(episode.AnsweredCause),
            AnsweredOpen = episode.AnsweredOpen is { } open ? open with { Words = Clean(open.Words) } : null,
            RootCause = Clean(episode.RootCause),
            Remedies = [.. episode.Remedies.Select(remedy => Redact(remedy, Clean))],
            FeedbackByPerson = episode.FeedbackByPerson.ToDictionary(
                vote => vote.Key,
                vote => Redact(vote.Value, Clean)
            ),
            Recovery = episode.Recovery is { } recovery
                ? recovery with
                {
                    Changes = [.. recovery.Changes.Select(Clean)],
                }
                : null,
        };

        string Clean(string text) => redactor.Quote(text, LongestText);
    }

    private static ResourceRef Redact(ResourceRef resource, Func<string, string> clean) =>
        new(
            clean(resource.Kind),
            resource.Namespace is null ? null : clean(resource.Namespace),
            clean(resource.Name),
            resource.Container is null ? null : clean(resource.Container)
        );

    private static Remedy Redact(Remedy remedy, Func<string, string> clean) =>
        new(clean(remedy.Summary), [.. remedy.Commands.Select(clean)], remedy.Risk);

    private static Feedback Redact(Feedback vote, Func<string, string> clean) =>
        vote with
        {
            Fix = vote.Fix is { } fix ? clean(fix) : null,
            Comment = vote.Comment is { } comment ? clean(comment) : null,
            Cause = vote.Cause is { } cause ? clean(cause) : null,
        };

    /// <summary>Clocks differ by less than a day.</summary>
    private static DateTimeOffset Latest => TimeProvider.System.GetUtcNow().AddDays(1);

    private static string? Wrong(Episode e)
    {
        static bool IsAnswer(string code) =>
            code is Diagnosis.Unknown or Diagnosis.None || FaultCatalogue.Find(code) is not null;
        if (!IdPattern().IsMatch(e.Id))
            return "its id may hold letters, digits, '.', '_' and '-' only.";
        if (e.Vector is not { Length: SignatureEmbedding.Dimensions })
            return $"its vector has to have {SignatureEmbedding.Dimensions} dimensions.";
        if (!e.Vector.All(float.IsFinite))
            return "its vector is not finite.";
        if (!IsAnswer(e.Answer) && e.AnsweredOpen?.Code != e.Answer)
            return $"there is no fault '{e.Answer}'.";
        if (e.OpenCauses.Select(Refusal).FirstOrDefault(why => why is not null) is { } refusal)
            return $"a cause in words is refused: {refusal}.";
        if (e.FeedbackByPerson.Values.Any(vote => !Enum.IsDefined(vote.Kind)))
            return "it has a vote of an unknown kind.";
        if (e.At > Latest || e.FeedbackByPerson.Values.Any(vote => vote.At > Latest))
            return "it is from the future.";
        if (e.FeedbackByPerson.Count > MostVotes)
            return $"it has more than {MostVotes} votes.";
        return
            e.FeedbackByPerson.Values.FirstOrDefault(vote =>
                vote.Fault is not null
                && (
                    vote.Cause is null
                        ? FaultCatalogue.Find(vote.Fault) is null
                        : OpenCause.CodeOf(vote.Cause) != vote.Fault
                )
            )
                is { } vote
            ? $"there is no fault '{vote.Fault}'."
            : null;
    }

    private static string? Refusal(OpenCause cause) =>
        CauseStatement.Read(cause.Words) is var stated && stated.Words == cause.Words
            ? null
            : stated.Refusal ?? "it is not as a person's words are kept";

    private static ExitStatus Failed(string message)
    {
        MetaKubeCommand.Fail(message, ExitStatus.Error);
        return ExitStatus.Error;
    }

    [GeneratedRegex("^[A-Za-z0-9._-]{1,80}$")]
    private static partial Regex IdPattern();
}
