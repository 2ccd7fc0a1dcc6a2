using System.Globalization;
using System.Text.RegularExpressions;
using k8s.Models;
using MetaKube.Cluster.Objects;
using MetaKube.Model;

namespace MetaKube.Cluster.Inspectors;

/// <summary>
/// Probes that fail: whether the probe is wrong, the start is slow, or the program really does not answer.
/// </summary>
internal sealed partial class ProbeInspector : IInspector
{
    /// <summary>CPUs; a limit this low is used up by the runtime of most languages alone.</summary>
    private const decimal TightCpu = 0.1m;

    public IEnumerable<Finding> Inspect(Examination x)
    {
        foreach (var pod in x.Pods.Where(pod => pod.Spec is not null))
            foreach (var container in pod.Spec.Containers ?? [])
            {
                var state = pod.Status?.ContainerStatuses?.FirstOrDefault(status => status.Name == container.Name);
                if (state is null)
                    continue;
                if (
                    container.LivenessProbe is not null
                    && WasKilledForLiveness(x, pod, container.Name)
                    && Failure(x, pod, container.Name, "Liveness") is { } liveness
                )
                    yield return JudgeLiveness(x, pod, container, state, liveness);
                else if (
                    container.StartupProbe is { } startup
                    && Failure(x, pod, container.Name, "Startup") is { } late
                    && !state.Ready
                )
                    yield return Of(
                        pod,
                        container,
                        "config.startup-too-slow",
                        $"container {container.Name} did not pass its startupProbe ({Describe(startup)}) in time",
                        "event Unhealthy",
                        late,
                        0.85,
                        Describe(startup)
                    );
                if (
                    container.ReadinessProbe is not null
                    && state is { Ready: false, State.Running: not null }
                    && Failure(x, pod, container.Name, "Readiness") is { } readiness
                )
                    yield return JudgeReadiness(x, pod, container, state, readiness);
            }
    }

    /// <summary>Whether the kubelet killed the container because of its liveness (or startup) probe.</summary>
    public static bool WasKilledForLiveness(Examination x, V1Pod pod, string container) =>
        x.LatestEvent(
            Examination.Ref(pod),
            e =>
                e.Reason == "Killing"
                && IsAbout(e, container)
                && (e.Message?.Contains("probe", StringComparison.OrdinalIgnoreCase) == true)
        )
            is not null;

    private static Corev1Event? Failure(Examination x, V1Pod pod, string container, string probe) =>
        x.LatestEvent(
            Examination.Ref(pod),
            e =>
                e.Reason is "Unhealthy" or "ProbeWarning"
                && IsAbout(e, container)
                && e.Message?.StartsWith($"{probe} probe", StringComparison.OrdinalIgnoreCase) == true
        );

    private static bool IsAbout(Corev1Event e, string container) =>
        e.InvolvedObject?.FieldPath is not { Length: > 0 } path
        || path.Contains($"{{{container}}}", StringComparison.Ordinal);

    private static Finding JudgeLiveness(
        Examination x,
        V1Pod pod,
        V1Container container,
        V1ContainerStatus state,
        Corev1Event e
    )
    {
        var probe = container.LivenessProbe;
        var what = Describe(probe);
        if (IsWrongTarget(x, pod, container, probe, e.Message, out var why))
            return Of(
                pod,
                container,
                "config.liveness-probe-wrong",
                $"the liveness probe of container {container.Name} asks for {what}, {why}, so the kubelet kills a healthy container",
                "event Unhealthy",
                e,
                0.95,
                what
            );
        // Refused on the port that it does serve: each run is killed before it listens.
        if (IsRefused(e.Message) && container.StartupProbe is null && DiedYoung(state, probe))
            return Of(
                pod,
                container,
                "config.startup-too-slow",
                $"the liveness probe of container {container.Name} ({what}) kills it {Window(probe)} s after its start, before it has started",
                "event Unhealthy",
                e,
                0.92,
                what
            );
        if (IsTimeout(e.Message) && Throttled(pod, container, what, e) is { } throttled)
            return throttled;
        if (IsTimeout(e.Message))
            return Of(
                pod,
                container,
                "application.hang",
                $"container {container.Name} does not answer its liveness probe ({what}) in time",
                "event Unhealthy",
                e,
                0.7,
                what
            );
        return IsRefused(e.Message)
            ? Of(
                pod,
                container,
                "application.hang",
                $"container {container.Name} no longer listens where its liveness probe asks ({what})",
                "event Unhealthy",
                e,
                0.6,
                what
            )
            : Of(
                pod,
                container,
                "application.error-rate",
                $"container {container.Name} answers its liveness probe ({what}) with an error",
                "event Unhealthy",
                e,
                0.6,
                what
            );
    }

    private static Finding JudgeReadiness(
        Examination x,
        V1Pod pod,
        V1Container container,
        V1ContainerStatus state,
        Corev1Event e
    )
    {
        var probe = container.ReadinessProbe;
        var what = Describe(probe);
        if (IsWrongTarget(x, pod, container, probe, e.Message, out var why))
            return Of(
                pod,
                container,
                "config.readiness-probe-wrong",
                $"the readiness probe of container {container.Name} asks for {what}, {why}",
                "event Unhealthy",
                e,
                0.95,
                what
            );
        if (IsTimeout(e.Message) && Throttled(pod, container, what, e) is { } throttled)
            return throttled;
        if (IsTimeout(e.Message))
            return Of(
                pod,
                container,
                "application.hang",
                $"container {container.Name} runs and does not answer its readiness probe ({what}) in time",
                "event Unhealthy",
                e,
                0.65,
                what
            );
        if (IsRefused(e.Message))
            return Of(
                pod,
                container,
                "application.hang",
                $"container {container.Name} runs and does not listen where its readiness probe asks ({what})",
                "event Unhealthy",
                e,
                0.55,
                what
            );
        // 503 and the like: the program itself says that it is not ready; why, its log or its dependencies know.
        return Of(
            pod,
            container,
            null,
            $"container {container.Name} itself says that it is not ready ({what})",
            "event Unhealthy",
            e,
            0.7,
            what
        );
    }

    /// <summary>
    /// Answers that come too late from a container that may use a tenth of a CPU: it is slowed down, and does not hang.
    /// </summary>
    private static Finding? Throttled(V1Pod pod, V1Container container, string what, Corev1Event e)
    {
        if (container.Resources?.Limits?.TryGetValue("cpu", out var limit) != true || limit!.ToDecimal() > TightCpu)
            return null;
        var finding = Of(
            pod,
            container,
            "resource.cpu-throttled",
            $"container {container.Name} may use {limit} of a CPU, and answers its probe ({what}) too late",
            "event Unhealthy",
            e,
            0.8,
            what
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

    /// <summary>The probe asks for a path, port or command that the program does not serve.</summary>
    private static bool IsWrongTarget(
        Examination x,
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
        if (!IsRefused(message))
            return false;
        var port = PortOf(container, probe);
        if (port is null)
            return false;
        var said = ListeningPorts(x, pod, container.Name).ToList();
        if (said.Count > 0)
        {
            why = $"while the program listens on {string.Join(", ", said)}";
            return !said.Contains(port.Value);
        }
        // Declared ports inform only; but a probe beside all of them is nearly always a slip.
        var declared = (container.Ports ?? []).Select(p => p.ContainerPort).ToList();
        why = $"while the container's port is {string.Join(", ", declared)}";
        return declared.Count > 0 && !declared.Contains(port.Value);
    }

    private static IEnumerable<int> ListeningPorts(Examination x, V1Pod pod, string container) =>
        x.LogOf(pod, container, false)
            .Concat(x.LogOf(pod, container, true))
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

    private static Finding Of(
        V1Pod pod,
        V1Container container,
        string? fault,
        string summary,
        string source,
        Corev1Event e,
        double weight,
        string probe
    ) =>
        new()
        {
            Fault = fault,
            Resource = Examination.Ref(pod, container.Name),
            Summary = summary,
            Source = source,
            Quote = e.Message,
            Weight = weight,
            At = ClusterSnapshot.TimeOf(e),
            Facts = new Dictionary<string, string> { ["probe"] = probe },
        };

    [GeneratedRegex(@"statuscode: (\d{3})")]
    private static partial Regex StatusCode();

    [GeneratedRegex(
        @"(?:listening|listen|started|serving|running|bound|bind)\b[^\n]{0,60}?(?::|port[ =:]+)(\d{2,5})\b",
        RegexOptions.IgnoreCase
    )]
    private static partial Regex Listening();
}
