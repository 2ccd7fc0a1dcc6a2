using k8s;
using k8s.Models;
using MetaKube.Cluster.Objects;

namespace MetaKube.Cluster.Text;

/// <summary>Objects that are only spoken of, and what events alone tell about their state.</summary>
internal static class PastedMention
{
    /// <summary>An object of which nothing is known but its name.</summary>
    public static IKubernetesObject<V1ObjectMeta> Of(string kind, string? ns, string name)
    {
        var meta = new V1ObjectMeta { Name = name, NamespaceProperty = ns };
        if (ResourceKind.Find(kind) is not { } known)
            return CustomResource.Of(kind, meta, []);
        var item = (IKubernetesObject<V1ObjectMeta>)Activator.CreateInstance(known.Type)!;
        item.Metadata = meta;
        return RequiredFields.Fill(item);
    }

    /// <summary>Sets the state that the events of an object, the latest first, show.</summary>
    public static void SetState(IKubernetesObject<V1ObjectMeta> item, IReadOnlyList<Corev1Event> events)
    {
        switch (item)
        {
            case V1Pod pod:
                SetState(pod, events);
                break;
            case V1PersistentVolumeClaim claim
                when events[0].Reason is "ProvisioningFailed" or "FailedBinding" or "ExternalProvisioning":
                claim.Status = new() { Phase = "Pending" };
                break;
            case V1Job job
                when events.FirstOrDefault(e => e.Reason is "BackoffLimitExceeded" or "DeadlineExceeded") is { } failed:
                job.Status = new()
                {
                    Conditions =
                    [
                        new()
                        {
                            Type = "Failed",
                            Status = "True",
                            Reason = failed.Reason,
                            Message = failed.Message,
                        },
                    ],
                };
                break;
            case V1Node node:
                node.Status = new() { Conditions = [.. Conditions(events)] };
                break;
        }
    }

    /// <summary>
    /// The latest event that tells the state decides: a container that started does not wait any more.
    /// </summary>
    private static void SetState(V1Pod pod, IReadOnlyList<Corev1Event> events)
    {
        pod.Spec.NodeName = events.Select(NodeOf).FirstOrDefault(node => node is not null);
        foreach (var e in events)
        {
            var (phase, waiting) = StateAfter(e);
            if (phase is null)
                continue;
            pod.Status = new()
            {
                Phase = phase,
                Reason = phase == "Failed" ? e.Reason : null,
                Message = phase == "Failed" ? e.Message : null,
                ContainerStatuses = waiting is null
                    ? null
                    :
                    [
                        new()
                        {
                            Name = ContainerOf(e) ?? "",
                            State =
                                waiting.Length == 0
                                    ? new() { Running = new() }
                                    : new() { Waiting = new() { Reason = waiting } },
                        },
                    ],
            };
            return;
        }
    }

    /// <summary>
    /// The phase, and the reason that a container waits for: empty where it runs, null where there is none.
    /// </summary>
    private static (string? Phase, string? Waiting) StateAfter(Corev1Event e) =>
        e.Reason switch
        {
            "FailedScheduling" => ("Pending", null),
            "FailedMount" or "FailedAttachVolume" or "FailedCreatePodSandBox" => ("Pending", "ContainerCreating"),
            "Evicted" => ("Failed", null),
            "BackOff" when Says(e, "pulling image") => ("Pending", "ImagePullBackOff"),
            "BackOff" => ("Running", "CrashLoopBackOff"),
            "Failed" when Says(e, "pull image") => ("Pending", "ErrImagePull"),
            "Failed" when Says(e, "ImagePullBackOff") => ("Pending", "ImagePullBackOff"),
            "Failed" when Says(e, "ErrImagePull") => ("Pending", "ErrImagePull"),
            "Failed" when Says(e, "InvalidImageName") => ("Pending", "InvalidImageName"),
            "InspectFailed" => ("Pending", "InvalidImageName"),
            "ErrImageNeverPull" => ("Pending", "ErrImageNeverPull"),
            "Failed" => ("Pending", "CreateContainerError"),
            "Unhealthy" => ("Running", ""),
            _ => (null, null),
        };

    private static bool Says(Corev1Event e, string words) =>
        e.Message?.Contains(words, StringComparison.OrdinalIgnoreCase) == true;

    /// <summary>"Successfully assigned shop/web-0 to node-1"</summary>
    private static string? NodeOf(Corev1Event e) =>
        e.Reason == "Scheduled" && e.Message?.LastIndexOf(" to ", StringComparison.Ordinal) is > 0 and var at
            ? e.Message[(at + 4)..].Trim()
            : null;

    /// <summary>"Back-off restarting failed container web in pod web-0_shop(…)"</summary>
    private static string? ContainerOf(Corev1Event e)
    {
        var words = (e.Message ?? "").Split(' ');
        var at = Array.IndexOf(words, "container");
        return at >= 0 && at + 2 < words.Length && words[at + 2] == "in" ? words[at + 1] : null;
    }

    private static IEnumerable<V1NodeCondition> Conditions(IReadOnlyList<Corev1Event> events)
    {
        // The latest event of each condition decides.
        foreach (
            var (type, status, e) in events
                .Select(e => (Condition: ConditionOf(e.Reason), Event: e))
                .Where(pair => pair.Condition.Type.Length > 0)
                .DistinctBy(pair => pair.Condition.Type)
                .Select(pair => (pair.Condition.Type, pair.Condition.Status, pair.Event))
        )
            yield return new()
            {
                Type = type,
                Status = status,
                Reason = e.Reason,
                Message = e.Message,
                LastTransitionTime = e.LastTimestamp,
            };
    }

    private static (string Type, string Status) ConditionOf(string? reason) =>
        reason switch
        {
            "NodeReady" => ("Ready", "True"),
            "NodeNotReady" => ("Ready", "False"),
            "NodeHasDiskPressure" => ("DiskPressure", "True"),
            "NodeHasNoDiskPressure" => ("DiskPressure", "False"),
            "NodeHasInsufficientMemory" => ("MemoryPressure", "True"),
            "NodeHasSufficientMemory" => ("MemoryPressure", "False"),
            "NodeHasInsufficientPID" => ("PIDPressure", "True"),
            "NodeHasSufficientPID" => ("PIDPressure", "False"),
            _ => ("", ""),
        };
}
