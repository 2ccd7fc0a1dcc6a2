using System;
using System.Text.RegularExpressions;
using k8s.Models;
using MetaKube.Cluster.Logs;
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
           | Reconciled | Installed | Succeeded | Valid | \w*Succeeded | \w*Reserved | Admitted | Allocated )$
        """;

    public InspectionResult Inspect(InspectionContext context)
    {
        var findings = (
            from item in context.Snapshot.All<CustomResource>()
            from found in item.Conditions
            where IsBad(found.Condition)
            select Judge(context, item, found.Path, found.Condition)
        ).ToList();
        var secrets = findings
            .Where(finding => finding.Resource.Kind.EndsWith("Secret", StringComparison.Ordinal))
            .Select(finding => finding.Resource.Object)
            .Distinct();
        return new(findings, secrets.SelectMany(secret => Waiting(context, secret)));
    }

    /// <summary>The pods that wait for the Secret that an operator should make under its own name.</summary>
    private static IEnumerable<TopologyEdge> Waiting(InspectionContext context, ResourceRef secret) =>
        context
            .Snapshot.In<V1Pod>(secret.Namespace)
            .Where(pod =>
                PodState.Containers(pod).Any(state => state.State?.Waiting?.Reason == "CreateContainerConfigError")
                && (
                    !context.Snapshot.Shows(pod, ShownFields.Spec)
                    || PodReferences.Of(pod.Spec).Contains(("Secret", secret.Name))
                )
            )
            .Select(pod => new TopologyEdge(InspectionContext.Ref(pod), secret, Relation.DependsOn));

    private static bool IsBad(V1Condition condition) =>
        condition.Status switch
        {
            "False" => ShouldBeTrue().IsMatch(condition.Type),
            "True" => ShouldBeFalse().IsMatch(condition.Type),
            _ => false,
        };

    private static Finding Judge(InspectionContext context, CustomResource item, string path, V1Condition condition)
    {
        var said = FaultOf(item.Kind, condition) is null ? Said(context, item, condition) : null;
        var fault = FaultOf(item.Kind, condition) ?? said?.Known.Message.Fault;
        var state = $"{condition.Type}={condition.Status}";
        var words = string.IsNullOrEmpty(condition.Message)
            ? $"{condition.Type} {condition.Status} {condition.Reason}"
            : condition.Message;
        return new()
        {
            Fault = fault,
            Resource = InspectionContext.Ref(item),
            Source = path,
            Weight = fault is null ? 0.75 : 0.94,
            Summary =
                $"{item.Kind} {item.Metadata.Name} reports {state}"
                + (string.IsNullOrEmpty(condition.Reason) ? "" : $" ({condition.Reason})")
                + (said is null ? "" : $": {said.Value.Known.Message.SummaryWith(said.Value.Known.Facts)}"),
            Quote = said?.Text ?? words,
            At = ClusterSnapshot.Utc(condition.LastTransitionTime),
            Facts = new Dictionary<string, string>(said?.Known.Facts ?? new Dictionary<string, string>())
            {
                ["kind"] = item.Kind.ToLowerInvariant(),
            },
        };
    }

    /// <summary>
    /// The words of a condition, or of the latest warning about its object, that repeat what stopped the controller.
    /// </summary>
    private static (string Text, (MessagePattern Message, IReadOnlyDictionary<string, string> Facts) Known)? Said(
        InspectionContext context,
        CustomResource item,
        V1Condition condition
    )
    {
        var warning = context.LatestEvent(InspectionContext.Ref(item), e => e.Type == "Warning")?.Message;
        foreach (var text in (string?[])[condition.Message, warning])
            if (MessagePattern.First(Stops, text) is { } known)
                return (text!, known);
        return null;
    }

    /// <summary>Errors that controllers of any kind copy into conditions and events.</summary>
    private static readonly MessagePattern[] Stops =
    [
        new(
            @"\bsecret\b[^\n]{0,160}(does not exist|not found|no such|ResourceNotFound)|ResourceNotFoundException"
                + @"|cannot find secret|no secret exists",
            ConfigurationFaults.MissingSecret,
            "the secret that it refers to does not exist"
        ),
        new(
            @"dial tcp (?<host>[\w.-]{1,253})(:\d+)?: (connect: connection|i/o|operation) (timed out|timeout)",
            NetworkFaults.ConnectionTimeout,
            "{host} does not answer"
        ),
        new(
            @"dial tcp (?<host>[\w.-]{1,253})(:\d+)?: connect: connection refused",
            NetworkFaults.DependencyDown,
            "{host} refuses connections"
        ),
        new(
            @"lookup (?<host>[\w.-]{1,253})[^\n]{0,80}no such host",
            NetworkFaults.DependencyMissing,
            "host {host} does not resolve"
        ),
        new(@"certificate has expired", NetworkFaults.TlsExpired, "a certificate has expired"),
        new(
            "certificate signed by unknown authority",
            NetworkFaults.TlsUntrusted,
            "the peer's certificate is signed by an unknown authority"
        ),
    ];

    private static string? FaultOf(string kind, V1Condition condition) =>
        kind switch
        {
            "HTTPRoute" or "GRPCRoute" or "TCPRoute" or "TLSRoute" or "Gateway" or "GatewayClass" =>
                NetworkFaults.GatewayRouteUnresolved,
            "Certificate" when condition.Type == "Ready" && IsExpired(condition) => NetworkFaults.TlsExpired,
            // The API server asks this Service for a group of the API.
            _ when kind.Equals("APIService", StringComparison.OrdinalIgnoreCase)
                    && condition.Reason is "MissingEndpoints" or "EndpointsNotFound" => NetworkFaults.NoReadyEndpoints,
            _ => null,
        };

    private static bool IsExpired(V1Condition condition) =>
        $"{condition.Reason} {condition.Message}".Contains("expired", StringComparison.OrdinalIgnoreCase);

    [GeneratedRegex(TrueIsGood, RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex ShouldBeTrue();

    [GeneratedRegex(@"^(?:Degraded|\w*Failed|Stalled|\w*Error|Conflicted)$")]
    private static partial Regex ShouldBeFalse();
}
