using System.Text.RegularExpressions;

namespace MetaKube.Chat;

/// <summary>The meaning of states and exit codes of containers, in one sentence each.</summary>
public static partial class TermText
{
    private static readonly Dictionary<string, string> Terms = new(StringComparer.OrdinalIgnoreCase)
    {
        ["CrashLoopBackOff"] =
            "The container starts and ends again and again; the kubelet waits longer between attempts. "
            + "The log of the previous run says why it ends.",
        ["OOMKilled"] = "The container used more memory than its limit, and the kernel ended it (exit code 137).",
        ["ImagePullBackOff"] =
            "The node cannot pull the image and waits between attempts: the name or tag is wrong, "
            + "the registry wants a login, or it does not answer.",
        ["ErrImagePull"] =
            "Pulling the image failed; ImagePullBackOff follows. The event says what the registry answered.",
        ["CreateContainerConfigError"] =
            "The container's configuration cannot be built: a ConfigMap, a Secret or a key of " + "one does not exist.",
        ["CreateContainerError"] = "The container runtime could not create the container; the event says why.",
        ["RunContainerError"] =
            "The container was created and could not be started, often because its command is wrong.",
        ["InvalidImageName"] = "The image's name is not a valid reference.",
        ["Pending"] = "The pod is accepted and does not run yet: it waits for a node, a volume or an image.",
        ["Evicted"] = "The kubelet ended the pod because its node ran out of memory, disk or process ids.",
        ["FailedScheduling"] = "No node fits the pod; the event counts the nodes and says why each is out.",
        ["Unhealthy"] =
            "A probe failed. A failing readiness probe takes traffic away, a failing liveness probe restarts.",
        ["BackOff"] = "The kubelet waits before it tries again, after a container or an image pull failed.",
        ["NotReady"] = "The object runs and does not take traffic: its readiness probe or its node is not ready.",
        ["Terminating"] = "The object is being deleted and waits for its finalizers or for its containers to end.",
        ["FailedMount"] = "A volume could not be mounted; the event names the volume and the reason.",
    };

    private static readonly Dictionary<int, string> Exits = new()
    {
        [0] = "The program ended by itself and reported success.",
        [1] = "The program ended with an error of its own; its log says which.",
        [2] = "The program ended with an error of its own, often because of its arguments.",
        [126] = "The command was found and could not be executed.",
        [127] = "The command does not exist in the image.",
        [128] = "The program ended with an invalid exit code, or the container could not be started.",
        [134] = "The program aborted (signal 6), often after a failed assertion.",
        [137] = "The process was killed (signal 9): by the kernel because of its memory limit, or by the kubelet.",
        [139] = "The program read memory that it may not read (signal 11, segmentation fault).",
        [143] = "The process was asked to end (signal 15): a rollout, a scale-down, an eviction or a liveness probe.",
    };

    /// <summary>The meaning of a term such as "CrashLoopBackOff" or "exit code 137"; null for any other.</summary>
    public static string? Find(string term)
    {
        if (Terms.TryGetValue(term.Trim(), out var text))
            return text;
        return ExitCode().Match(term) is { Success: true } exit && int.TryParse(exit.Groups[1].Value, out var code)
            ? Exits.GetValueOrDefault(code)
            : null;
    }

    [GeneratedRegex(@"^\s*exit\s*(?:code|status)?\s*(\d{1,3})\s*$", RegexOptions.IgnoreCase)]
    private static partial Regex ExitCode();
}
