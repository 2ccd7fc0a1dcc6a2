using k8s.Models;
using MetaKube.Cluster.Objects;

namespace MetaKube.Cluster.Inspectors;

/// <summary>
/// Reasons for which nodes do not take a pod, worked out from labels, taints and cordons in the order in which the
/// scheduler asks for them.
/// </summary>
internal sealed class NodeFit
{
    public enum Obstacle
    {
        /// <summary>Nothing that stands at the node: its room, ports, volumes or other pods.</summary>
        None,
        Cordon,
        Taint,
        Selector,
    }

    private readonly IReadOnlyList<V1Node> nodes;
    private readonly V1Pod pod;

    public NodeFit(IEnumerable<V1Node> nodes, V1Pod pod)
    {
        this.nodes = [.. nodes];
        this.pod = pod;
        Wanted = [.. this.nodes.Where(node => IsSelected(node))];
    }

    /// <summary>The nodes that the pod's node selector and node affinity ask for.</summary>
    public IReadOnlyList<V1Node> Wanted { get; }

    /// <summary>
    /// True if these are all nodes that the scheduler counted, with their labels, and if the selector that is known
    /// explains as many nodes as the scheduler says. A description prints no affinity, for instance.
    /// </summary>
    public bool Explains(int counted, int unselected) =>
        nodes.Count == counted
        && nodes.All(HasLabels)
        && nodes.Count(node => ObstacleOf(node) == Obstacle.Selector) == unselected;

    /// <summary>Every kubelet sets labels of this domain: where a node has none, its labels were not read.</summary>
    private static bool HasLabels(V1Node node) =>
        node.Metadata.Labels?.Keys.Any(key => key.StartsWith("kubernetes.io/", StringComparison.Ordinal)) == true;

    /// <summary>
    /// The obstacle that keeps the pod off most of the nodes that it asks for: if it is lifted, the pod can run there.
    /// The selector is the obstacle only if no node has what it asks for.
    /// </summary>
    public Obstacle Decisive()
    {
        if (Wanted.Count == 0)
            return Obstacle.Selector;
        var workers = Wanted.Where(node => !IsControlPlane(node)).ToList();
        return (workers.Count > 0 ? workers : Wanted)
            .Select(ObstacleOf)
            .GroupBy(obstacle => obstacle)
            .OrderByDescending(group => group.Count())
            .First()
            .Key;
    }

    /// <summary>The nodes that the pod asks for and that are cordoned; workers first.</summary>
    public IEnumerable<V1Node> Cordoned => Wanted.Where(IsCordoned).OrderBy(IsControlPlane);

    /// <summary>The taints of the wanted nodes that the pod does not tolerate.</summary>
    public IEnumerable<V1Taint> Untolerated => Wanted.OrderBy(IsControlPlane).SelectMany(UntoleratedOf);

    private Obstacle ObstacleOf(V1Node node)
    {
        if (IsCordoned(node))
            return Obstacle.Cordon;
        if (UntoleratedOf(node).Any())
            return Obstacle.Taint;
        return IsSelected(node) ? Obstacle.None : Obstacle.Selector;
    }

    private IEnumerable<V1Taint> UntoleratedOf(V1Node node) =>
        (node.Spec?.Taints ?? []).Where(taint =>
            taint.Effect != "PreferNoSchedule"
            && !taint.Key.StartsWith("node.kubernetes.io/unschedulable", StringComparison.Ordinal)
            && !(pod.Spec?.Tolerations ?? []).Any(toleration => Tolerates(toleration, taint))
        );

    public static bool IsCordoned(V1Node node) => node.Spec?.Unschedulable == true;

    /// <summary>", by MANAGER at TIME", or empty where the node's metadata does not tell.</summary>
    public static string CordonedBy(ClusterSnapshot snapshot, V1Node node) =>
        snapshot.LastWrite(InspectionContext.Ref(node), "spec", "unschedulable") is { } write ? $", {write.By}" : "";

    public static bool IsControlPlane(V1Node node) =>
        node.Metadata.Labels is { } labels
        && (
            labels.ContainsKey("node-role.kubernetes.io/control-plane")
            || labels.ContainsKey("node-role.kubernetes.io/master")
            || labels.TryGetValue("kubernetes.io/role", out var role) && role == "master"
        );

    private static bool Tolerates(V1Toleration toleration, V1Taint taint) =>
        (string.IsNullOrEmpty(toleration.Effect) || toleration.Effect == taint.Effect)
        && (string.IsNullOrEmpty(toleration.Key) || toleration.Key == taint.Key)
        && (toleration.OperatorProperty == "Exists" || (toleration.Value ?? "") == (taint.Value ?? ""));

    private bool IsSelected(V1Node node)
    {
        var labels = node.Metadata.Labels;
        if (pod.Spec?.NodeSelector is { Count: > 0 } selector && !Selectors.Matches(selector, labels))
            return false;
        var terms = pod.Spec?.Affinity?.NodeAffinity?.RequiredDuringSchedulingIgnoredDuringExecution?.NodeSelectorTerms;
        return terms is not { Count: > 0 } || terms.Any(term => Matches(node, term));
    }

    private static bool Matches(V1Node node, V1NodeSelectorTerm term) =>
        (term.MatchExpressions ?? []).All(expression =>
            Matches(expression, node.Metadata.Labels?.TryGetValue(expression.Key, out var value) == true ? value : null)
        ) && (term.MatchFields ?? []).All(expression => Matches(expression, node.Metadata.Name));

    private static bool Matches(V1NodeSelectorRequirement expression, string? value) =>
        expression.OperatorProperty switch
        {
            "In" => value is not null && expression.Values.Contains(value),
            "NotIn" => value is null || !expression.Values.Contains(value),
            "Exists" => value is not null,
            "DoesNotExist" => value is null,
            "Gt" => Number(value) > Number(expression.Values[0]),
            "Lt" => Number(value) < Number(expression.Values[0]),
            _ => true,
        };

    private static long? Number(string? text) => long.TryParse(text, out var number) ? number : null;
}
