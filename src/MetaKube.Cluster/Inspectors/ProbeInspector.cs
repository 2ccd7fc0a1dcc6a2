using System.Globalization;
using System.Text.RegularExpressions;
using k8s.Models;
using MetaKube.Cluster.Objects;
using MetaKube.Faults;
using MetaKube.Model;

namespace MetaKube.Cluster.Inspectors;

/// <summary>
/// Probes that fail: the probe is wrong, the start is too slow, or the program does not answer.
/// </summary>
internal sealed partial class ProbeInspector : IInspector
{
    /// <summary>In CPUs. The runtime of most languages alone uses up a limit this low.</summary>
    private const decimal TightCpu = 0.1m;

    public InspectionResult Inspect(InspectionContext context) =>
        new(
            from pod in context.Pods
            where pod.Spec is not null
            from container in pod.Spec.Containers ?? []
            let status = pod.Status?.ContainerStatuses?.FirstOrDefault(status => status.Name == container.Name)
            where status is not null
            from finding in Findings(context, pod, container, status)
            select finding
        );

    private static IEnumerable<Finding> Findings(
        InspectionContext context,
        V1Pod pod,
        V1Container container,
        V1ContainerStatus status
    )
    {
        if (
            container.LivenessProbe is not null
            && WasKilledForLiveness(context, pod, container.Name)
            && Failure(context, pod, container.Name, "Liveness") is { } liveness
        )
            yield return JudgeLiveness(context, pod, container, status, liveness);
        else if (
            container.StartupProbe is { } startup
            && Failure(context, pod, container.Name, "Startup") is { } late
            && !status.Ready
        )
            yield return new Failed(pod, container, startup, late).Of(
                ConfigurationFaults.StartupTooSlow,
                $"container {container.Name} did not pass its startupProbe ({Describe(startup)}) in time",
                0.85
            );
        if (
            container.ReadinessProbe is not null
            && status is { Ready: false, State.Running: not null }
            && Failure(context, pod, container.Name, "Readiness") is { } readiness
        )
            yield return JudgeReadiness(context, pod, container, readiness);
    }

    /// <summary>True if the kubelet killed the container because of its liveness or startup probe.</summary>
    public static bool WasKilledForLiveness(InspectionContext context, V1Pod pod, string container) =>
        context.LatestEvent(
            InspectionContext.Ref(pod),
            e =>
                e.Reason == "Killing"
                && IsAbout(e, container)
                && (e.Message?.Contains("probe", StringComparison.OrdinalIgnoreCase) == true)
        )
            is not null;

    private static Corev1Event? Failure(InspectionContext context, V1Pod pod, string container, string probe) =>
        context.LatestEvent(
            InspectionContext.Ref(pod),
            e =>
                e.Reason is "Unhealthy" or "ProbeWarning"
                && IsAbout(e, container)
                && e.Message?.StartsWith($"{probe} probe", StringComparison.OrdinalIgnoreCase) == true
        );

    private static bool IsAbout(Corev1Event e, string container) =>
        e.InvolvedObject?.FieldPath is not { Length: > 0 } path
        || path.Contains($"{{{container}}}", StringComparison.Ordinal);

    /// <summary>A probe that failed, with the latest event about it.</summary>
    private sealed record Failed(V1Pod Pod, V1Container Container, V1Probe Probe, Corev1Event Event)
    {
        public Finding Of(string? fault, string summary, double weight) =>
            new()
            {
                Fault = fault,
                Resource = InspectionContext.Ref(Pod, Container.Name),
                Summary = summary,
                Source = "event Unhealthy",
                Quote = Event.Message,
                Weight = weight,
                At = ClusterSnapshot.TimeOf(Event),
                Facts = new Dictionary<string, string> { ["probe"] = Describe(Probe) },
            };
    }

    private static Finding JudgeLiveness(
        InspectionContext context,
        V1Pod pod,
        V1Container container,
        V1ContainerStatus status,
        Corev1Event e
    )
    {
        var failed = new Failed(pod, container, container.LivenessProbe, e);
        var (probe, name, target) = (failed.Probe, container.Name, Describe(failed.Probe));
        if (IsWrongTarget(context, pod, container, probe, e.Message, out var why))
            return failed.Of(
                ConfigurationFaults.LivenessProbeWrong,
                $"the liveness probe of container {name} asks for {target}, {why},"
                    + " so the kubelet kills a healthy container",
                0.95
            );
        // Refused on the port that it does serve: each run is killed before it listens.
        if (IsRefused(e.Message) && container.StartupProbe is null && DiedYoung(status, probe))
            return TooEarly(failed);
        if (IsTimeout(e.Message))
            return Throttled(failed)
                ?? failed.Of(
                    ApplicationFaults.Hang,
                    $"container {name} does not answer its liveness probe ({target}) in time",
                    0.7
                );
        return IsRefused(e.Message)
            ? failed.Of(
                ApplicationFaults.Hang,
                $"container {name} no longer listens where its liveness probe asks ({target})",
                0.6
            )
            : failed.Of(
                ApplicationFaults.ErrorRate,
                $"container {name} answers its liveness probe ({target}) with an error",
                0.6
            );
    }

    private static Finding TooEarly(Failed failed) =>
        failed.Of(
            ConfigurationFaults.StartupTooSlow,
            $"the liveness probe of container {failed.Container.Name} ({Describe(failed.Probe)})"
                + $" kills it {Window(failed.Probe)} s after its start, before it has started",
            0.92
        );

    private static Finding JudgeReadiness(InspectionContext context, V1Pod pod, V1Container container, Corev1Event e)
    {
        var probe = container.ReadinessProbe;
        var failed = new Failed(pod, container, probe, e);
        var (name, target) = (container.Name, Describe(probe));
        if (IsWrongTarget(context, pod, container, probe, e.Message, out var why))
            return failed.Of(
                ConfigurationFaults.ReadinessProbeWrong,
                $"the readiness probe of container {name} asks for {target}, {why}",
                0.95
            );
        if (IsTimeout(e.Message))
            return Throttled(failed)
                ?? failed.Of(
                    ApplicationFaults.Hang,
                    $"container {name} runs and does not answer its readiness probe ({target}) in time",
                    0.65
                );
        // With 503 and the like the program itself says that it is not ready: its log or its dependencies know why.
        return IsRefused(e.Message)
            ? failed.Of(
                ApplicationFaults.Hang,
                $"container {name} runs and does not listen where its readiness probe asks ({target})",
                0.55
            )
            : failed.Of(null, $"container {name} itself says that it is not ready ({target})", 0.7);
    }

    /// <summary>
    /// A container that may use at most a tenth of a CPU and answers too late is slowed down rather than hung.
    /// </summary>
    private static Finding? Throttled(Failed failed)
    {
        var container = failed.Container;
        if (container.Resources?.Limits?.TryGetValue("cpu", out var limit) != true || limit!.ToDecimal() > TightCpu)
            return null;
        var finding = failed.Of(
            ResourceFaults.CpuThrottled,
            $"container {container.Name} may use {limit} of a CPU,"
                + $" and answers its probe ({Describe(failed.Probe)}) too late",
            0.8
        );
        return finding with
        {
            Facts = new Dictionary<string, string>(finding.Facts)
            {
                ["limit"] = limit.ToString(),
                ["more"] = Quantity.Twice(limit, isMemory: false)!,
            },
        };
    }

    /// <summary>True if the probe asks for a path, port or command that the program does not serve.</summary>
    private static bool IsWrongTarget(
        InspectionContext context,
        V1Pod pod,
        V1Container container,
        V1Probe probe,
        string message,
        out string why
    )
    {
        why = "";
        if (StatusCode().Match(message) is { Success: true } status)
        {
            why = $"which answers {status.Groups[1].Value}";
            return status.Groups[1].Value is "404" or "405" or "410" or "401" or "403";
        }
        if (probe.Exec is not null)
        {
            why = "a command that the image does not have";
            return message.Contains("executable file not found", StringComparison.Ordinal)
                || message.Contains("no such file", StringComparison.OrdinalIgnoreCase)
                || message.Contains("not found", StringComparison.OrdinalIgnoreCase);
        }
        if (
            message.Contains("server gave HTTP response to HTTPS client", StringComparison.Ordinal)
            || message.Contains("malformed HTTP", StringComparison.Ordinal)
        )
        {
            why = "with the wrong scheme";
            return true;
        }
        return IsRefused(message) && IsWrongPort(context, pod, container, probe, out why);
    }

    /// <summary>
    /// True if the program listens on other ports by its log, or, without such a line, if the container declares
    /// others.
    /// </summary>
    private static bool IsWrongPort(
        InspectionContext context,
        V1Pod pod,
        V1Container container,
        V1Probe probe,
        out string why
    )
    {
        why = "";
        if (PortOf(container, probe) is not { } port)
            return false;
        var listening = ListeningPorts(context, pod, container.Name).ToList();
        if (listening.Count > 0)
        {
            why = $"while the program listens on {string.Join(", ", listening)}";
            return !listening.Contains(port);
        }
        // A container may serve ports that it does not declare, but a probe beside all of them is nearly always a slip.
        var declared = (container.Ports ?? []).Select(p => p.ContainerPort).ToList();
        why = $"while the container's port is {string.Join(", ", declared)}";
        return declared.Count > 0 && !declared.Contains(port);
    }

    private static IEnumerable<int> ListeningPorts(InspectionContext context, V1Pod pod, string container) =>
        context
            .LogOf(pod, container, false)
            .Concat(context.LogOf(pod, container, true))
            .SelectMany(line => Listening().Matches(line))
            .Select(match => int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture))
            .Distinct();

    private static int? PortOf(V1Container container, V1Probe probe)
    {
        var port = probe.HttpGet?.Port ?? probe.TcpSocket?.Port;
        if (port is null)
            return probe.Grpc?.Port;
        if (int.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            return number;
        return container.Ports?.FirstOrDefault(p => p.Name == port)?.ContainerPort;
    }

    private static bool IsRefused(string message) =>
        message.Contains("connection refused", StringComparison.OrdinalIgnoreCase);

    private static bool IsTimeout(string message) =>
        message.Contains("deadline exceeded", StringComparison.OrdinalIgnoreCase)
        || message.Contains("timeout", StringComparison.OrdinalIgnoreCase)
        || message.Contains("timed out", StringComparison.OrdinalIgnoreCase);

    private static int Window(V1Probe probe) =>
        (probe.InitialDelaySeconds ?? 0) + (probe.PeriodSeconds ?? 10) * (probe.FailureThreshold ?? 3);

    private static bool DiedYoung(V1ContainerStatus state, V1Probe probe)
    {
        var ended = state.LastState?.Terminated ?? state.State?.Terminated;
        // A minute covers the grace period and the kubelet's own pace.
        return ended is null || ended.FinishedAt - ended.StartedAt < TimeSpan.FromSeconds(Window(probe) + 60);
    }

    private static string Describe(V1Probe probe) =>
        probe switch
        {
            { HttpGet: { } http } => $"HTTP {http.Path ?? "/"} on port {(string)http.Port}",
            { TcpSocket: { } tcp } => $"TCP port {(string)tcp.Port}",
            { Grpc: { } grpc } => $"gRPC port {grpc.Port}",
            { Exec: { } exec } => $"command {string.Join(' ', exec.Command ?? [])}",
            _ => "nothing",
        };

    [GeneratedRegex(@"statuscode: (\d{3})")]
    private static partial Regex StatusCode();

    [GeneratedRegex(
        @"(?:listening|listen|started|serving|running|bound|bind)\b[^\n]{0,60}?(?::|port[ =:]+)(\d{2,5})\b",
        RegexOptions.IgnoreCase
    )]
    private static partial Regex Listening();
}
