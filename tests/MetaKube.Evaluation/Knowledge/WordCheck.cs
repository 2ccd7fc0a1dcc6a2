using System.Diagnostics;
using MetaKube.Chat;
using MetaKube.Evaluation.Field;
using MetaKube.Faults;
using MetaKube.Model;
using MetaKube.Reasoning;

namespace MetaKube.Evaluation.Knowledge;

/// <summary>
/// Measures the search by words: the share of examples without a matching pattern whose nearest known failures hold the
/// right one, and the share of harmless lines that look like a known failure.
/// </summary>
internal static class WordCheck
{
    public static async Task RunAsync(IReadOnlyList<string> folders, TextWriter output)
    {
        var library = KnowledgeLibrary.BuiltIn;
        var watch = Stopwatch.StartNew();
        _ = library.Words;
        output.WriteLine($"index of words in {watch.ElapsedMilliseconds} ms");
        var missed = CrossCheck
            .Examples(fires: true)
            .Where(example => library.Match(example.Observations, resource => resource).Count == 0)
            .ToList();
        var all = CrossCheck.Examples(fires: true).ToList();
        Print("all examples", all, library, output);
        Print("examples that no pattern matches", missed, library, output);
        var shown = HarmlessLog.Corpus.Where(line => Nearest(library, line).Count > 0).ToList();
        output.WriteLine($"harmless lines that look like a failure: {shown.Count} of {HarmlessLog.Corpus.Count}");
        foreach (var folder in folders)
            await PrintAsync(folder, output);
    }

    private static void Print(
        string name,
        List<(string Id, IReadOnlyList<Observation> Observations)> examples,
        KnowledgeLibrary library,
        TextWriter output
    )
    {
        int first = 0,
            among = 0,
            none = 0;
        foreach (var (id, observations) in examples)
        {
            var ids = observations
                .Where(seen => seen.IsText)
                .SelectMany(seen => Nearest(library, seen.Text))
                .OrderByDescending(like => like.Score)
                .Select(like => like.Failure.Id)
                .Distinct()
                .Take(3)
                .ToList();
            first += ids is [var nearest, ..] && nearest == id ? 1 : 0;
            among += ids.Contains(id) ? 1 : 0;
            none += ids.Count == 0 ? 1 : 0;
        }
        output.WriteLine($"{name}: {examples.Count}, right at first {first}, among three {among}, none shown {none}");
    }

    private static IReadOnlyList<LikeFailure> Nearest(KnowledgeLibrary library, string line) =>
        LikeFailures.Of(
            library,
            [
                new()
                {
                    Kind = SignalKind.Log,
                    Source = "log",
                    Summary = "",
                    Quote = line,
                    Strength = 1,
                },
            ]
        );

    private static async Task PrintAsync(string folder, TextWriter output)
    {
        foreach (var asked in FieldCase.FindAll(folder))
        {
            var answer = await FieldAnswer.AskAsync(asked, FieldOptions.Parse([folder])!, null);
            if (answer.Said != Diagnosis.Unknown)
                continue;
            output.WriteLine($"{asked.Name} ({answer.Said}): {answer.Root}");
            foreach (var like in answer.Report!.Knowledge.Where(one => one.Kind == ReportedKnowledge.Likeness))
                output.WriteLine($"   {like.Id}: {like.Quote}");
        }
    }
}
