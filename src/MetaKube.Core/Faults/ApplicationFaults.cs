using static MetaKube.Model.Risk;

namespace MetaKube.Faults;

/// <summary>Faults of the category and their codes. A code never changes once it is published.</summary>
public static class ApplicationFaults
{
    public const string Crash = "application.crash";
    public const string ErrorRate = "application.error-rate";
    public const string Hang = "application.hang";
    public const string OutOfMemoryInternal = "application.out-of-memory-internal";

    private static Fault Application(
        string code,
        string title,
        int vagueness,
        IReadOnlyList<RemedyTemplate> remedies,
        params string[] prevention
    ) => new(code, FaultCategory.Application, title, remedies, prevention) { Vagueness = vagueness };

    public static readonly IReadOnlyList<Fault> All =
    [
        Application(
            Crash,
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
            ErrorRate,
            "The program runs, but logs errors that explain the symptom",
            2,
            [new(Low, "Follow the errors in its log.", "kubectl -n {namespace} logs {pod} -c {container} --tail=200")],
            "Alert on the error rate, not only on crashes."
        ),
        Application(
            Hang,
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
            OutOfMemoryInternal,
            "The program's own heap limit is too low, or it leaks",
            0,
            [
                new(
                    Medium,
                    "Raise the heap limit of container {container} (-Xmx or -XX:MaxRAMPercentage, "
                        + "--max-old-space-size) below its memory limit, or find the leak.",
                    "kubectl -n {namespace} edit {workload}"
                ),
            ],
            "Size the heap as a share of the container's limit."
        ),
    ];
}
