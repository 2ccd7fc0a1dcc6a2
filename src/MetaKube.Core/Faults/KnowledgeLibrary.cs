using MetaKube.Model;

namespace MetaKube.Faults;

/// <summary>
/// Known failures, and the team's runbooks, with an index over their patterns: a line is looked at closely only if it
/// holds the longest plain part of some pattern, so that thousands of failures cost little more than one.
/// </summary>
public sealed class KnowledgeLibrary
{
    private static readonly Lazy<KnowledgeLibrary> Shipped = new(ReadShipped);

    private static volatile KnowledgeLibrary? current;

    private readonly Dictionary<string, KnownFailure> byId;
    private readonly Dictionary<Signs, KnownFailure> bySigns;
    private readonly LiteralIndex<IndexedCondition> literals;
    private readonly List<IndexedCondition> withoutPattern = [];
    private readonly Lazy<WordIndex> words;

    /// <exception cref="KnowledgeFormatException">Two failures have the same id.</exception>
    public KnowledgeLibrary(IReadOnlyList<KnownFailure> failures, IReadOnlyList<Runbook>? runbooks = null)
    {
        byId = new(failures.Count, StringComparer.Ordinal);
        bySigns = new(failures.Count, ReferenceEqualityComparer.Instance);
        foreach (var failure in failures)
        {
            if (!byId.TryAdd(failure.Id, failure))
                throw new KnowledgeFormatException($"Two known failures have the id '{failure.Id}'.");
            bySigns[failure.When] = failure;
        }
        All = failures;
        Runbooks = runbooks ?? [];
        var patterns = new List<(string, IndexedCondition)>(2 * failures.Count);
        foreach (var failure in failures)
            Index(failure.When, patterns);
        foreach (var runbook in Runbooks)
            if (runbook.When is { } signs)
                Index(signs, patterns);
        literals = new(patterns);
        words = new(() => new(failures.Select(failure => (failure.Id, TextOf(failure)))));
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

    /// <summary>The team's runbooks.</summary>
    public IReadOnlyList<Runbook> Runbooks { get; }

    /// <summary>The words of all known failures, made when they are first asked for.</summary>
    public WordIndex Words => words.Value;

    /// <summary>The failure with this fault code, or null.</summary>
    public KnownFailure? Find(string code) =>
        KnownFailure.IsCode(code) ? byId.GetValueOrDefault(code[KnownFailure.Prefix.Length..]) : null;

    /// <summary>The failures that these findings show, each once.</summary>
    public IEnumerable<KnownFailure> Of(IEnumerable<Finding> findings) =>
        findings
            .Select(finding => finding.Knowledge is { } id ? byId.GetValueOrDefault(id) : null)
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
    ) => FailuresOf(Search(observations, workloadOf));

    /// <summary>The signs, of failures and of runbooks, that the observations show.</summary>
    public IReadOnlyList<SignMatch> Search(
        IReadOnlyList<Observation> observations,
        Func<ResourceRef, ResourceRef> workloadOf
    )
    {
        var search = new KnowledgeSearch();
        var found = new List<IndexedCondition>();
        foreach (var observation in observations)
        {
            found.Clear();
            if (observation.IsText)
                literals.In(observation.Text, found);
            if (!observation.IsText || observation.Qualifier.Length > 0)
                found.AddRange(withoutPattern);
            if (found.Count == 0)
                continue;
            var workload = observation.Resource is { } resource ? workloadOf(resource) : null;
            foreach (var condition in found)
                search.Try(workload, condition, observation);
        }
        return search.Matches();
    }

    /// <summary>The failures among the signs that were found.</summary>
    public IReadOnlyList<FailureMatch> FailuresOf(IReadOnlyList<SignMatch> matches) =>
        [
            .. matches
                .Where(match => bySigns.ContainsKey(match.Signs))
                .Select(match => new FailureMatch(bySigns[match.Signs], match.Decisive, match.Slots)),
        ];

    private void Index(Signs signs, List<(string, IndexedCondition)> patterns)
    {
        foreach (var condition in signs.Conditions)
            if (condition.Pattern is { } pattern)
                patterns.Add((pattern.Literal, new(signs, condition)));
            else
                withoutPattern.Add(new(signs, condition));
    }

    private static string TextOf(KnownFailure failure) =>
        string.Join(
            '\n',
            failure
                .When.Texts.Select(text => text.Pattern!.Text)
                .Concat([failure.Component, failure.Fault.Title, failure.Cause])
        );

    private static KnowledgeLibrary ReadShipped()
    {
        using var stream = typeof(KnowledgeLibrary).Assembly.GetManifestResourceStream("knowledge.jsonl")!;
        var lines = new byte[stream.Length];
        stream.ReadExactly(lines);
        return new(KnowledgeJson.Read(lines));
    }
}
