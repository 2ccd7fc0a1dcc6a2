using System;
using k8s.Models;
using MetaKube.Cluster.Logs;
using MetaKube.Cluster.Objects;
using MetaKube.Faults;
using MetaKube.Model;

namespace MetaKube.Cluster.Inspectors;

/// <summary>Containers that cannot be created, do not start or have ended, by waiting reason.</summary>
internal sealed class ContainerInspector : IInspector
{
    private static readonly HashSet<string?> CreateReasons =
    [
        "CreateContainerConfigError",
        "CreateContainerError",
        "RunContainerError",
        "StartError",
        "PreStartHookError",
        "PostStartHookError",
    ];

    private static readonly MessagePattern[] CannotCreate =
    [
        new(
            @"configmap ""(?<configmap>[^""]+)"" not found",
            ConfigurationFaults.MissingConfigMap,
            "the container needs ConfigMap {configmap}, which does not exist",
            0.96
        ),
        new(
            @"secret ""(?<secret>[^""]+)"" not found",
            ConfigurationFaults.MissingSecret,
            "the container needs Secret {secret}, which does not exist",
            0.96
        ),
        new(
            @"couldn't find key (?<key>\S+) in (?<kind>ConfigMap|Secret) (?<ns>[^/\s]+)/(?<objectname>\S+)",
            ConfigurationFaults.MissingKey,
            "{kind} {objectname} has no key {key}, which the container asks for",
            0.96
        ),
        new(
            @"runAsNonRoot|non-root|container has runAsNonRoot",
            ConfigurationFaults.SecurityContextDenied,
            "the securityContext demands a non-root user, and the image runs as root",
            0.96
        ),
        new(
            @"OOM-?killed|memory limit too low",
            ResourceFaults.OomKilled,
            "the kernel kills the container while it starts: its memory limit is too low for a process at all",
            0.95
        ),
        new(
            @"exec format error",
            ImageFaults.WrongArchitecture,
            "the program was built for another CPU architecture",
            0.95
        ),
        new(
            @"subPath|not a directory|trying to mount a directory|is not mounted properly",
            ConfigurationFaults.VolumeMountWrong,
            "a volume cannot be mounted at the path that the spec names",
            0.9
        ),
        new(
            @"chdir to cwd \([^)]*\)[^:]*: permission denied",
            ConfigurationFaults.SecurityContextDenied,
            "the user that the container runs as may not enter its working directory",
            0.95
        ),
        new(
            @"exec: \\?""?(?<command>[^"":\\]{1,200})\\?""?: (executable file not found"
                + @"|(stat|fork/exec) [^:]+: no such)",
            ConfigurationFaults.BadCommand,
            "the container's command cannot be run: the image has no program \"{command}\"",
            0.95
        ),
        new(
            @"exec: \\?""?(?<command>[^"":\\]{1,200})\\?""?: permission denied",
            ConfigurationFaults.BadCommand,
            "the container's command cannot be run: \"{command}\" is not executable for its user",
            0.95
        ),
        new(
            @"executable file not found|no such file or directory|permission denied|is a directory",
            ConfigurationFaults.BadCommand,
            "the container's command cannot be run",
            0.95
        ),
    ];

    public InspectionResult Inspect(InspectionContext context) => new(Findings(context));

    private static IEnumerable<Finding> Findings(InspectionContext context) =>
        context.Pods.SelectMany(pod =>
            PodState
                .Containers(pod)
                .SelectMany(status => Waiting(context, pod, status).Concat(Ended(context, pod, status)))
                .Concat(StartHooks(context, pod))
        );

    /// <summary>
    /// A failed postStart hook ends its container; the log of a program that was well until then shows nothing. Since
    /// 1.21 the event names neither the container nor the hook's output.
    /// </summary>
    private static IEnumerable<Finding> StartHooks(InspectionContext context, V1Pod pod)
    {
        var hooked = pod.Spec?.Containers?.Where(container => container.Lifecycle?.PostStart is not null).ToList();
        if (hooked is not { Count: > 0 })
            yield break;
        var failed = context.LatestEvent(InspectionContext.Ref(pod), e => e.Reason == "FailedPostStartHook");
        var container =
            hooked.Find(one => failed?.Message?.Contains(one.Name, StringComparison.Ordinal) == true) ?? hooked[0];
        if (failed is null || PodState.Containers(pod).Any(status => status.Name == container.Name && status.Ready))
            yield break;
        yield return new()
        {
            Fault = ConfigurationFaults.BadCommand,
            Resource = InspectionContext.Ref(pod, container.Name),
            Summary =
                $"the postStart hook of container {container.Name} fails ({HookOf(container)}), and the kubelet ends "
                + "the container for it",
            Source = "event FailedPostStartHook",
            Quote = failed.Message ?? failed.Reason,
            Weight = 0.95,
            At = ClusterSnapshot.TimeOf(failed),
            Facts = new Dictionary<string, string> { ["hook"] = "lifecycle.postStart" },
        };
    }

    private static string HookOf(V1Container container) =>
        container.Lifecycle.PostStart switch
        {
            { Exec.Command: { } command } => $"postStart: {string.Join(' ', command)}",
            { HttpGet: { } get } => $"postStart: HTTP {get.Path} on port {get.Port?.Value}",
            _ => "lifecycle.postStart",
        };

    private static IEnumerable<Finding> Waiting(InspectionContext context, V1Pod pod, V1ContainerStatus status)
    {
        if (status.State?.Waiting is not { } waiting)
            yield break;
        var resource = InspectionContext.Ref(pod, status.Name);
        var field = $"status.containerStatuses[{status.Name}].state.waiting";
        if (waiting.Reason == "CrashLoopBackOff")
            yield return new()
            {
                Resource = resource,
                Summary =
                    $"container {status.Name} keeps ending: CrashLoopBackOff after {status.RestartCount} restarts",
                Source = $"{field}.reason",
                Quote = waiting.Message ?? waiting.Reason,
                Weight = 0.9,
            };
        if (!CreateReasons.Contains(waiting.Reason))
            yield break;
        // kubectl describe prints no message of a container that waits; the event has the same words.
        var failed = waiting.Message is null
            ? context.LatestEvent(InspectionContext.Ref(pod), e => e is { Reason: "Failed", Type: "Warning" })
            : null;
        yield return failed is null
            ? CreateFailed(resource, $"{field}.message", waiting.Reason, waiting.Message, null)
            : CreateFailed(resource, "event Failed", waiting.Reason, failed.Message, ClusterSnapshot.TimeOf(failed));
    }

    private static IEnumerable<Finding> Ended(InspectionContext context, V1Pod pod, V1ContainerStatus status)
    {
        var field = $"status.containerStatuses[{status.Name}]";
        if (status.State?.Terminated is { } now)
            return Judge(context, pod, status, now, $"{field}.state.terminated");
        return status.LastState?.Terminated is { } before && !IsOldNews(context, status, before)
            ? Judge(context, pod, status, before, $"{field}.lastState.terminated")
            : [];
    }

    private static IEnumerable<Finding> Judge(
        InspectionContext context,
        V1Pod pod,
        V1ContainerStatus status,
        V1ContainerStateTerminated ended,
        string field
    )
    {
        var finding = ended.Reason is "StartError" or "ContainerCannotRun"
            ? CreateFailed(
                InspectionContext.Ref(pod, status.Name),
                $"{field}.message",
                ended.Reason,
                ended.Message,
                ClusterSnapshot.Utc(ended.FinishedAt)
            )
            : new EndedContainer(context, pod, status, ended, field).Judge();
        return finding is null ? [] : [finding];
    }

    /// <summary>
    /// A single restart of a container that has been ready for long since is no finding. An out-of-memory kill is one
    /// for a day, because such kills come back.
    /// </summary>
    private static bool IsOldNews(
        InspectionContext context,
        V1ContainerStatus status,
        V1ContainerStateTerminated ended
    ) =>
        status.Ready
        && status.State?.Running is not null
        && context.Since(ended.FinishedAt) is { } age
        && age > (ended.Reason == "OOMKilled" ? TimeSpan.FromDays(1) : TimeSpan.FromMinutes(10));

    private static Finding CreateFailed(
        ResourceRef resource,
        string source,
        string reason,
        string? message,
        DateTimeOffset? at
    )
    {
        var known = MessagePattern.First(CannotCreate, message);
        if (known is null)
            return new()
            {
                Resource = resource,
                Summary = $"the container cannot be created: {reason}",
                Source = source,
                Quote = message ?? reason,
                Weight = 0.8,
                At = at,
            };
        var finding = known.Value.Message.Find(resource, source, message!, known.Value.Facts, at);
        if (finding.Fault == ConfigurationFaults.MissingKey)
        {
            var (kind, name) = (finding.Facts["kind"], finding.Facts["objectname"]);
            return finding with
            {
                Facts = new Dictionary<string, string>(finding.Facts)
                {
                    ["object"] = $"{kind.ToLowerInvariant()}/{name}",
                },
                About = new(kind, resource.Namespace, name),
                AboutDescription = $"has no key {finding.Facts["key"]}",
            };
        }
        return finding;
    }
}
