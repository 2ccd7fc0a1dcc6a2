using System;
using System.Text.RegularExpressions;
using MetaKube.Cluster.Objects;
using MetaKube.Model;

namespace MetaKube.Cluster.Inspectors;

/// <summary>
/// Custom resources, by the convention that all follow: a condition that should be True and is not says what is wrong.
/// </summary>
internal sealed partial class ConditionInspector : IInspector
{
    public IEnumerable<Finding> Inspect(Examination x)
    {
        foreach (var item in x.Snapshot.All<CustomResource>())
            foreach (var (path, condition) in item.Conditions)
            {
                var isBad =
                    condition.Status == "False"
                        ? ShouldBeTrue().IsMatch(condition.Type)
                        : condition.Status == "True" && ShouldBeFalse().IsMatch(condition.Type);
                if (!isBad)
                    continue;
                var fault = (item.Kind, condition) switch
                {
                    ("HTTPRoute" or "GRPCRoute" or "TCPRoute" or "TLSRoute" or "Gateway" or "GatewayClass", _) =>
                        "network.gateway-route-unresolved",
                    ("Certificate", { Type: "Ready" })
                        when $"{condition.Reason} {condition.Message}".Contains(
                            "expired",
                            StringComparison.OrdinalIgnoreCase
                        ) => "network.tls-expired",
                    _ => null,
                };
                yield return new()
                {
                    Fault = fault,
                    Resource = Examination.Ref(item),
                    Source = path,
                    Weight = fault is null ? 0.75 : 0.94,
                    Summary =
                        $"{item.Kind} {item.Metadata.Name} says {condition.Type}={condition.Status}{(string.IsNullOrEmpty(condition.Reason) ? "" : $" ({condition.Reason})")}",
                    Quote = string.IsNullOrEmpty(condition.Message)
                        ? $"{condition.Type} {condition.Status} {condition.Reason}"
                        : condition.Message,
                    At = ClusterSnapshot.Utc(condition.LastTransitionTime),
                    Facts = new Dictionary<string, string> { ["kind"] = item.Kind.ToLowerInvariant() },
                };
            }
    }

    [GeneratedRegex(
        @"^(?:\w*Ready|Available|Accepted|Programmed|ResolvedRefs|Synced|\w*Healthy|Established|Reconciled|Installed|Succeeded|Valid|\w*Succeeded)$"
    )]
    private static partial Regex ShouldBeTrue();

    [GeneratedRegex(@"^(?:Degraded|\w*Failed|Stalled|\w*Error|Conflicted)$")]
    private static partial Regex ShouldBeFalse();
}
