using System.Globalization;
using k8s.Models;
using MetaKube.Cluster.Objects;
using MetaKube.Faults;
using MetaKube.Model;

namespace MetaKube.Cluster.Inspectors;

/// <summary>Judges a container that has ended, by termination reason and exit code.</summary>
internal sealed class EndedContainer(
    InspectionContext context,
    V1Pod pod,
    V1ContainerStatus status,
    V1ContainerStateTerminated ended,
    string field
)
{
    private const int NotExecutable = 126,
        NotFound = 127,
        Abort = 134,
        Kill = 137,
        SegmentationFault = 139,
        Terminate = 143;

    private readonly V1Container? spec = PodReferences
        .Containers(pod.Spec)
        .FirstOrDefault(container => container.Name == status.Name);

    private string Name => status.Name;

    private string ExitCode =>
        $"exitCode: {ended.ExitCode.ToString(CultureInfo.InvariantCulture)}, reason: {ended.Reason ?? "null"}";

    private ResourceQuantity? MemoryLimit =>
        spec?.Resources?.Limits?.TryGetValue("memory", out var amount) == true ? amount : null;

    /// <summary>The limit that all containers of the pod share (since 1.34).</summary>
    private ResourceQuantity? SharedMemoryLimit =>
        pod.Spec?.Resources?.Limits?.TryGetValue("memory", out var amount) == true ? amount : null;

    private Dictionary<string, string> LimitFacts =>
        MemoryLimit is { } limit
            ? new() { ["limit"] = limit.ToString(), ["more"] = Quantity.Twice(limit, isMemory: true)! }
            : [];

    private Dictionary<string, string> NodeFacts => pod.Spec?.NodeName is { } node ? new() { ["node"] = node } : [];

    /// <summary>The finding, or null where another inspector knows more or the end is normal.</summary>
    public Finding? Judge()
    {
        if (ended.Reason == "OOMKilled")
            return OutOfMemory();
        // The kubelet gives this reason to containers that it did not see end: the node or its runtime was restarted.
        return ended.Reason == "ContainerStatusUnknown" || ended is { ExitCode: 255, Reason: "Unknown" }
            ? LostSight()
            : ByExitCode();
    }

    private Finding? ByExitCode() =>
        ended.ExitCode switch
        {
            NotFound => BadCommand("a command was not found"),
            NotExecutable => BadCommand("a command is not executable"),
            SegmentationFault => Crash("a segmentation fault"),
            Abort => Crash("an abort"),
            Kill => Killed(),
            Terminate => null,
            0 => Succeeded(),
            _ when WindowsStatus() is { } status => Crash(status),
            _ => Failed(),
        };

    /// <summary>
    /// Windows ends a process that it cannot start or that fails with an NTSTATUS, which has the two upper bits set.
    /// </summary>
    private string? WindowsStatus() =>
        unchecked((uint)ended.ExitCode) switch
        {
            0xC0000005 => "an access violation",
            0xC000007B => "an image of another architecture among its DLLs (STATUS_INVALID_IMAGE_FORMAT)",
            0xC00000FD => "a stack overflow",
            0xC0000135 => "a DLL that it needs and the image does not have (STATUS_DLL_NOT_FOUND)",
            0xC0000139 => "a DLL that lacks a function (STATUS_ENTRYPOINT_NOT_FOUND)",
            0xC0000142 => "a DLL that does not initialise (STATUS_DLL_INIT_FAILED)",
            0xC0000374 => "a corrupted heap",
            0xC0000409 => "a failed check of its stack (STATUS_STACK_BUFFER_OVERRUN)",
            0xE0434352 => "an exception of .NET that nothing caught",
            // Ctrl-C, which is how Windows containers are stopped.
            0xC000013A => null,
            >= 0xC0000000 and < 0xC0010000 => $"the Windows status 0x{unchecked((uint)ended.ExitCode):X8}",
            _ => null,
        };

    private Finding LostSight() =>
        Of(
            null,
            $"container {Name} ended with its node: the node or its container runtime was restarted"
                + (status.State?.Running is null ? "" : ", and it runs again since"),
            status.Ready ? 0.3 : 0.5,
            $"{field}.reason",
            ExitCode
        );

    private Finding OutOfMemory()
    {
        // A pasted table does not tell the limit. Then the more likely case is claimed, without the limit.
        if (spec is null || MemoryLimit is null && !context.Snapshot.Shows(pod, ShownFields.Resources))
            return Of(
                ResourceFaults.OomKilled,
                $"container {Name} was killed for using more memory than it may",
                0.85,
                $"{field}.reason",
                "OOMKilled"
            );
        if (MemoryLimit is not { } limit)
            return OutOfMemoryWithoutLimit();
        var heap = spec is null ? null : HeapSetting.Of(spec);
        var isTooLarge = heap is not null && heap.Bytes >= HeapSetting.LargestShare * limit.ToDecimal();
        return Of(
            ResourceFaults.OomKilled,
            $"container {Name} was killed for using more than its memory limit of {limit}"
                + (isTooLarge ? $", which {heap!.Text} in {heap.Source} does not fit into" : ""),
            0.95,
            $"{field}.reason",
            $"reason: OOMKilled, exitCode: {ended.ExitCode}, limits.memory: {limit}"
        ) with
        {
            Facts = isTooLarge ? new(LimitFacts) { ["heap"] = heap!.Text, ["more"] = heap.FittingLimit } : LimitFacts,
        };
    }

    private Finding OutOfMemoryWithoutLimit() =>
        SharedMemoryLimit is { } shared
            ? Of(
                ResourceFaults.OomKilled,
                $"container {Name} was killed for memory: the containers of the pod use more than the pod's own limit "
                    + $"of {shared} (spec.resources)",
                0.95,
                $"{field}.reason",
                $"reason: OOMKilled, exitCode: {ended.ExitCode}, spec.resources.limits.memory: {shared}"
            )
            : Of(
                ResourceFaults.NodeOom,
                $"container {Name} was killed for memory although it has no limit: the node ran out",
                0.9,
                $"{field}.reason",
                "reason: OOMKilled, limits.memory: null"
            ) with
            {
                Facts = NodeFacts,
            };

    private Finding BadCommand(string why) =>
        Of(
            ConfigurationFaults.BadCommand,
            $"container {Name} ended with {ended.ExitCode}: {why}",
            0.85,
            $"{field}.exitCode",
            ExitCode
        );

    private Finding Crash(string how) =>
        Of(
            ApplicationFaults.Crash,
            $"container {Name} crashed with {how} (exit code {ended.ExitCode})",
            0.8,
            $"{field}.exitCode",
            ExitCode
        );

    /// <summary>
    /// SIGKILL from outside: by the kubelet for a probe, which ProbeInspector reports; by the kernel for a child
    /// process
    /// over the limit; or by the kernel because the node ran out of memory.
    /// </summary>
    private Finding? Killed()
    {
        if (MemoryLimit is { } limit)
        {
            var mayBeProbe =
                (spec?.LivenessProbe is not null || spec?.StartupProbe is not null)
                && !context.Snapshot.IsComplete("Event", pod.Metadata.NamespaceProperty);
            return mayBeProbe || ProbeInspector.WasKilledForLiveness(context, pod, Name)
                ? null
                : Of(
                    ResourceFaults.OomKilled,
                    $"container {Name} was killed (exit code 137) and has a memory limit of {limit}:"
                        + " probably out of memory in a child process",
                    0.55,
                    $"{field}.exitCode",
                    ExitCode
                ) with
                {
                    Facts = LimitFacts,
                };
        }
        return NodeInspector.OutOfMemoryEvent(context, pod.Spec?.NodeName) is not { } oom
            ? null
            : Of(
                ResourceFaults.NodeOom,
                $"container {Name} was killed (exit code 137), has no memory limit, and its node ran out of memory",
                0.85,
                "event SystemOOM",
                oom.Message ?? ""
            ) with
            {
                Facts = NodeFacts,
            };
    }

    /// <summary>
    /// An error counts as the program's own only if its log was read. The log inspector may know more.
    /// </summary>
    private Finding Failed()
    {
        var summary = $"container {Name} ended with an error (exit code {ended.ExitCode})";
        return LastLine() is { } line
            ? Of(ApplicationFaults.Crash, summary, 0.5, "last line of the log", line)
            : Of(null, summary, 0.5, $"{field}.exitCode", ExitCode);
    }

    private Finding? Succeeded()
    {
        if (status.RestartCount == 0 || status.State?.Running is not null)
            return null;
        if (pod.Spec?.RestartPolicy is not (null or "Always"))
            return null;
        var line = LastLine();
        return Of(
            ConfigurationFaults.BadCommand,
            $"container {Name} ends by itself with success (exit code 0), and is started again each time",
            0.7,
            line is null ? $"{field}.exitCode" : "last line of the log",
            line ?? ExitCode
        ) with
        {
            Facts = new Dictionary<string, string> { ["ends"] = "ends by itself with exit code 0" },
        };
    }

    private string? LastLine()
    {
        if (context.LogOf(pod, Name, previous: false) is [.., var last])
            return last.Trim();
        return context.LogOf(pod, Name, previous: true) is [.., var before] ? before.Trim() : null;
    }

    private Finding Of(string? fault, string summary, double weight, string source, string quote) =>
        new()
        {
            Fault = fault,
            Resource = InspectionContext.Ref(pod, Name),
            Summary = summary,
            Weight = weight,
            Source = source,
            Quote = quote,
            At = ClusterSnapshot.Utc(ended.FinishedAt),
        };
}
