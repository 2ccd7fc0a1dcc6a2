using System;
using System.Globalization;
using k8s.Models;
using MetaKube.Cluster.Logs;
using MetaKube.Cluster.Objects;
using MetaKube.Model;

namespace MetaKube.Cluster.Inspectors;

/// <summary>
/// Containers that cannot be created, do not start, or have ended: by waiting reason, exit code and termination reason.
/// </summary>
internal sealed class ContainerInspector : IInspector
{
    private static readonly MessagePattern[] CannotCreate =
    [
        new(
            @"configmap ""(?<configmap>[^""]+)"" not found",
            "config.missing-configmap",
            "the container needs ConfigMap {configmap}, which does not exist",
            0.96
        ),
        new(
            @"secret ""(?<secret>[^""]+)"" not found",
            "config.missing-secret",
            "the container needs Secret {secret}, which does not exist",
            0.96
        ),
        new(
            @"couldn't find key (?<key>\S+) in (?<kind>ConfigMap|Secret) (?<ns>[^/\s]+)/(?<objectname>\S+)",
            "config.missing-key",
            "{kind} {objectname} has no key {key}, which the container asks for",
            0.96
        ),
        new(
            @"runAsNonRoot|non-root|container has runAsNonRoot",
            "config.security-context-denied",
            "the securityContext demands a non-root user, and the image runs as root",
            0.96
        ),
        new(
            @"exec format error",
            "image.wrong-architecture",
            "the program was built for another CPU architecture",
            0.95
        ),
        new(
            @"subPath|not a directory|trying to mount a directory|is not mounted properly",
            "config.volume-mount-wrong",
            "a volume cannot be mounted at the path that the spec names",
            0.9
        ),
        new(
            @"exec: ""?(?<command>[^"":]+)""?: (executable file not found|stat [^:]+: no such file|permission denied)|(executable file not found|no such file or directory|permission denied|is a directory)",
            "config.bad-command",
            "the container's command cannot be run",
            0.95
        ),
    ];

    public IEnumerable<Finding> Inspect(Examination x) =>
        x.Pods.SelectMany(pod => States(pod).SelectMany(state => InspectContainer(x, pod, state)));

    /// <summary>Container states, those of init containers that are done left out.</summary>
    public static IEnumerable<V1ContainerStatus> States(V1Pod pod) =>
        (pod.Status?.InitContainerStatuses ?? [])
            .Where(state => state.State?.Terminated?.ExitCode != 0)
            .Concat(pod.Status?.ContainerStatuses ?? []);

    private static IEnumerable<Finding> InspectContainer(Examination x, V1Pod pod, V1ContainerStatus state)
    {
        var resource = Examination.Ref(pod, state.Name);
        if (state.State?.Waiting is { } waiting)
        {
            var field = $"status.containerStatuses[{state.Name}].state.waiting";
            if (
                waiting.Reason
                is "CreateContainerConfigError"
                    or "CreateContainerError"
                    or "RunContainerError"
                    or "StartError"
                    or "PreStartHookError"
                    or "PostStartHookError"
            )
            {
                // kubectl describe prints no message of a container that waits; the event has the same words.
                var failed = waiting.Message is null
                    ? x.LatestEvent(Examination.Ref(pod), e => e is { Reason: "Failed", Type: "Warning" })
                    : null;
                yield return failed is null
                    ? CreateFailed(resource, $"{field}.message", waiting.Reason, waiting.Message, null)
                    : CreateFailed(
                        resource,
                        "event Failed",
                        waiting.Reason,
                        failed.Message,
                        ClusterSnapshot.TimeOf(failed)
                    );
            }
            else if (waiting.Reason == "CrashLoopBackOff")
                yield return new()
                {
                    Resource = resource,
                    Summary =
                        $"container {state.Name} keeps ending: CrashLoopBackOff after {state.RestartCount} restarts",
                    Source = $"{field}.reason",
                    Quote = waiting.Message ?? waiting.Reason,
                    Weight = 0.9,
                };
        }
        var (ended, where) = state.State?.Terminated is { } now
            ? (now, "state")
            : (state.LastState?.Terminated, "lastState");
        if (ended is not null && !(where == "lastState" && IsOldNews(x, state, ended)))
            foreach (
                var finding in Ended(x, pod, state, ended, $"status.containerStatuses[{state.Name}].{where}.terminated")
            )
                yield return finding;
    }

    /// <summary>
    /// One restart, long ago, and ready ever since is no finding; out-of-memory kills are, for a day: they come back.
    /// </summary>
    private static bool IsOldNews(Examination x, V1ContainerStatus state, V1ContainerStateTerminated ended) =>
        state.Ready
        && state.State?.Running is not null
        && x.Since(ended.FinishedAt) is { } age
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
        if (finding.Fault == "config.missing-key")
        {
            var (kind, name) = (finding.Facts["kind"], finding.Facts["objectname"]);
            return finding with
            {
                Facts = new Dictionary<string, string>(finding.Facts)
                {
                    ["object"] = $"{kind.ToLowerInvariant()}/{name}",
                },
                About = new(kind, resource.Namespace, name),
                AboutSays = $"has no key {finding.Facts["key"]}",
            };
        }
        return finding;
    }

    private static IEnumerable<Finding> Ended(
        Examination x,
        V1Pod pod,
        V1ContainerStatus state,
        V1ContainerStateTerminated ended,
        string field
    )
    {
        var resource = Examination.Ref(pod, state.Name);
        var at = ClusterSnapshot.Utc(ended.FinishedAt);
        var container = PodReferences.Containers(pod.Spec).FirstOrDefault(c => c.Name == state.Name);
        var memory = container?.Resources?.Limits?.TryGetValue("memory", out var amount) == true ? amount : null;
        var (limit, more) = (memory?.ToString(), Quantity.Twice(memory, isMemory: true));
        var code =
            $"exitCode: {ended.ExitCode.ToString(CultureInfo.InvariantCulture)}, reason: {ended.Reason ?? "null"}";

        Finding Of(
            string? fault,
            string summary,
            double weight,
            string source,
            string quote,
            params (string, string?)[] facts
        ) =>
            new()
            {
                Fault = fault,
                Resource = resource,
                Summary = summary,
                Weight = weight,
                Source = source,
                Quote = quote,
                At = at,
                Facts = facts
                    .Where(fact => fact.Item2 is not null)
                    .ToDictionary(fact => fact.Item1, fact => fact.Item2!),
            };

        if (ended.Reason == "OOMKilled")
        {
            // A pasted table does not tell the limit: then the likelier case is claimed, without it.
            yield return container is null
                ? Of(
                    "resource.oom-killed",
                    $"container {state.Name} was killed for using more memory than it may",
                    0.85,
                    $"{field}.reason",
                    "OOMKilled"
                )
            : limit is null
                ? Of(
                    "resource.node-oom",
                    $"container {state.Name} was killed for memory although it has no limit: the node ran out",
                    0.9,
                    $"{field}.reason",
                    "reason: OOMKilled, limits.memory: null",
                    ("node", pod.Spec?.NodeName)
                )
            : Of(
                "resource.oom-killed",
                $"container {state.Name} was killed for using more than its memory limit of {limit}",
                0.95,
                $"{field}.reason",
                $"reason: OOMKilled, exitCode: {ended.ExitCode}, limits.memory: {limit}",
                ("limit", limit),
                ("more", more)
            );
        }
        else if (ended.Reason is "StartError" or "ContainerCannotRun")
        {
            yield return CreateFailed(resource, $"{field}.message", ended.Reason, ended.Message, at);
        }
        else if (ended.ExitCode is 126 or 127)
        {
            yield return Of(
                "config.bad-command",
                $"container {state.Name} ended with {ended.ExitCode}: {(ended.ExitCode == 127 ? "a command was not found" : "a command is not executable")}",
                0.85,
                $"{field}.exitCode",
                code
            );
        }
        else if (ended.ExitCode is 139 or 134)
        {
            yield return Of(
                "application.crash",
                $"container {state.Name} crashed with {(ended.ExitCode == 139 ? "a segmentation fault" : "an abort")} (exit code {ended.ExitCode})",
                0.8,
                $"{field}.exitCode",
                code
            );
        }
        else if (ended.ExitCode is 137 or 143)
        {
            // Somebody killed it: the kubelet for a probe (ProbeInspector knows), or the kernel for a child process
            // over the limit.
            var probed = container?.LivenessProbe is not null || container?.StartupProbe is not null;
            if (
                ended.ExitCode == 137
                && limit is not null
                && (!probed || x.Snapshot.IsComplete("Event", resource.Namespace))
                && !ProbeInspector.WasKilledForLiveness(x, pod, state.Name)
            )
                yield return Of(
                    "resource.oom-killed",
                    $"container {state.Name} was killed (exit code 137) and has a memory limit of {limit}: probably out of memory in a child process",
                    0.55,
                    $"{field}.exitCode",
                    code,
                    ("limit", limit),
                    ("more", more)
                );
            else if (
                ended.ExitCode == 137
                && limit is null
                && NodeInspector.OutOfMemoryEvent(x, pod.Spec?.NodeName) is { } oom
            )
                yield return Of(
                    "resource.node-oom",
                    $"container {state.Name} was killed (exit code 137), has no memory limit, and its node ran out of memory",
                    0.85,
                    "event SystemOOM",
                    oom.Message ?? "",
                    ("node", pod.Spec?.NodeName)
                );
        }
        else if (ended.ExitCode != 0)
        {
            // Its own error it is only once its log was read, and held nothing sharper.
            var words = LastWords(x, pod, state.Name);
            yield return words is null
                ? Of(
                    null,
                    $"container {state.Name} ended with an error (exit code {ended.ExitCode})",
                    0.5,
                    $"{field}.exitCode",
                    code
                )
                : Of(
                    "application.crash",
                    $"container {state.Name} ended with an error (exit code {ended.ExitCode})",
                    0.5,
                    "last line of the log",
                    words
                );
        }
        else if (state.RestartCount > 0 && state.State?.Running is null && pod.Spec?.RestartPolicy is null or "Always")
        {
            yield return Of(
                "config.bad-command",
                $"container {state.Name} ends by itself with success (exit code 0), and is started again each time",
                0.7,
                $"{field}.exitCode",
                code
            );
        }
    }

    private static string? LastWords(Examination x, V1Pod pod, string container) =>
        x.LogOf(pod, container, previous: false) is [.., var last] ? last
        : x.LogOf(pod, container, previous: true) is [.., var before] ? before
        : null;
}
