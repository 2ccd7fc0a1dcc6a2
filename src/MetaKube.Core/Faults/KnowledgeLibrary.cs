using MetaKube.Model;

namespace MetaKube.Faults;

/// <summary>
/// Known failures with an index over their patterns: a line is looked at closely only if it holds the longest plain
/// part of some pattern, so that thousands of failures cost little more than one.
/// </summary>
public sealed class KnowledgeLibrary
{
    private static readonly Lazy<KnowledgeLibrary> Shipped = new(ReadShipped);

    private static volatile KnowledgeLibrary? current;

    private readonly Dictionary<string, KnownFailure> byCode;
    private readonly LiteralIndex<(KnownFailure Failure, FailureCondition Condition)> literals;
    private readonly List<(KnownFailure Failure, FailureCondition Condition)> withoutPattern;

    /// <exception cref="KnowledgeFormatException">Two failures have the same id.</exception>
    public KnowledgeLibrary(IReadOnlyList<KnownFailure> failures)
    {
        byCode = new(failures.Count, StringComparer.Ordinal);
        foreach (var failure in failures)
            if (!byCode.TryAdd(failure.Fault.Code, failure))
                throw new KnowledgeFormatException($"Two known failures have the id '{failure.Id}'.");
        All = failures;
        var conditions = failures.SelectMany(failure => failure.Conditions.Select(condition => (failure, condition)));
        var byPattern = conditions.ToLookup(pair => pair.condition.Pattern is not null);
        literals = new(byPattern[true].Select(pair => (pair.condition.Pattern!.Literal, pair)));
        withoutPattern = [.. byPattern[false]];
    }

    /// <summary>The failures that the program brings along.</summary>
    public static KnowledgeLibrary BuiltIn => Shipped.Value;

    /// <summary>
    /// The library of this process. Like the fault catalogue it is asked for codes everywhere; it is only ever replaced
    /// as a whole.
    /// </summary>
    public static KnowledgeLibrary Current => current ?? BuiltIn;

    /// <summary>Replaces the library of this process.</summary>
    public static void Use(KnowledgeLibrary library) => current = library;

    public IReadOnlyList<KnownFailure> All { get; }

    /// <summary>The failure with this fault code, or null.</summary>
    public KnownFailure? Find(string code) => byCode.GetValueOrDefault(code);

    /// <summary>The failures that these findings show, each once.</summary>
    public IEnumerable<KnownFailure> Of(IEnumerable<Finding> findings) =>
        findings
            .Select(finding => finding.Knowledge is { } id ? Find(KnownFailure.Prefix + id) : null)
            .OfType<KnownFailure>()
            .Distinct();

    /// <summary>The failures that the observations show.</summary>
    /// <param name="observations">Observations of one or more workloads.</param>
    /// <param name="workloadOf">
    /// The workload of an object. The conditions of one failure have to hold at one workload.
    /// </param>
    public IReadOnlyList<FailureMatch> Match(
        IReadOnlyList<Observation> observations,
        Func<ResourceRef, ResourceRef> workloadOf
    )
    {
        var search = new KnowledgeSearch();
        foreach (var observation in observations)
        {
            var workload = observation.Resource is { } resource ? workloadOf(resource) : null;
            if (observation.IsText)
                foreach (var (failure, condition) in literals.In(observation.Text))
                    search.Try(workload, failure, condition, observation);
            if (!observation.IsText || observation.Qualifier.Length > 0)
                foreach (var (failure, condition) in withoutPattern)
                    search.Try(workload, failure, condition, observation);
        }
        return search.Matches();
    }

    private static KnowledgeLibrary ReadShipped()
    {
        using var stream = typeof(KnowledgeLibrary).Assembly.GetManifestResourceStream("knowledge.jsonl")!;
        var lines = new byte[stream.Length];
        stream.ReadExactly(lines);
        return new(KnowledgeJson.Read(lines));
    }
}
