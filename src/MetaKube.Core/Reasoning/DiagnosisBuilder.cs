using MetaKube.Faults;
using MetaKube.Model;

namespace MetaKube.Reasoning;

/// <summary>Builds the diagnosis for a root cause.</summary>
internal static class DiagnosisBuilder
{
    private const double MostConfident = 0.97,
        LeastConfident = 0.05,
        PerGap = 0.03;

    /// <summary>
    /// The share of the doubt that holds. Fitted on answers to other people's failures (docs/evaluation/strangers.md):
    /// causes that weights and gaps put at 0.86 were right in 93 of 100 cases.
    /// </summary>
    private const double Doubt = 2.0 / 3;

    public static Diagnosis Build(Hypothesis root, CausalReasoning reasoning)
    {
        var facts = Facts(root, reasoning.Evidence);
        var changes = reasoning.ChangesOf(root.Resource);
        var known = KnownFaults(root);
        return new()
        {
            Fault = root.Fault.Code,
            Category = root.Fault.Category.ToString().ToLowerInvariant(),
            RootCause = Sentence(root.Decisive.Summary),
            Resource = root.Resource,
            Confidence = Confidence(root, reasoning),
            Chain = [.. changes.Select(Link), .. Chain(root, reasoning)],
            Findings = [.. Support(root, reasoning), .. changes],
            Remedies = WithRollback(
                RemedyTemplate.Fill(
                    [.. known.SelectMany(failure => failure.Remedies), .. Possible(root), .. Recreation(root)],
                    facts,
                    root.Resource
                ),
                changes,
                root.Resource
            ),
            Prevention = [.. known.SelectMany(failure => failure.Prevention).Concat(root.Fault.Prevention).Distinct()],
            Alternatives =
            [
                .. reasoning
                    .Roots.Where(other => other != root && other.Resource.Object == root.Resource.Object)
                    .Take(3)
                    .Select(other => new Alternative(
                        other.Fault.Code,
                        other.Resource,
                        Math.Round(reasoning.Score(other) * 0.5, 2)
                    )),
            ],
        };
    }

    /// <summary>The known failures among the findings; each tells more than the fault of its kind.</summary>
    private static List<Fault> KnownFaults(Hypothesis root) =>
        [
            .. KnowledgeLibrary
                .Current.Of(root.Findings)
                .Select(failure => failure.Fault)
                .Where(fault => fault != root.Fault),
        ];

    /// <summary>A change as the first link of a causal chain.</summary>
    public static ChainLink Link(Finding change) =>
        change.About is { } about ? new(about, change.AboutDescription) : new(change.Resource, change.Summary);

    /// <summary>Adds a rollback after the first remedy if the latest change was a rollout.</summary>
    public static IReadOnlyList<Remedy> WithRollback(
        IReadOnlyList<Remedy> remedies,
        IReadOnlyList<Finding> changes,
        ResourceRef workload
    )
    {
        // A later change of another kind is the more likely cause.
        if (changes is not [var rollout, ..] || !rollout.Facts.ContainsKey("revision"))
            return remedies;
        var facts = new Dictionary<string, string>(rollout.Facts) { ["namespace"] = workload.Namespace ?? "default" };
        return
        [
            .. RemedyTemplate.Fill([AtTheWriter], facts, workload),
            .. remedies.Take(1),
            .. RemedyTemplate.Fill([Rollback], facts, workload),
            .. remedies.Skip(1),
        ];
    }

    private static readonly RemedyTemplate AtTheWriter = new(
        Risk.Medium,
        "CronJob {cronjob} makes this change at each run ({schedule}): suspend or change that one first, else it "
            + "undoes what you do.",
        "kubectl -n {cronns} patch cronjob {cronjob} -p '{\"spec\":{\"suspend\":true}}'"
    );

    /// <summary>
    /// The API server refuses most changes of a Job's or bare pod's template, so none is edited in place.
    /// </summary>
    private static IEnumerable<RemedyTemplate> Possible(Hypothesis root) =>
        root.Resource.Kind is "Job" or "Pod"
            ? root.Fault.Remedies.Select(remedy =>
                remedy with
                {
                    Commands = [.. remedy.Commands.Select(command => IsEdit(command) ? Shown : command)],
                }
            )
            : root.Fault.Remedies;

    private const string Shown = "kubectl -n {namespace} get {workload} -o yaml";

    private static bool IsEdit(string command) => command.EndsWith(" edit {workload}", StringComparison.Ordinal);

    /// <summary>
    /// The remedy of a Job or bare pod whose template would have to change: it has to be created again.
    /// </summary>
    private static IEnumerable<RemedyTemplate> Recreation(Hypothesis root) =>
        root.Resource.Kind is "Job" or "Pod"
        && root.Fault.Remedies.Any(remedy =>
            remedy.Commands.Any(command =>
                IsEdit(command) || command.Contains("{deployment}", StringComparison.Ordinal)
            )
        )
            ?
            [
                new(
                    Risk.Medium,
                    "Its pod template cannot be changed: correct the manifest of {workload}, "
                        + "delete it and create it again.",
                    "kubectl -n {namespace} get {workload} -o yaml"
                ),
            ]
            : [];

    private static readonly RemedyTemplate Rollback = new(
        Risk.Medium,
        "Go back to revision {revision}, from before the change.",
        "kubectl -n {namespace} rollout undo {deployment} --to-revision={revision}"
    )
    {
        GoesBack = true,
    };

    /// <summary>A summary as a sentence: with a capital letter and a full stop.</summary>
    public static string Sentence(string summary)
    {
        if (summary.Length == 0)
            return summary;
        var end = summary[^1] is '.' or '?' or '!' ? "" : ".";
        return char.ToUpperInvariant(summary[0]) + summary[1..] + end;
    }

    private static double Confidence(Hypothesis root, CausalReasoning reasoning)
    {
        var rival = reasoning
            .Roots.Where(other => other != root && other.Resource.Object == root.Resource.Object)
            .Select(other => other.Weight / root.Weight)
            .DefaultIfEmpty(0)
            .Max();
        // A rival with half the weight costs nothing; one with equal weight leaves 60 %.
        var margin = 1 - 0.4 * Math.Clamp(2 * rival - 1, 0, 1);
        var doubt = 1 - (root.Weight * margin - PerGap * Math.Min(reasoning.Evidence.Gaps.Count, 3));
        return Math.Round(Math.Clamp(1 - Doubt * doubt, LeastConfident, MostConfident), 2);
    }

    /// <summary>
    /// The root's findings, then the symptoms on the same objects, so that a reader sees cause and effect.
    /// </summary>
    private static List<Finding> Support(Hypothesis root, CausalReasoning reasoning)
    {
        var path = reasoning.PathTo(root).ToHashSet();
        var symptoms = reasoning.Abnormal.Where(finding =>
            finding.Fault is null
            && (
                path.Contains(finding.Resource.Object)
                || reasoning.Evidence.Topology.Controller(finding.Resource) == root.Resource.Object
            )
        );
        return [.. root.Findings.OrderByDescending(finding => finding.Weight).Take(4), .. symptoms.Take(3)];
    }

    private static List<ChainLink> Chain(Hypothesis root, CausalReasoning reasoning)
    {
        var links = new List<ChainLink>();
        var decisive = root.Decisive;
        if (decisive.About is { } about && about != decisive.Resource.Object)
            links.Add(new(about, decisive.AboutDescription));
        foreach (var resource in reasoning.PathTo(root).Reverse())
        {
            var here = reasoning.Abnormal.Where(finding => finding.Resource.Object == resource).ToList();
            if (resource == decisive.Resource.Object)
            {
                links.Add(new(decisive.Resource, decisive.Summary));
                var symptom = here.Where(finding => finding.Fault is null).MaxBy(finding => finding.Weight);
                if (symptom is not null)
                    links.Add(new(symptom.Resource, symptom.Summary));
                continue;
            }
            var says = here.OrderBy(finding => finding.Fault is null ? 0 : 1)
                .ThenByDescending(finding => finding.Weight)
                .FirstOrDefault()
                ?.Summary;
            if (says is not null)
                links.Add(new(resource, says));
            else if (resource == reasoning.Evidence.Target.Object)
                links.Add(new(resource, "is what was asked about"));
        }
        return [.. links.DistinctBy(link => (link.Resource.Object, link.Description))];
    }

    /// <summary>
    /// Values for the placeholders of remedies, from the findings, their pod and the resource that has to change.
    /// </summary>
    private static Dictionary<string, string> Facts(Hypothesis root, Evidence evidence)
    {
        var facts = root
            .Findings.Where(finding => finding != root.Decisive)
            .Prepend(root.Decisive)
            .SelectMany(finding => finding.Facts)
            .GroupBy(fact => fact.Key)
            .ToDictionary(group => group.Key, group => group.First().Value);
        void Add(string key, string? value)
        {
            if (value is not null)
                facts.TryAdd(key, value);
        }

        foreach (var (key, value) in NamesOf(root.Resource))
            Add(key, value);
        if (root.Decisive.Resource.Kind == "Pod")
            Add("pod", root.Decisive.Resource.Name);
        foreach (var (to, relation) in evidence.Topology.DependenciesOf(root.Decisive.Resource))
            if (relation == Relation.SchedulesOn)
                Add("node", to.Name);
        return facts;
    }

    /// <summary>The placeholder values that follow from an object's name alone.</summary>
    public static Dictionary<string, string> NamesOf(ResourceRef resource)
    {
        if (!resource.IsNamed)
            return [];
        var names = new Dictionary<string, string>
        {
            ["name"] = resource.Name,
            ["workload"] = $"{resource.Kind.ToLowerInvariant()}/{resource.Name}",
        };
        if (resource.Namespace is { } ns)
            names["namespace"] = ns;
        if (resource.Container is { } container)
            names["container"] = container;
        if (resource.Kind is "Deployment" or "StatefulSet" or "DaemonSet")
            names["deployment"] = $"{resource.Kind.ToLowerInvariant()}/{resource.Name}";
        if (resource.Kind == "Node")
            names["node"] = resource.Name;
        return names;
    }
}
