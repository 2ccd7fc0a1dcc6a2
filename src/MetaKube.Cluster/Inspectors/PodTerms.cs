using k8s.Models;
using MetaKube.Cluster.Objects;

namespace MetaKube.Cluster.Inspectors;

/// <summary>The terms by which a pod demands or refuses the company of other pods.</summary>
internal static class PodTerms
{
    /// <summary>": it demands a node that runs a pod with …", or empty where the pod demands nothing.</summary>
    public static string Describe(V1Pod pod)
    {
        var affinity = pod.Spec.Affinity;
        var parts = Terms(affinity?.PodAffinity?.RequiredDuringSchedulingIgnoredDuringExecution, "it must be with")
            .Concat(
                Terms(affinity?.PodAntiAffinity?.RequiredDuringSchedulingIgnoredDuringExecution, "it must not be with")
            )
            .ToList();
        return parts.Count == 0 ? "" : $": {string.Join("; ", parts)}";
    }

    private static IEnumerable<string> Terms(IEnumerable<V1PodAffinityTerm>? terms, string verb) =>
        (terms ?? []).Select(term => $"{verb} pods of {Labels(term.LabelSelector)} on one {Domain(term.TopologyKey)}");

    private static string Labels(V1LabelSelector? selector) =>
        selector?.MatchLabels is { Count: > 0 } labels
            ? Selectors.Format(labels)
            : string.Join(
                ", ",
                (selector?.MatchExpressions ?? []).Select(expression =>
                    $"{expression.Key} {expression.OperatorProperty} {string.Join("/", expression.Values ?? [])}"
                )
            );

    private static string Domain(string? key) =>
        key switch
        {
            "kubernetes.io/hostname" or null => "node",
            "topology.kubernetes.io/zone" => "zone",
            _ => key,
        };
}
