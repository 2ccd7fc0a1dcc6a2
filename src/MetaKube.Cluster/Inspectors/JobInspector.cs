using k8s.Models;
using MetaKube.Cluster.Objects;
using MetaKube.Faults;
using MetaKube.Model;

namespace MetaKube.Cluster.Inspectors;

/// <summary>Jobs that have failed for good, and CronJobs that do not start.</summary>
internal sealed class JobInspector : IInspector
{
    private static readonly HashSet<string?> ScheduleReasons =
    [
        "FailedNeedsStart",
        "UnparseableCronJobSchedule",
        "UnParseableCronJobSchedule",
        "UnparseableSchedule",
        "InvalidSchedule",
        "TooManyMissedTimes",
    ];

    public InspectionResult Inspect(InspectionContext context) =>
        new(
            context
                .Snapshot.All<V1Job>()
                .Where(job => !SupersededFailures.IsHistory(context.Snapshot, job))
                .Select(job => Judge(context, job))
                .OfType<Finding>()
                .Concat(context.Snapshot.All<V1CronJob>().SelectMany(cron => Judge(context, cron)))
        );

    private static Finding? Judge(InspectionContext context, V1Job job)
    {
        var resource = InspectionContext.Ref(job);
        var failed = job.Status?.Conditions?.FirstOrDefault(condition =>
            condition is { Type: "Failed", Status: "True" }
        );
        if (failed is not null)
            return Failed(resource, job, failed);
        return job.Spec?.Suspend != true || !context.IsAskedAbout(resource)
            ? null
            : new()
            {
                Resource = resource,
                Summary = "the Job is suspended",
                Source = "spec.suspend",
                Quote = "suspend: true",
                Weight = 0.8,
            };
    }

    private static Finding Failed(ResourceRef resource, V1Job job, V1JobCondition failed) =>
        failed.Reason == "DeadlineExceeded"
            ? new()
            {
                Fault = ApplicationFaults.Hang,
                Resource = resource,
                Summary = $"the Job did not end within activeDeadlineSeconds ({job.Spec?.ActiveDeadlineSeconds})",
                Source = "status.conditions[Failed]",
                Quote = failed.Message ?? failed.Reason,
                Weight = 0.7,
                At = ClusterSnapshot.Utc(failed.LastTransitionTime),
            }
            : new()
            {
                Fault = ConfigurationFaults.JobBackoffExhausted,
                Resource = resource,
                Summary = $"the Job failed {job.Status.Failed ?? 0} times and gave up",
                Source = "status.conditions[Failed]",
                Quote = $"{failed.Reason}: {failed.Message}",
                Weight = 0.75,
                At = ClusterSnapshot.Utc(failed.LastTransitionTime),
            };

    private static IEnumerable<Finding> Judge(InspectionContext context, V1CronJob cron)
    {
        var resource = InspectionContext.Ref(cron);
        // A suspension may be intended: it is a finding only where the question is about this CronJob.
        if (cron.Spec?.Suspend == true && context.IsAskedAbout(resource))
            yield return new()
            {
                Fault = ConfigurationFaults.CronJobSuspended,
                Resource = resource,
                Summary = "the CronJob is suspended",
                Source = "spec.suspend",
                Quote = "suspend: true",
                Weight = 0.95,
            };
        if (context.LatestEvent(resource, IsAboutSchedule) is { } e)
            yield return new()
            {
                Fault = ConfigurationFaults.CronJobInvalid,
                Resource = resource,
                Summary = "the CronJob's schedule cannot be followed",
                Source = $"event {e.Reason}",
                Quote = e.Message ?? "",
                Weight = 0.93,
                At = ClusterSnapshot.TimeOf(e),
            };
    }

    private static bool IsAboutSchedule(Corev1Event e) =>
        ScheduleReasons.Contains(e.Reason)
        || e.Message?.Contains("Cannot determine if job needs to be started", StringComparison.Ordinal) == true;
}
