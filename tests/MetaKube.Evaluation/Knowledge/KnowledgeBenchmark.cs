using System.Diagnostics;
using System.Globalization;
using MetaKube.Faults;
using MetaKube.Model;

namespace MetaKube.Evaluation.Knowledge;

/// <summary>Times the library of known failures: its start, its memory, and a search of 100,000 log lines.</summary>
internal static class KnowledgeBenchmark
{
    private const int Lines = 100_000,
        Failures = 5000;

    public static void Run(TextWriter output)
    {
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var watch = Stopwatch.StartNew();
        var processor = Process.GetCurrentProcess().TotalProcessorTime;
        var library = KnowledgeLibrary.BuiltIn;
        var loaded = watch.Elapsed;
        var used = Process.GetCurrentProcess().TotalProcessorTime - processor;
        var memory = GC.GetTotalMemory(forceFullCollection: true) - before;
        var components = library.All.Select(failure => failure.Component).Distinct().Count();
        var refining = library.All.Count(failure => failure.Refines is not null);
        output.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{library.All.Count} known failures of {components} components, {refining} of them cases of a "
                    + $"catalogue fault; first use {loaded.TotalMilliseconds:0} ms "
                    + $"(processor {used.TotalMilliseconds:0} ms), {memory / 1e6:0.0} MB"
            )
        );
        var check = CrossCheck.Run(library);
        output.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"unseen examples: {check.Cases}, recall {check.Recall:0.000}, precision {check.Precision:0.000}; "
                    + $"near misses taken for the failure: {CrossCheck.WrongNearMisses(library).Count}"
            )
        );
        Search(library, output);
        Search(Larger(library), output);
    }

    /// <summary>The library with further failures, whose patterns have other letters.</summary>
    private static KnowledgeLibrary Larger(KnowledgeLibrary library) =>
        new([
            .. Enumerable
                .Range(0, Failures / library.All.Count + 1)
                .SelectMany(shift => library.All.Select(failure => Shifted(failure, shift)))
                .Take(Failures),
        ]);

    private static KnownFailure Shifted(KnownFailure failure, int shift) =>
        failure with
        {
            Id = $"{failure.Id}-{shift}",
            When = new()
            {
                All = Shifted(failure.When.All, shift),
                Any = Shifted(failure.When.Any, shift),
                None = Shifted(failure.When.None, shift),
            },
        };

    private static IReadOnlyList<FailureCondition> Shifted(IReadOnlyList<FailureCondition> conditions, int shift) =>
        [
            .. conditions.Select(condition =>
                condition with
                {
                    Pattern = condition.Pattern is { } pattern
                        ? TextPattern.Parse(string.Concat(pattern.Literal.Select(c => Shifted(c, shift))))
                        : null,
                }
            ),
        ];

    private static char Shifted(char c, int shift) =>
        char.IsAsciiLetterLower(c) ? (char)('a' + (c - 'a' + shift) % 26) : c;

    private static void Search(KnowledgeLibrary library, TextWriter output)
    {
        var pod = new ResourceRef("Pod", "shop", "web-0");
        var log = HarmlessLog
            .Lines(Lines)
            .Select(line => new Observation(ObservationKind.Log, pod, "log", line))
            .ToList();
        for (var run = 0; run < 3; run++)
        {
            var watch = Stopwatch.StartNew();
            var matches = library.Match(log, resource => resource);
            output.WriteLine(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{Lines} lines searched for {library.All.Count} in {watch.Elapsed.TotalMilliseconds:0} ms, "
                        + $"{matches.Count} matches"
                )
            );
        }
    }
}
