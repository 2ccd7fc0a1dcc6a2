using System.Text.RegularExpressions;

namespace MetaKube.Cluster.Text;

/// <summary>
/// Recognises messages of Kubernetes in a question or in the text of an alert. Their opening words tell the reason of
/// the event; the rules of the inspectors judge the rest.
/// </summary>
internal static partial class ToldEvents
{
    private const int LongestText = 16 * 1024,
        LongestMessage = 600,
        MostEvents = 8;

    private static readonly (Regex Opening, string Kind, string Reason)[] Messages =
    [
        (Failed(), "Pod", "Failed"),
        (BackOff(), "Pod", "BackOff"),
        (FailedScheduling(), "Pod", "FailedScheduling"),
        (Evicted(), "Pod", "Evicted"),
        (Unhealthy(), "Pod", "Unhealthy"),
        (FailedMount(), "Pod", "FailedMount"),
        (FailedAttachVolume(), "Pod", "FailedAttachVolume"),
        (FailedCreatePodSandBox(), "Pod", "FailedCreatePodSandBox"),
        (FailedCreate(), "ReplicaSet", "FailedCreate"),
        (ProvisioningFailed(), "PersistentVolumeClaim", "ProvisioningFailed"),
        (NodeNotReady(), "Node", "NodeNotReady"),
        (FailedGetResourceMetric(), "HorizontalPodAutoscaler", "FailedGetResourceMetric"),
        (BackoffLimitExceeded(), "Job", "BackoffLimitExceeded"),
        (DeadlineExceeded(), "Job", "DeadlineExceeded"),
    ];

    /// <summary>The messages of a text, in order.</summary>
    public static IReadOnlyList<ToldEvent> Read(string text)
    {
        if (text.Length > LongestText)
            text = text[..LongestText];
        var openings = Messages
            .SelectMany(message =>
                message.Opening.Matches(text).Select(match => (match.Index, message.Kind, message.Reason))
            )
            .OrderBy(opening => opening.Index);
        var events = new List<ToldEvent>();
        var end = 0;
        foreach (var (start, kind, reason) in openings)
        {
            // A message may contain the opening words of another one.
            if (start < end)
                continue;
            end = EndOf(text, start);
            events.Add(new(kind, reason, text[start..end].Trim()));
            if (events.Count == MostEvents)
                break;
        }
        return events;
    }

    /// <summary>A message ends with its line, or with the JSON string that it stands in.</summary>
    private static int EndOf(string text, int start)
    {
        var line = text.IndexOf('\n', start);
        var end = Math.Min(line < 0 ? text.Length : line, Math.Min(text.Length, start + LongestMessage));
        if (text.AsSpan().TrimStart() is not (['{', ..] or ['[', '{', ..]))
            return end;
        for (var i = start; i < end; i++)
            if (text[i] == '"' && text[i - 1] != '\\')
                return i;
        return end;
    }

    private const RegexOptions Options =
        RegexOptions.NonBacktracking | RegexOptions.CultureInvariant | RegexOptions.IgnoreCase;

    [GeneratedRegex(
        @"Failed to pull image|Error: (?:ErrImage|ImagePullBackOff|InvalidImageName|configmap |secret |container has"
            + @"|failed to (?:create|start) container|couldn't find key)|failed to create containerd task"
            + @"|couldn't find key \S+ in",
        Options
    )]
    private static partial Regex Failed();

    [GeneratedRegex("Back-off (?:restarting failed container|pulling image)", Options)]
    private static partial Regex BackOff();

    [GeneratedRegex(@"\b\d{1,6}/\d{1,6} nodes are available", Options)]
    private static partial Regex FailedScheduling();

    [GeneratedRegex(
        "The node was low on resource|The node had condition|Usage of EmptyDir volume|Pod ephemeral local storage usage"
            + @"|Container \S+ exceeded its local ephemeral storage",
        Options
    )]
    private static partial Regex Evicted();

    [GeneratedRegex("(?:Liveness|Readiness|Startup) probe (?:failed|errored)", Options)]
    private static partial Regex Unhealthy();

    [GeneratedRegex(@"MountVolume\.|Unable to attach or mount volumes", Options)]
    private static partial Regex FailedMount();

    [GeneratedRegex(@"Multi-Attach error|AttachVolume\.", Options)]
    private static partial Regex FailedAttachVolume();

    [GeneratedRegex("Failed to create pod sandbox|failed to set ?up network for sandbox", Options)]
    private static partial Regex FailedCreatePodSandBox();

    [GeneratedRegex("Error creating: ", Options)]
    private static partial Regex FailedCreate();

    [GeneratedRegex(
        "storageclass[^\n]{1,80} not found|failed to provision volume|no persistent volumes available for this claim",
        Options
    )]
    private static partial Regex ProvisioningFailed();

    [GeneratedRegex("Kubelet stopped posting node status", Options)]
    private static partial Regex NodeNotReady();

    [GeneratedRegex(
        "failed to get (?:cpu|memory) (?:utilization|usage|resource metric)|missing request for ",
        Options
    )]
    private static partial Regex FailedGetResourceMetric();

    [GeneratedRegex("Job has reached the specified backoff limit", Options)]
    private static partial Regex BackoffLimitExceeded();

    [GeneratedRegex("Job was active longer than specified deadline", Options)]
    private static partial Regex DeadlineExceeded();
}
