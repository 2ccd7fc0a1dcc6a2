using System.Globalization;
using k8s.Models;

namespace MetaKube.Cluster.Text;

/// <summary>
/// A pod's row. Its STATUS is the pod's phase, or the reason of its worst container, which the row does not name.
/// </summary>
internal static class PastedPodRow
{
    public static V1Pod Read(V1ObjectMeta meta, Func<string, string> cell)
    {
        var status = cell("STATUS");
        var isInit = status.StartsWith("Init:", StringComparison.Ordinal);
        status = status[(status.IndexOf(':', StringComparison.Ordinal) + 1)..];
        var (ready, all) = PastedTable.Fraction(cell("READY"));
        var restarts = int.TryParse(cell("RESTARTS").Split(' ')[0], CultureInfo.InvariantCulture, out var count)
            ? count
            : 0;
        var (phase, reason, state) = StateOf(
            isInit && status.Contains('/', StringComparison.Ordinal) ? "PodInitializing" : status,
            restarts
        );
        var container = new V1ContainerStatus
        {
            Name = "",
            Ready = ready == all && all > 0,
            RestartCount = restarts,
            State = state,
        };
        return new()
        {
            Metadata = meta,
            Spec = new()
            {
                NodeName = cell("NODE") is { Length: > 0 } node and not "<none>" ? node : null,
                Containers = [],
            },
            Status = new()
            {
                Phase = isInit ? "Pending" : phase,
                Reason = reason,
                PodIP = cell("IP") is { Length: > 0 } ip and not "<none>" ? ip : null,
                ContainerStatuses = state is null || isInit ? [] : [container],
                InitContainerStatuses = state is not null && isInit ? [container] : [],
                Conditions = [new() { Type = "Ready", Status = container.Ready ? "True" : "False" }],
            },
        };
    }

    private static (string Phase, string? Reason, V1ContainerState? State) StateOf(string status, int restarts) =>
        status switch
        {
            "Running" or "NotReady" or "Terminating" or "Unknown" => ("Running", null, new() { Running = new() }),
            "Completed" when restarts > 0 => ("Running", null, Ended(0, status)),
            "Completed" or "Succeeded" => ("Succeeded", null, Ended(0, "Completed")),
            "Pending" or "SchedulingGated" => ("Pending", null, null),
            "ContainerCreating" or "PodInitializing" => ("Pending", null, Waiting(status)),
            "OOMKilled" => ("Running", null, Ended(137, status)),
            "Error" or "Failed" => ("Running", null, Ended(1, "Error")),
            "Evicted" or "NodeLost" or "Shutdown" or "NodeShutdown" or "UnexpectedAdmissionError" or "NodeAffinity" => (
                "Failed",
                status,
                null
            ),
            _ when status.StartsWith("OutOf", StringComparison.Ordinal) => ("Failed", status, null),
            _ when int.TryParse(status, CultureInfo.InvariantCulture, out var code) => (
                "Running",
                null,
                Ended(code, "Error")
            ),
            _ => (restarts > 0 ? "Running" : "Pending", null, Waiting(status)),
        };

    private static V1ContainerState Waiting(string reason) => new() { Waiting = new() { Reason = reason } };

    private static V1ContainerState Ended(int code, string reason) =>
        new()
        {
            Terminated = new() { ExitCode = code, Reason = reason },
        };
}
