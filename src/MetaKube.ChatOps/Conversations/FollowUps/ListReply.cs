using MetaKube.Chat;
using MetaKube.Model;
using MetaKube.Reasoning;

namespace MetaKube.ChatOps.Conversations.FollowUps;

/// <summary>"List failing pods", "safe to deploy?": the failures of a namespace or the cluster.</summary>
internal static class ListReply
{
    private const int Most = 9;

    /// <summary>A failing object with what is wrong.</summary>
    public sealed record Failure(ResourceRef Resource, string Summary);

    /// <summary>The failing workloads of some evidence, the worst first; each once.</summary>
    public static IReadOnlyList<Failure> FailuresIn(Evidence evidence)
    {
        var abnormal = new CausalReasoning(evidence).Abnormal.Where(finding => !finding.IsTold).ToList();
        return
        [
            .. abnormal
                .GroupBy(finding => evidence.Topology.Controller(finding.Resource))
                .Select(group =>
                    (
                        Failure: new Failure(group.Key, Best(group).Summary),
                        Weight: group.Max(finding => finding.Fault is null ? 0 : finding.Weight)
                    )
                )
                .Where(one => one.Failure.Resource.Kind is not ("Namespace" or "ResourceQuota" or "Event"))
                .OrderByDescending(one => one.Weight)
                .ThenBy(one => one.Failure.Resource.ToString(), StringComparer.Ordinal)
                .Select(one => one.Failure),
        ];
    }

    public static TurnReply Failing(string where, IReadOnlyList<Failure> failures) =>
        failures.Count == 0
            ? TurnReply.Of($"I find nothing failing in {where}.")
            : TurnReply.Of([
                $"Failing in {where}: {failures.Count}.",
                .. failures
                    .Take(Most)
                    .Select(
                        (one, n) => $"{n + 1}. {ThreadRecord.NameOf(one.Resource)}: {ChatText.Cut(one.Summary, 140)}"
                    ),
                failures.Count > Most ? $"and {failures.Count - Most} more" : null,
            ]);

    public static TurnReply Namespaces(IReadOnlyList<string> namespaces) =>
        TurnReply.Of($"{namespaces.Count} namespaces: {string.Join(", ", namespaces)}.");

    /// <summary>The state of a place before a deployment; the decision stays with people.</summary>
    public static TurnReply Safe(string where, IReadOnlyList<Failure> failures) =>
        failures.Count == 0
            ? TurnReply.Of(
                $"Nothing that I see speaks against it: nothing fails in {where} right now.",
                "I cannot see change freezes or people's plans; the decision is yours."
            )
            : TurnReply.Of([
                $"Rather not: {failures.Count} failing in {where}.",
                .. failures
                    .Take(4)
                    .Select(one => $"• {ThreadRecord.NameOf(one.Resource)}: {ChatText.Cut(one.Summary, 140)}"),
                "The decision is yours.",
            ]);

    private static Finding Best(IEnumerable<Finding> findings) =>
        findings
            .OrderByDescending(finding => finding.Fault is null ? 0 : 1)
            .ThenByDescending(finding => finding.Weight)
            .First();
}
