using System.Globalization;
using System.Text.RegularExpressions;
using k8s.Models;

namespace MetaKube.Cluster.Text;

/// <summary>
/// Conditions of custom kinds and of namespaces. <c>kubectl describe</c> prints the fields of a custom kind in the
/// order of the alphabet, and an element of a list begins where a field comes again.
/// </summary>
internal static partial class DescribedCustom
{
    public static IEnumerable<(string Path, V1Condition Condition)> Conditions(DescribedField root)
    {
        if (root["Status"] is not { } status)
            yield break;
        foreach (var condition in ConditionsIn(status["Conditions"]))
            yield return ($"status.conditions[{condition.Type}]", condition);
        // Orders and challenges of cert-manager, backups and the like have a state and a reason instead.
        if (
            (status.Text("State") ?? status.Text("Phase")) is { } state
            && (status.Message("Reason") ?? status.Message("Message")) is { } reason
        )
            yield return (
                "status",
                new()
                {
                    Type = "Ready",
                    Status = IsBad(state) ? "False" : "Unknown",
                    Reason = state,
                    Message = reason,
                }
            );
    }

    /// <summary>
    /// "NamespaceDeletionDiscoveryFailure  True  DATE  DiscoveryFailed  Discovery failed for some groups"
    /// </summary>
    public static IEnumerable<V1NamespaceCondition> NamespaceConditions(DescribedField root) =>
        (root["Conditions"]?.Lines() ?? [])
            .Select(line => NamespaceCondition().Match(line))
            .Where(match => match.Success)
            .Select(match => new V1NamespaceCondition
            {
                Type = match.Groups["type"].Value,
                Status = match.Groups["status"].Value,
                Reason = match.Groups["reason"].Value,
                Message = match.Groups["message"].Value,
            });

    private static bool IsBad(string state) =>
        state.ToLowerInvariant()
            is "invalid"
                or "errored"
                or "error"
                or "failed"
                or "pending"
                or "expired"
                or "degraded";

    private static IEnumerable<V1Condition> ConditionsIn(DescribedField? list)
    {
        var item = new Dictionary<string, string>();
        foreach (var field in list?.Children ?? [])
        {
            if (item.ContainsKey(field.Key))
            {
                yield return Condition(item);
                item = [];
            }
            item[field.Key] = string.Join('\n', field.Lines().Prepend(field.Value)).Trim();
        }
        if (item.ContainsKey("Type"))
            yield return Condition(item);
    }

    private static V1Condition Condition(Dictionary<string, string> item) =>
        new()
        {
            Type = item.GetValueOrDefault("Type", ""),
            Status = item.GetValueOrDefault("Status", ""),
            Reason = item.GetValueOrDefault("Reason", ""),
            Message = item.GetValueOrDefault("Message", ""),
            LastTransitionTime = DateTimeOffset.TryParse(
                item.GetValueOrDefault("Last Transition Time"),
                CultureInfo.InvariantCulture,
                DateTimeStyles.AssumeUniversal,
                out var at
            )
                ? at.UtcDateTime
                : default,
        };

    [GeneratedRegex(
        @"^(?<type>[A-Z]\w+)\s+(?<status>True|False|Unknown)\s+"
            + @"(?:\w{3}, \d{1,2} \w{3} \d{4} \d{2}:\d{2}:\d{2} [+-]\d{4}\s+)?"
            + @"(?<reason>[A-Za-z]\w*)?(?:\s+(?<message>.*))?$"
    )]
    private static partial Regex NamespaceCondition();
}
