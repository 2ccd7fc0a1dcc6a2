using System;
using System.Text.RegularExpressions;
using k8s.Models;
using MetaKube.Cluster.Objects;
using MetaKube.Faults;
using MetaKube.Model;

namespace MetaKube.Cluster.Inspectors;

/// <summary>
/// Custom resources, by the convention for conditions: a condition that should be True and is not shows a failure.
/// </summary>
internal sealed partial class ConditionInspector : IInspector
{
    private const string TrueIsGood = """
        ^(?: \w*Ready | Available | Accepted | Programmed | ResolvedRefs | Synced | \w*Healthy | Established
           | Reconciled | Installed | Succeeded | Valid | \w*Succeeded )$
        """;

    public InspectionResult Inspect(InspectionContext context) =>
        new(
            from item in context.Snapshot.All<CustomResource>()
            from found in item.Conditions
            where IsBad(found.Condition)
            select Judge(item, found.Path, found.Condition)
        );

    private static bool IsBad(V1Condition condition) =>
        condition.Status switch
        {
            "False" => ShouldBeTrue().IsMatch(condition.Type),
            "True" => ShouldBeFalse().IsMatch(condition.Type),
            _ => false,
        };

    private static Finding Judge(CustomResource item, string path, V1Condition condition)
    {
        var fault = FaultOf(item.Kind, condition);
        var state = $"{condition.Type}={condition.Status}";
        return new()
        {
            Fault = fault,
            Resource = InspectionContext.Ref(item),
            Source = path,
            Weight = fault is null ? 0.75 : 0.94,
            Summary =
                $"{item.Kind} {item.Metadata.Name} reports {state}"
                + (string.IsNullOrEmpty(condition.Reason) ? "" : $" ({condition.Reason})"),
            Quote = string.IsNullOrEmpty(condition.Message)
                ? $"{condition.Type} {condition.Status} {condition.Reason}"
                : condition.Message,
            At = ClusterSnapshot.Utc(condition.LastTransitionTime),
            Facts = new Dictionary<string, string> { ["kind"] = item.Kind.ToLowerInvariant() },
        };
    }

    private static string? FaultOf(string kind, V1Condition condition) =>
        kind switch
        {
            "HTTPRoute" or "GRPCRoute" or "TCPRoute" or "TLSRoute" or "Gateway" or "GatewayClass" =>
                NetworkFaults.GatewayRouteUnresolved,
            "Certificate" when condition.Type == "Ready" && IsExpired(condition) => NetworkFaults.TlsExpired,
            _ => null,
        };

    private static bool IsExpired(V1Condition condition) =>
        $"{condition.Reason} {condition.Message}".Contains("expired", StringComparison.OrdinalIgnoreCase);

    [GeneratedRegex(TrueIsGood, RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex ShouldBeTrue();

    [GeneratedRegex(@"^(?:Degraded|\w*Failed|Stalled|\w*Error|Conflicted)$")]
    private static partial Regex ShouldBeFalse();
}
