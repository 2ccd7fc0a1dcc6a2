using MetaKube.Investigations;

namespace MetaKube.Memory;

/// <summary>
/// What a failure looks like, free of names: weighted features from its findings and the question, and the structural keys that a
/// memory has to share before it is believed.
/// </summary>
public sealed record SymptomSignature(IReadOnlyDictionary<string, double> Features, IReadOnlySet<string> Keys)
{
    private const double KeyWeight = 3, SourceWeight = 1.5, QuoteWeight = 1, QuestionWeight = 0.4;

    public static SymptomSignature Of(string question, Evidence evidence)
    {
        var features = new Dictionary<string, double>();
        var keys = new HashSet<string>();
        void Add(string feature, double weight) => features[feature] = Math.Max(weight, features.GetValueOrDefault(feature));

        foreach (var finding in Relevant(evidence))
        {
            // The controller's kind, not the pod's: the same failure of a Deployment and of a StatefulSet differ in their cure.
            var kind = evidence.Topology.Controller(finding.Resource).Kind;
            if (finding.Fault is not null && keys.Add($"{finding.Fault}@{kind}")) Add($"{finding.Fault}@{kind}", KeyWeight * finding.Weight);
            Add($"source:{string.Join(' ', Template.Words(finding.Source, evidence.Names))}", SourceWeight);
            foreach (var word in Template.Words(finding.Quote, evidence.Names)) Add($"quote:{word}", QuoteWeight);
        }
        foreach (var word in Template.Words(question, evidence.Names)) Add($"question:{word}", QuestionWeight);
        return new(features, keys);
    }

    /// <summary>Only what bears on the target: a neighbour's unrelated trouble, or what happened to change, must not change how this failure is remembered.</summary>
    private static IEnumerable<Finding> Relevant(Evidence evidence)
    {
        var findings = evidence.Findings.Where(finding => !finding.IsChange);
        if (evidence.Target is null) return findings;
        var reach = evidence.Topology.Reach(evidence.Target);
        return findings.Where(finding => reach.ContainsKey(finding.Resource.Object));
    }
}
