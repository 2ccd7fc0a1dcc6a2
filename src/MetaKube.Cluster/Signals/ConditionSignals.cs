using System.Text.RegularExpressions;
using k8s.Models;
using MetaKube.Cluster.Inspectors;
using MetaKube.Cluster.Objects;
using MetaKube.Model;

namespace MetaKube.Cluster.Signals;

/// <summary>
/// Conditions of any kind that are not as they should be. Most types are good when True; types of pressure, failure
/// and degradation are good when False.
/// </summary>
internal sealed partial class ConditionSignals(ClusterSnapshot snapshot, Topology topology)
{
    private const double Said = 0.7,
        OfANode = 0.75,
        Consequence = 0.5;

    private sealed record Condition(string Type, string Status, string? Reason, string? Message, string? Path = null);

    public IEnumerable<Signal> Read() =>
        snapshot
            .Everything.Where(item => !IsHistory(item.Object))
            .SelectMany(item => ConditionsOf(item.Object).Select(condition => Of(item.Ref, condition)))
            .OfType<Signal>();

    private Signal? Of(ResourceRef resource, Condition condition)
    {
        if (StrengthOf(resource.Kind, condition.Type, condition.Status) is not { } strength)
            return null;
        // A pod that ended with success is not ready, and is not meant to be.
        if (condition.Reason is "PodCompleted" or "PodFailed")
            return null;
        var message = string.IsNullOrEmpty(condition.Message) ? condition.Reason : condition.Message;
        if (string.IsNullOrEmpty(message) || Uninformative().IsMatch(message))
            strength = Math.Min(strength, Consequence);
        return SignalText.Quoting(string.IsNullOrEmpty(message) ? condition.Type : message, snapshot.Redaction) with
        {
            Kind = SignalKind.Condition,
            Resource = resource,
            Source = snapshot.Redaction.Quote(condition.Path ?? $"status.conditions[{condition.Type}]", 120),
            Summary = snapshot.Redaction.Sentence($"condition {condition.Type} is {condition.Status}", 120),
            Strength = strength,
        };
    }

    /// <summary>The strength of a condition that is not as it should be; null for any other.</summary>
    internal static double? StrengthOf(string kind, string? type, string? status)
    {
        if (string.IsNullOrEmpty(type))
            return null;
        if (kind == "HorizontalPodAutoscaler" && type == "ScalingLimited" || type is "ContainersReady")
            return null;
        var clear = kind == "Node" ? OfANode : Said;
        if (BadWhenTrue().IsMatch(type))
            return status == "True" ? clear : null;
        if (!GoodWhenTrue().IsMatch(type))
            return null;
        return status switch
        {
            "False" => clear,
            "Unknown" => kind == "Node" ? OfANode : Consequence,
            _ => null,
        };
    }

    private bool IsHistory(object item) =>
        item switch
        {
            V1Pod pod => pod.Status?.Phase == "Succeeded" || SupersededFailures.IsHistory(snapshot, topology, pod),
            V1Job job => SupersededFailures.IsHistory(snapshot, job),
            _ => false,
        };

    private static IEnumerable<Condition> ConditionsOf(object item) =>
        item switch
        {
            V1Pod pod => All(pod.Status?.Conditions, c => new(c.Type, c.Status, c.Reason, c.Message)),
            V1Node node => All(node.Status?.Conditions, c => new(c.Type, c.Status, c.Reason, c.Message)),
            V1Deployment { Status: { } status } => All(
                status.Conditions,
                c => new(c.Type, c.Status, c.Reason, c.Message)
            ),
            V1ReplicaSet { Status: { } status } => All(
                status.Conditions,
                c => new(c.Type, c.Status, c.Reason, c.Message)
            ),
            V1Job job => All(job.Status?.Conditions, c => new(c.Type, c.Status, c.Reason, c.Message)),
            V1Namespace space => All(space.Status?.Conditions, c => new(c.Type, c.Status, c.Reason, c.Message)),
            V1PersistentVolumeClaim { Status: { } status } => All(
                status.Conditions,
                c => new(c.Type, c.Status, c.Reason, c.Message)
            ),
            V2HorizontalPodAutoscaler { Status: { } status } => All(
                status.Conditions,
                c => new(c.Type, c.Status, c.Reason, c.Message)
            ),
            CustomResource { Conditions: { } all } => all.Select(found => new Condition(
                found.Condition.Type,
                found.Condition.Status,
                found.Condition.Reason,
                found.Condition.Message,
                found.Path
            )),
            _ => [],
        };

    private static IEnumerable<Condition> All<T>(IEnumerable<T>? conditions, Func<T, Condition> read) =>
        (conditions ?? []).Select(read);

    [GeneratedRegex(
        @"^(?:\w*Pressure|\w*Unavailable|\w*Fail(?:ed|ure|ures)|\w*Degraded|Stalled|\w*Error|\w*Conflict(?:ed|s)?"
            + @"|\w*Deadlock|ReadonlyFilesystem|Frequent\w*Restart|\w*Problem|\w*Remaining|\w*Denied|\w*Exceeded"
            + @"|PodResizePending|NonStructuralSchema|Dangling|InvalidRequest|Unreachable)$"
    )]
    private static partial Regex BadWhenTrue();

    [GeneratedRegex(
        @"^(?:\w*Ready|\w*Available|\w*Accepted|\w*Programmed|ResolvedRefs|\w*Synced|\w*Healthy|\w*Established"
            + @"|\w*Reconciled|\w*Installed|\w*Succeeded|\w*Valid|\w*Initialized|PodScheduled|\w*Progressing"
            + @"|ScalingActive|AbleToScale|\w*Admitted|\w*Provisioned|\w*Released|\w*Deployed|\w*Complete[d]?"
            + @"|\w*Resolved|\w*Connected|\w*Reserved|\w*Allocated|\w*Approved|\w*Bound|\w*Running|\w*Reachable"
            + @"|\w*Issued)$"
    )]
    private static partial Regex GoodWhenTrue();

    /// <summary>Messages that only repeat that something else is not ready.</summary>
    [GeneratedRegex(
        @"^(?:containers with (?:unready|incomplete) status|Deployment does not have minimum availability"
            + @"|ContainersNotReady|ContainersNotInitialized|MinimumReplicasUnavailable|NotReady|Unknown$)"
    )]
    private static partial Regex Uninformative();
}
