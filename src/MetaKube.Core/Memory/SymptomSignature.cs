using MetaKube.Model;

namespace MetaKube.Memory;

/// <summary>
/// What a failure looks like, free of names: weighted features from its findings and the question, and the structural
/// keys that a
/// memory has to share before it is believed.
/// </summary>
public sealed record SymptomSignature(IReadOnlyDictionary<string, double> Features, IReadOnlySet<string> Keys)
{
    private const double KeyWeight = 3,
        SourceWeight = 1.5,
        QuoteWeight = 1,
        QuestionWeight = 0.4,
        WorkloadWeight = 0.5;

    /// <summary>
    /// Where symptoms are all there is, that the same workload had them before tells as much as two words.
    /// </summary>
    private const double WorkloadTells = 2;

    /// <summary>So many telling words make a quotation of a symptom.</summary>
    private const int FewestQuoted = 5;

    private const int LongestText = 600;

    /// <summary>
    /// The symptoms in words, without names, ids and numbers: what a model with a sense of meaning reads.
    /// </summary>
    public string Text { get; init; } = "";

    private const string Asked = "asked:",
        Quoted = "quote:",
        Workload = "workload:";

    /// <summary>Whether live evidence names any fault; without, only symptoms can be compared.</summary>
    public bool IsGrounded => Keys.Count > 0;

    /// <summary>Whether there is enough to compare, beside the workload's name: three words or sources.</summary>
    public bool Tells =>
        Features.Keys.Count(feature =>
            feature.StartsWith(Quoted, StringComparison.Ordinal)
            || feature.StartsWith("source:", StringComparison.Ordinal)
        ) >= 3;

    /// <summary>
    /// What a memory keeps to be compared with a case that shows only a part of it: all but the words of the question,
    /// as hashes.
    /// </summary>
    public IReadOnlyList<uint> Hashes =>
        [.. Features.Keys.Where(IsSymptom).Select(SignatureEmbedding.Fnv1a).Distinct().Order()];

    /// <summary>The hashes with the weight that each has in a comparison.</summary>
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
            // The controller's kind, not the pod's: the same failure of a Deployment and of a StatefulSet differ in
            // their cure.
            var kind = evidence.Topology.Controller(finding.Resource).Kind;
            if (finding.Fault is not null && keys.Add($"{finding.Fault}@{kind}"))
                Add($"{finding.Fault}@{kind}", KeyWeight * finding.Weight);
            Add($"source:{string.Join(' ', TextTemplate.Words(finding.Source, evidence.Names))}", SourceWeight);
            foreach (var word in TextTemplate.Words(finding.Quote, evidence.Names))
                Add($"{Quoted}{word}", QuoteWeight);
        }
        // What failed before fails again: the only name that is compared, and only as a whole.
        if (evidence.Target is { } target && evidence.Topology.Controller(target) is var workload)
            Add($"{Workload}{evidence.Cluster}/{workload.Namespace}/{workload.Name}", WorkloadWeight);
        var asked = TextTemplate.Words(question, evidence.Names);
        foreach (var word in asked)
            Add($"{Asked}{word}", QuestionWeight);
        // Where nothing read names a fault, what the asker quotes of it is all there is; a few words are no quote but
        // the asking itself.
        if (keys.Count == 0 && asked.Where(TextTemplate.Tells).Distinct().ToList() is { Count: >= FewestQuoted } quoted)
            foreach (var word in quoted)
                Add($"{Quoted}{word}", QuoteWeight);
        var words = asked
            .Concat(
                Relevant(evidence)
                    .OrderByDescending(finding => finding.Weight)
                    .SelectMany(finding => TextTemplate.Words(finding.Quote, evidence.Names))
            )
            .Where(word => word != "*");
        var text = string.Join(' ', words);
        return new(features, keys) { Text = text[..Math.Min(text.Length, LongestText)] };
    }

    private static bool IsSymptom(string feature) => !feature.StartsWith(Asked, StringComparison.Ordinal);

    /// <summary>
    /// Only what bears on the target: a neighbour's unrelated trouble, or what happened to change, must not change how
    /// this failure is remembered.
    /// </summary>
    private static IEnumerable<Finding> Relevant(Evidence evidence)
    {
        var findings = evidence.Findings.Where(finding => !finding.IsChange);
        if (evidence.Target is null)
            return findings;
        var reach = evidence.Topology.Reach(evidence.Target);
        return findings.Where(finding => reach.ContainsKey(finding.Resource.Object));
    }
}
