using k8s.Models;
using MetaKube.Cluster.Objects;
using MetaKube.Model;

namespace MetaKube.Cluster.Inspectors;

/// <summary>Jobs that gave up and CronJobs that do not start.</summary>
internal sealed class JobInspector : IInspector
{
    public IEnumerable<Finding> Inspect(Examination x)
    {
        foreach (var job in x.Snapshot.All<V1Job>().Where(job => !Replacements.IsHistory(x.Snapshot, job)))
        {
            var resource = Examination.Ref(job);
            if (
                job.Status?.Conditions?.FirstOrDefault(condition => condition is { Type: "Failed", Status: "True" }) is
                { } failed
            )
                yield return failed.Reason == "DeadlineExceeded"
                    ? new()
                    {
                        Fault = "application.hang",
                        Resource = resource,
                        Summary =
                            $"the Job did not end within activeDeadlineSeconds ({job.Spec?.ActiveDeadlineSeconds})",
                        Source = "status.conditions[Failed]",
                        Quote = failed.Message ?? failed.Reason,
                        Weight = 0.7,
                        At = ClusterSnapshot.Utc(failed.LastTransitionTime),
                    }
                    : new()
                    {
                        Fault = "config.job-backoff-exhausted",
                        Resource = resource,
                        Summary = $"the Job failed {job.Status.Failed ?? 0} times and gave up",
                        Source = "status.conditions[Failed]",
                        Quote = $"{failed.Reason}: {failed.Message}",
                        Weight = 0.75,
                        At = ClusterSnapshot.Utc(failed.LastTransitionTime),
                    };
            else if (job.Spec?.Suspend == true && x.IsAskedAbout(resource))
                yield return new()
                {
                    Resource = resource,
                    Summary = "the Job is suspended",
                    Source = "spec.suspend",
                    Quote = "suspend: true",
                    Weight = 0.8,
                };
        }
        foreach (var cron in x.Snapshot.All<V1CronJob>())
        {
            var resource = Examination.Ref(cron);
            // Suspended may be meant: a finding where it was asked about.
            if (cron.Spec?.Suspend == true && x.IsAskedAbout(resource))
                yield return new()
                {
                    Fault = "config.cronjob-suspended",
                    Resource = resource,
                    Summary = "the CronJob is suspended",
                    Source = "spec.suspend",
                    Quote = "suspend: true",
                    Weight = 0.95,
                };
            if (
                x.LatestEvent(
                    resource,
                    e =>
                        e.Reason
                            is "FailedNeedsStart"
                                or "UnparseableCronJobSchedule"
                                or "UnParseableCronJobSchedule"
                                or "UnparseableSchedule"
                                or "InvalidSchedule"
                                or "TooManyMissedTimes"
                        || e.Message?.Contains("Cannot determine if job needs to be started", StringComparison.Ordinal)
                            == true
                ) is
                { } e
            )
                yield return new()
                {
                    Fault = "config.cronjob-invalid",
                    Resource = resource,
                    Summary = "the CronJob's schedule cannot be followed",
                    Source = $"event {e.Reason}",
                    Quote = e.Message ?? "",
                    Weight = 0.93,
                    At = ClusterSnapshot.TimeOf(e),
                };
        }
    }
}
