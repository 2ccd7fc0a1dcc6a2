using MetaKube.Model;

namespace MetaKube.Memory;

/// <summary>
/// The symptoms of a case without names: weighted features of findings and question, and structural keys (fault at
/// resource kind).
/// </summary>
public sealed record SymptomSignature(IReadOnlyDictionary<string, double> Features, IReadOnlySet<string> Keys)
{
    private const double KeyWeight = 3,
        SourceWeight = 1.5,
        QuoteWeight = 1,
        QuestionWeight = 0.4,
        WorkloadWeight = 0.5;

    /// <summary>The weight of the workload's name among symptoms: as much as two words.</summary>
    private const double WorkloadTells = 2;

    /// <summary>The number of distinctive words from which a question quotes a symptom.</summary>
    private const int FewestQuoted = 5;

    private const int LongestText = 600;

    /// <summary>The symptoms as text without names, ids and numbers, for an embedding model.</summary>
    public string Text { get; init; } = "";

    /// <summary>The telling signals without names, by which a failure without a named fault is recognised.</summary>
    public IReadOnlyList<SignalTemplate> Signals { get; init; } = [];

    private const string Asked = "asked:",
        Quoted = "quote:",
        Workload = "workload:";

    /// <summary>True if live evidence names a fault; otherwise only symptoms can be compared.</summary>
    public bool IsGrounded => Keys.Count > 0;

    /// <summary>True if there is enough to compare without the workload's name: three words or sources.</summary>
    public bool IsComparable =>
        Features.Keys.Count(feature =>
            feature.StartsWith(Quoted, StringComparison.Ordinal)
            || feature.StartsWith("source:", StringComparison.Ordinal)
        ) >= 3;

    /// <summary>
    /// The hashes of all features except the question's words; memory stores them to compare a case that shows only
    /// some of them.
    /// </summary>
    public IReadOnlyList<uint> Hashes =>
        [.. Features.Keys.Where(IsSymptom).Select(SignatureEmbedding.Fnv1a).Distinct().Order()];

    /// <summary>The hashes with their weights in a comparison.</summary>
    public IReadOnlyList<(uint Hash, double Weight)> Weights =>
        [
            .. Features
                .Where(feature => IsSymptom(feature.Key))
                .Select(feature =>
                    (
                        SignatureEmbedding.Fnv1a(feature.Key),
                        feature.Key.StartsWith(Workload, StringComparison.Ordinal)
                            ? WorkloadTells
                            : feature.Value * feature.Value
                    )
                ),
        ];

    public static SymptomSignature Of(string question, Evidence evidence)
    {
        var features = new Dictionary<string, double>();
        var keys = new HashSet<string>();
        void Add(string feature, double weight) =>
            features[feature] = Math.Max(weight, features.GetValueOrDefault(feature));

        foreach (var finding in Relevant(evidence))
        {
            // The kind of the controller instead of the pod: remedies for a Deployment and a StatefulSet differ.
            var kind = evidence.Topology.Controller(finding.Resource).Kind;
            if (finding.Fault is not null && keys.Add($"{finding.Fault}@{kind}"))
                Add($"{finding.Fault}@{kind}", KeyWeight * finding.Weight);
            Add($"source:{string.Join(' ', TextTemplate.Words(finding.Source, evidence.Names))}", SourceWeight);
            foreach (var word in TextTemplate.Words(finding.Quote, evidence.Names))
                Add($"{Quoted}{word}", QuoteWeight);
        }
        // A workload that failed before is more likely to fail again. It is the only name that is compared, as a whole.
        if (evidence.Target.Object is { } target && evidence.Topology.Controller(target) is var workload)
            Add($"{Workload}{evidence.Cluster}/{workload.Namespace}/{workload.Name}", WorkloadWeight);
        var asked = TextTemplate.Words(question, evidence.Names);
        foreach (var word in asked)
            Add($"{Asked}{word}", QuestionWeight);
        // Without a named fault the question's words are symptoms, if there are enough of them to be a quote.
        if (
            keys.Count == 0
            && asked.Where(TextTemplate.IsDistinctive).Distinct().ToList() is { Count: >= FewestQuoted } quoted
        )
            foreach (var word in quoted)
                Add($"{Quoted}{word}", QuoteWeight);
        var text = string.Join(' ', asked.Concat(QuotedIn(evidence)).Where(word => word != "*"));
        return new(features, keys)
        {
            Text = text[..Math.Min(text.Length, LongestText)],
            Signals = SignalTemplate.Of(evidence),
        };
    }

    private static IEnumerable<string> QuotedIn(Evidence evidence) =>
        Relevant(evidence)
            .OrderByDescending(finding => finding.Weight)
            .SelectMany(finding => TextTemplate.Words(finding.Quote, evidence.Names));

    private static bool IsSymptom(string feature) => !feature.StartsWith(Asked, StringComparison.Ordinal);

    /// <summary>
    /// The findings within reach of the target without changes: unrelated trouble nearby must not affect the signature.
    /// </summary>
    private static IEnumerable<Finding> Relevant(Evidence evidence)
    {
        var findings = evidence.Findings.Where(finding => !finding.IsChange);
        if (evidence.Target.Object is null)
            return findings;
        var reach = evidence.Topology.Reach(evidence.Target.Object);
        return findings.Where(finding => reach.ContainsKey(finding.Resource.Object));
    }
}
