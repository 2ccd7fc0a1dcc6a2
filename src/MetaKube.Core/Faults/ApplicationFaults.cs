using static MetaKube.Model.Risk;

namespace MetaKube.Faults;

internal static class ApplicationFaults
{
    private static Fault Application(
        string name,
        string title,
        int vagueness,
        IReadOnlyList<RemedyTemplate> remedies,
        params string[] prevention
    ) => new($"application.{name}", FaultCategory.Application, title, remedies, prevention) { Vagueness = vagueness };

    public static readonly IReadOnlyList<Fault> All =
    [
        Application(
            "crash",
            "The program fails by an error of its own",
            2,
            [
                new(
                    Low,
                    "Read the whole log of the run that failed; the error is the program's own.",
                    "kubectl -n {namespace} logs {pod} -c {container} --previous"
                ),
            ],
            "Test the release with production's configuration; roll out step by step."
        ),
        Application(
            "error-rate",
            "The program runs, but logs errors that explain the symptom",
            2,
            [new(Low, "Follow the errors in its log.", "kubectl -n {namespace} logs {pod} -c {container} --tail=200")],
            "Alert on the error rate, not only on crashes."
        ),
        Application(
            "hang",
            "The program does not answer, and does not crash",
            3,
            [
                new(
                    Medium,
                    "Take a thread dump, then restart.",
                    "kubectl -n {namespace} logs {pod} -c {container} --tail=200",
                    "kubectl -n {namespace} rollout restart {deployment}"
                ),
            ],
            "Set timeouts on every outgoing call."
        ),
        Application(
            "out-of-memory-internal",
            "The program's own heap limit is too low, or it leaks",
            0,
            [
                new(
                    Medium,
                    "Raise the heap limit of container {container} (-Xmx or -XX:MaxRAMPercentage, --max-old-space-size) below its memory limit, or find the leak.",
                    "kubectl -n {namespace} edit {workload}"
                ),
            ],
            "Size the heap as a share of the container's limit."
        ),
    ];
}
