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

    /// <summary>Containers of one pod do not end in the same second.</summary>
    private static readonly TimeSpan SidecarDelay = TimeSpan.FromMinutes(1);

    /// <summary>This many unfinished Jobs of one CronJob are more than a run that takes a little longer.</summary>
    private const int ManyJobs = 3;

    public InspectionResult Inspect(InspectionContext context) =>
        new(
            context
                .Snapshot.All<V1Job>()
                .Where(job => !SupersededFailures.IsHistory(context.Snapshot, job))
                .Select(job => Judge(context, job))
                .OfType<Finding>()
                .Concat(context.Pods.Select(pod => KeptAlive(context, pod)).OfType<Finding>())
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

    /// <summary>
    /// A pod of a Job whose one container has ended well while another goes on: the Job never completes. A sidecar
    /// belongs among the init containers, with restartPolicy Always.
    /// </summary>
    private static Finding? KeptAlive(InspectionContext context, V1Pod pod)
    {
        if (
            pod.Metadata.OwnerReferences?.FirstOrDefault(owner => owner.Kind == "Job") is not { } job
            || pod.Status?.ContainerStatuses is not { Count: > 1 } statuses
            || statuses.FirstOrDefault(status => status.State?.Terminated is { ExitCode: 0 }) is not { } ended
            || statuses.FirstOrDefault(status => status.State?.Running is not null) is not { } running
            // The clock of pasted text is the latest time in it, which may be this very end.
            || context.Snapshot.Pasted is null && context.Since(ended.State.Terminated.FinishedAt) < SidecarDelay
        )
            return null;
        return new()
        {
            Fault = ConfigurationFaults.JobHeldOpen,
            Resource = InspectionContext.Ref(pod, running.Name),
            Summary =
                $"container {ended.Name} of Job {job.Name} has ended, and container {running.Name} still runs, so the "
                + "Job never completes"
                + Skipped(context, pod.Metadata.NamespaceProperty, job.Name),
            Source = $"status.containerStatuses[{running.Name}].state",
            Quote = $"{ended.Name}: terminated exitCode 0; {running.Name}: running",
            Weight = 0.9,
            Facts = new Dictionary<string, string> { ["sidecar"] = running.Name },
        };
    }

    /// <summary>With concurrencyPolicy Forbid, a CronJob waits for the Job that does not end.</summary>
    private static string Skipped(InspectionContext context, string ns, string name)
    {
        var owner = context
            .Snapshot.Find<V1Job>(ns, name)
            ?.Metadata.OwnerReferences?.FirstOrDefault(reference => reference.Kind == "CronJob");
        return context.Snapshot.Find<V1CronJob>(ns, owner?.Name) is { Spec.ConcurrencyPolicy: "Forbid" } cron
            ? $"; CronJob {cron.Metadata.Name} has concurrencyPolicy Forbid and starts no further one"
            : "";
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
        var active = cron.Status?.Active?.Count ?? 0;
        if (active >= ManyJobs && cron.Spec?.ConcurrencyPolicy is null or "" or "Allow")
            yield return new()
            {
                Resource = resource,
                Summary =
                    $"{active} Jobs of CronJob {cron.Metadata.Name} run at once: each starts ({cron.Spec?.Schedule}) "
                    + "before the last has ended, and concurrencyPolicy is Allow",
                Source = "status.active",
                Quote = $"active: {active}",
                Weight = 0.75,
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
