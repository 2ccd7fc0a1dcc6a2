using System.Text.Json;
using MetaKube.Faults;

namespace MetaKube.Evaluation.Knowledge;

/// <summary>
/// Examples that were written from the titles of the known failures alone, without sight of their patterns
/// (tests/knowledge/unseen.jsonl): how many are found, and how many of those rightly.
/// </summary>
public sealed record CrossCheck(int Cases, int Found, int Named, int Right, IReadOnlyList<string> Mistakes)
{
    /// <summary>The share of the examples that show their failure.</summary>
    public double Recall => (double)Found / Cases;

    /// <summary>Of the examples that show any failure, the share whose most decisive one is right.</summary>
    public double Precision => (double)Right / Named;

    public static CrossCheck Run(KnowledgeLibrary library)
    {
        int cases = 0,
            found = 0,
            named = 0,
            right = 0;
        var mistakes = new List<string>();
        foreach (var (id, observations) in Examples(fires: true))
        {
            if (library.Find(KnownFailure.Prefix + id) is not { } wanted)
                continue;
            cases++;
            var matches = library.Match(observations, resource => resource).Select(match => match.Failure).ToList();
            if (matches.Contains(wanted))
                found++;
            if (matches.Count == 0)
                continue;
            named++;
            var best = matches.OrderByDescending(match => match.Weight).ThenBy(match => match != wanted).First();
            var isSameFault = wanted.Refines is not null && best.Refines == wanted.Refines;
            if (best == wanted || isSameFault && matches.Contains(wanted))
                right++;
            else
                mistakes.Add($"{id}: {best.Id}");
        }
        return new(cases, found, named, right, mistakes);
    }

    /// <summary>The near misses that show the failure which they only resemble.</summary>
    public static IReadOnlyList<string> WrongNearMisses(KnowledgeLibrary library) =>
        [
            .. Examples(fires: false)
                .Where(example =>
                    library
                        .Match(example.Observations, resource => resource)
                        .Any(match => match.Failure.Id == example.Id)
                )
                .Select(example => example.Id),
        ];

    /// <summary>The examples, each with the id of its failure.</summary>
    public static IEnumerable<(string Id, IReadOnlyList<Observation> Observations)> Examples(bool fires)
    {
        foreach (var line in File.ReadLines(KnowledgeFiles.TestFile("unseen.jsonl")))
        {
            var example = JsonDocument.Parse(line).RootElement;
            if (example.GetProperty("fires").GetBoolean() == fires)
                yield return (
                    example.GetProperty("id").GetString()!,
                    [
                        .. example
                            .GetProperty("observations")
                            .EnumerateArray()
                            .Select(text => KnowledgeExample.Parse(text.GetString()!)),
                    ]
                );
        }
    }
}
