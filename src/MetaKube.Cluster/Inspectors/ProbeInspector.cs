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
internal sealed class ProbeInspector : IInspector
{
    /// <summary>In CPUs. The runtime of most languages alone uses up a limit this low.</summary>
    private const decimal TightCpu = 0.1m;

    /// <summary>A container that a wrong probe kills does not stay ready for longer than this.</summary>
    private static readonly TimeSpan RecoveryTime = TimeSpan.FromMinutes(10);

    /// <summary>In seconds. A liveness probe that kills sooner leaves no program the time to start.</summary>
    private const int ShortestWindow = 10;

    public InspectionResult Inspect(InspectionContext context) =>
        new(
            from pod in context.Pods
            where pod.Spec is not null
            from container in (pod.Spec.Containers ?? []).Concat(Sidecars(pod))
            let status = PodState.Containers(pod).FirstOrDefault(status => status.Name == container.Name)
            where status is not null
            from finding in Findings(context, pod, container, status)
            select finding
        );

    /// <summary>Init containers that go on running beside the others; they may have probes.</summary>
    private static IEnumerable<V1Container> Sidecars(V1Pod pod) =>
        (pod.Spec.InitContainers ?? []).Where(container => container.RestartPolicy == "Always");

    private static IEnumerable<Finding> Findings(
        InspectionContext context,
        V1Pod pod,
        V1Container container,
        V1ContainerStatus status
    )
    {
        if (
            container.LivenessProbe is not null
            && LivenessKill(context, pod, container.Name) is { } kill
            && !HasRecovered(context, status, kill)
            && Failure(context, pod, container.Name, "Liveness") is { } liveness
        )
            yield return JudgeLiveness(context, pod, container, status, liveness);
        else if (
            container.StartupProbe is { } startup
            && Failure(context, pod, container.Name, "Startup") is { } late
            && !status.Ready
        )
            yield return JudgeStartup(new Failed(pod, container, startup, late), context, status);
        if (
            container.ReadinessProbe is not null
            && status is { Ready: false, State.Running: not null }
            && Failure(context, pod, container.Name, "Readiness") is { } readiness
        )
            yield return JudgeReadiness(context, pod, container, readiness);
    }

    /// <summary>True if the kubelet killed the container because of its liveness or startup probe.</summary>
    public static bool WasKilledForLiveness(InspectionContext context, V1Pod pod, string container) =>
        LivenessKill(context, pod, container) is not null;

    private static Corev1Event? LivenessKill(InspectionContext context, V1Pod pod, string container) =>
        context.LatestEvent(
            InspectionContext.Ref(pod),
            e =>
                e.Reason == "Killing"
                && IsAbout(e, container)
                && (e.Message?.Contains("probe", StringComparison.OrdinalIgnoreCase) == true)
        );

    /// <summary>
    /// The kubelet kills a container whose startupProbe fails too often. Until then a failure is what a startupProbe is
    /// for.
    /// </summary>
    private static Finding JudgeStartup(Failed failed, InspectionContext context, V1ContainerStatus status)
    {
        var probe = $"its startupProbe ({Describe(failed.Probe)})";
        var wasKilled = status.RestartCount > 0 || LivenessKill(context, failed.Pod, status.Name) is not null;
        var (pod, container, message) = (failed.Pod, failed.Container, failed.Event.Message);
        // A program may serve its health on a port that the spec does not declare, and only after a slow start.
        if (
            wasKilled
            && ProbeTarget.WhyWrong(context, pod, container, failed.Probe, message) is { IsLogged: true } wrong
        )
            return failed.Of(
                ConfigurationFaults.LivenessProbeWrong,
                $"the startup probe of container {status.Name} asks for {Describe(failed.Probe)}, {wrong.Why},"
                    + " so the kubelet kills a healthy container",
                0.95,
                wrong.Right
            );
        return wasKilled
            ? failed.Of(
                ConfigurationFaults.StartupTooSlow,
                $"container {status.Name} did not pass {probe} in time",
                0.85
            )
            : failed.Of(null, $"container {status.Name} failed {probe} while it started", 0.4);
    }

    /// <summary>A container that is ready again, and has been for a while, was late once.</summary>
    private static bool HasRecovered(InspectionContext context, V1ContainerStatus status, Corev1Event kill) =>
        status is { Ready: true, State.Running: not null }
        && (status.RestartCount == 0 || context.Snapshot.Now - ClusterSnapshot.TimeOf(kill) > RecoveryTime);

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
        public Finding Of(string? fault, string summary, double weight, string? right = null) =>
            new()
            {
                Fault = fault,
                Resource = InspectionContext.Ref(Pod, Container.Name),
                Summary = summary,
                Source = "event Unhealthy",
                Quote = Event.Message,
                Weight = weight,
                At = ClusterSnapshot.TimeOf(Event),
                Facts = FactsOf(right),
            };

        private Dictionary<string, string> FactsOf(string? right)
        {
            var facts = new Dictionary<string, string> { ["probe"] = Describe(Probe) };
            if (right is not null)
                facts["right"] = right;
            if (Container.StartupProbe is { } startup)
                facts["startup"] = $"{startup.FailureThreshold ?? 3} × {startup.PeriodSeconds ?? 10} s";
            return facts;
        }
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
        if (ProbeTarget.WhyWrong(context, pod, container, probe, e.Message) is { } wrong)
            return failed.Of(
                ConfigurationFaults.LivenessProbeWrong,
                $"the liveness probe of container {name} asks for {target}, {wrong.Why},"
                    + " so the kubelet kills a healthy container",
                0.95,
                wrong.Right
            );
        // The target is right: each run is killed before it answers there.
        if (
            container.StartupProbe is null
            && (DiedYoung(status, probe, e.Message) || DiedWhileStarting(context, failed, status))
        )
            return TooEarly(failed);
        if (OnLoopback(context, failed) is { } loopback)
            return loopback;
        if (IsHasty(probe) && IsUnanswered(e.Message))
            return failed.Of(
                ConfigurationFaults.LivenessProbeWrong,
                $"the liveness probe of container {name} ({target}) kills it after {Patience(probe)}:"
                    + " one late answer is enough",
                0.85
            ) with
            {
                Facts = new Dictionary<string, string> { ["probe"] = target, ["patience"] = Patience(probe) },
            };
        return Unanswered(failed, "liveness", e.Message);
    }

    /// <summary>A probe whose target is right, and that is not answered as it should be.</summary>
    private static Finding Unanswered(Failed failed, string kind, string message)
    {
        var (name, target) = (failed.Container.Name, Describe(failed.Probe));
        if (failed.Probe.Exec is not null && !IsTimeout(message))
            return failed.Of(
                kind == "liveness" ? ApplicationFaults.ErrorRate : null,
                $"container {name} fails its {kind} probe, which says: {Words(message)}",
                kind == "liveness" ? 0.6 : 0.7
            );
        if (IsTimeout(message))
            return Throttled(failed)
                ?? failed.Of(
                    ApplicationFaults.Hang,
                    $"container {name} does not answer its {kind} probe ({target}) in time",
                    kind == "liveness" ? 0.7 : 0.65
                );
        if (ProbeTarget.IsRefused(message))
            return failed.Of(
                ApplicationFaults.Hang,
                kind == "liveness"
                    ? $"container {name} no longer listens where its liveness probe asks ({target})"
                    : $"container {name} runs and does not listen where its readiness probe asks ({target})",
                kind == "liveness" ? 0.6 : 0.55
            );
        // With 503 and the like the program itself says that it is not ready: its log or its dependencies know why.
        return kind == "liveness"
            ? failed.Of(
                ApplicationFaults.ErrorRate,
                $"container {name} answers its liveness probe ({target}) with an error",
                0.6
            )
            : failed.Of(null, $"container {name} itself says that it is not ready ({target})", 0.7);
    }

    /// <summary>The probe's own words: "Readiness probe failed: WORDS".</summary>
    private static string Words(string message)
    {
        var start = message.IndexOf("failed: ", StringComparison.Ordinal);
        var words = (start < 0 ? message : message[(start + 8)..]).Trim();
        return words.Length <= 160 ? words : words[..160] + "…";
    }

    /// <summary>True if a probe kills faster than most programs recover from a pause.</summary>
    private static bool IsHasty(V1Probe probe) =>
        (probe.FailureThreshold ?? 3) * (probe.PeriodSeconds ?? 10) <= 3 && (probe.TimeoutSeconds ?? 1) <= 1;

    private static bool IsUnanswered(string message) => ProbeTarget.IsRefused(message) || IsTimeout(message);

    private static string Patience(V1Probe probe) =>
        $"failureThreshold {probe.FailureThreshold ?? 3} × periodSeconds {probe.PeriodSeconds ?? 10},"
        + $" timeoutSeconds {probe.TimeoutSeconds ?? 1}";

    private static Finding TooEarly(Failed failed) =>
        failed.Of(
            ConfigurationFaults.StartupTooSlow,
            $"the liveness probe of container {failed.Container.Name} ({Describe(failed.Probe)})"
                + $" kills it {Window(failed.Probe)} s after its start, before it has started"
                + $" (initialDelaySeconds {failed.Probe.InitialDelaySeconds ?? 0}, {Patience(failed.Probe)})",
            0.92
        );

    private static Finding JudgeReadiness(InspectionContext context, V1Pod pod, V1Container container, Corev1Event e)
    {
        var probe = container.ReadinessProbe;
        var failed = new Failed(pod, container, probe, e);
        if (ProbeTarget.WhyWrong(context, pod, container, probe, e.Message) is { } wrong)
            return failed.Of(
                ConfigurationFaults.ReadinessProbeWrong,
                $"the readiness probe of container {container.Name} asks for {Describe(probe)}, {wrong.Why}",
                0.95,
                wrong.Right
            );
        return OnLoopback(context, failed) ?? Unanswered(failed, "readiness", e.Message);
    }

    /// <summary>The kubelet probes the pod's address, on which a program bound to loopback does not listen.</summary>
    private static Finding? OnLoopback(InspectionContext context, Failed failed)
    {
        if (
            !ProbeTarget.IsRefused(failed.Event.Message)
            || ProbeTarget.LoopbackOf(context, failed.Pod, failed.Container, failed.Probe) is not { } address
        )
            return null;
        var finding = failed.Of(
            ConfigurationFaults.BadValue,
            $"the program of container {failed.Container.Name} listens on {address} only, which is refused from "
                + $"outside of the container: its probe ({Describe(failed.Probe)}) and every Service fail",
            0.93
        );
        return finding with
        {
            Facts = new Dictionary<string, string>(finding.Facts) { ["loopback"] = address },
        };
    }

    /// <summary>
    /// True if the last run lived about as long as the probe lets a new one live, and its log ends in the middle of its
    /// start. The file that a probe's command looks for is there only afterwards.
    /// </summary>
    private static bool DiedWhileStarting(InspectionContext context, Failed failed, V1ContainerStatus status)
    {
        var ended = status.LastState?.Terminated ?? status.State?.Terminated;
        return failed.Probe.Exec is not null
            && ended?.FinishedAt - ended?.StartedAt is { } lived
            && lived < TimeSpan.FromSeconds(Window(failed.Probe) + ShortestWindow)
            && ProbeTarget.IsStillStarting(context, failed.Pod, failed.Container.Name);
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

    private static bool IsTimeout(string message) =>
        message.Contains("deadline exceeded", StringComparison.OrdinalIgnoreCase)
        || message.Contains("timeout", StringComparison.OrdinalIgnoreCase)
        || message.Contains("timed out", StringComparison.OrdinalIgnoreCase);

    private static int Window(V1Probe probe) =>
        (probe.InitialDelaySeconds ?? 0) + (probe.PeriodSeconds ?? 10) * (probe.FailureThreshold ?? 3);

    /// <summary>
    /// True if the last run ended about when the probe gives up on a new one. A program that once answered and then
    /// hangs lives longer; where nothing tells how long it lived, it is only presumed if nothing listened.
    /// </summary>
    private static bool DiedYoung(V1ContainerStatus state, V1Probe probe, string message)
    {
        if (!IsUnanswered(message))
            return false;
        var ended = state.LastState?.Terminated ?? state.State?.Terminated;
        if (ended?.FinishedAt - ended?.StartedAt is not { } lived)
            return message.Contains("connection refused", StringComparison.OrdinalIgnoreCase);
        // A minute covers the grace period and the kubelet's own pace.
        var slack = message.Contains("connection refused", StringComparison.OrdinalIgnoreCase) ? 60 : ShortestWindow;
        return lived < TimeSpan.FromSeconds(Window(probe) + slack)
            && (slack == 60 || Window(probe) <= 3 * ShortestWindow);
    }

    public static string Describe(V1Probe probe) =>
        probe switch
        {
            { HttpGet: { } http } => $"HTTP {http.Path ?? "/"} on port {(string)http.Port}",
            { TcpSocket: { } tcp } => $"TCP port {(string)tcp.Port}",
            { Grpc: { } grpc } => $"gRPC port {grpc.Port}",
            { Exec: { } exec } => $"command {string.Join(' ', exec.Command ?? [])}",
            _ => "nothing",
        };
}
