using System.Text.RegularExpressions;
using k8s.Models;
using MetaKube.Cluster.Logs;
using MetaKube.Cluster.Objects;
using MetaKube.Model;

namespace MetaKube.Cluster.Signals;

/// <summary>Finds the words that a question quotes in logs and events: was there any "Peer down"?</summary>
internal static partial class QuotedWords
{
    private const double Strength = 0.9;

    private const int MostQuotes = 3;

    public static IEnumerable<Signal> In(string question, ClusterSnapshot snapshot, IReadOnlyList<LogSource> logs)
    {
        var names = snapshot.Everything.Select(item => item.Ref.Name).ToHashSet(StringComparer.OrdinalIgnoreCase);
        foreach (
            var words in Quoted()
                .Matches(question)
                .Select(match => match.Groups["words"].Value.Trim())
                // A name in quotes is the target, and stands in most lines.
                .Where(words => words.Length > 0 && !names.Contains(words))
                .Distinct(StringComparer.OrdinalIgnoreCase)
                .Take(MostQuotes)
        )
        {
            foreach (var log in logs)
                if (Hits(log.Text.Split('\n'), words) is (var line, > 0 and var count))
                    yield return Found(snapshot, log.Resource, log.Source, line, count) with
                    {
                        At = MessageTemplate.TimeOf(line),
                    };
            foreach (var e in snapshot.All<Corev1Event>())
                if (e.Message?.Contains(words, StringComparison.OrdinalIgnoreCase) == true)
                    yield return Found(snapshot, AboutOf(e), $"event {e.Reason}", e.Message, 1) with
                    {
                        At = ClusterSnapshot.TimeOf(e),
                    };
        }
    }

    private static Signal Found(ClusterSnapshot snapshot, ResourceRef? about, string source, string quote, int count) =>
        SignalText.Quoting(quote, snapshot.Redaction) with
        {
            Kind = SignalKind.Quoted,
            Resource = about,
            Source = snapshot.Redaction.Quote(source, 80),
            Summary = "has the words that the question quotes",
            Strength = Strength,
            Count = count,
        };

    /// <summary>The last line with the words, and the number of such lines.</summary>
    private static (string Line, int Count) Hits(IReadOnlyList<string> lines, string words)
    {
        var (last, count) = ("", 0);
        foreach (var line in lines)
            if (line.Contains(words, StringComparison.OrdinalIgnoreCase))
                (last, count) = (line, count + 1);
        return (last, count);
    }

    private static ResourceRef? AboutOf(Corev1Event e) =>
        e.InvolvedObject is { Name.Length: > 0 } about ? new(about.Kind, about.NamespaceProperty, about.Name) : null;

    // An apostrophe within a word opens no quote.
    [GeneratedRegex("""(?<!\w)["'“‘`«](?<words>[^"'“”‘’`«»\n]{3,80})["'”’`»](?!\w)""")]
    private static partial Regex Quoted();
}
