using k8s.Models;
using MetaKube.Cluster.Inspectors;
using MetaKube.Faults;
using MetaKube.Tests.Cluster.Text;

namespace MetaKube.Tests.Cluster.Inspectors;

public sealed class JobInspectorTests
{
    private static Given Failed(string reason) =>
        Given.An<V1Job>(
            "shop/migrate",
            job =>
            {
                job.Spec = new() { ActiveDeadlineSeconds = 60, Template = new() };
                job.Status = new()
                {
                    Failed = 7,
                    Conditions =
                    [
                        new()
                        {
                            Type = "Failed",
                            Status = "True",
                            Reason = reason,
                        },
                    ],
                };
            }
        );

    private static Given CronJob(bool suspended) =>
        Given.An<V1CronJob>(
            "shop/nightly",
            cron =>
                cron.Spec = new()
                {
                    Suspend = suspended,
                    Schedule = "0 3 * * *",
                    JobTemplate = new(),
                }
        );

    [Theory]
    [InlineData("BackoffLimitExceeded", ConfigurationFaults.JobBackoffExhausted)]
    [InlineData("DeadlineExceeded", ApplicationFaults.Hang)]
    public void A_failed_Job_says_why(string reason, string fault) =>
        Failed(reason).Faults<JobInspector>().ShouldBe([fault]);

    [Theory]
    [InlineData("UnparseableCronJobSchedule", "unparseable schedule: 61 * * * *")]
    [InlineData("FailedNeedsStart", "Cannot determine if job needs to be started: too many missed start times")]
    public void A_schedule_that_cannot_be_followed_is_a_fault(string reason, string message) =>
        CronJob(false).Event(reason, message).Faults<JobInspector>().ShouldBe([ConfigurationFaults.CronJobInvalid]);

    [Fact]
    public void A_suspended_CronJob_is_a_fault_only_where_it_was_asked_about()
    {
        CronJob(true).AskedAbout().Faults<JobInspector>().ShouldBe([ConfigurationFaults.CronJobSuspended]);
        CronJob(true).Faults<JobInspector>().ShouldBeEmpty();
    }

    [Fact]
    public void A_CronJob_that_starts_its_Jobs_has_no_finding() =>
        CronJob(false)
            .Event("SuccessfulCreate", "Created job nightly-1", type: "Normal")
            .AskedAbout()
            .Faults<JobInspector>()
            .ShouldBeEmpty();

    [Fact]
    public void A_Job_that_succeeded_in_the_end_has_no_finding() =>
        Given
            .An<V1Job>(
                "shop/migrate",
                job =>
                    job.Status = new()
                    {
                        Failed = 2,
                        Conditions =
                        [
                            new() { Type = "Failed", Status = "True" },
                            new() { Type = "Complete", Status = "True" },
                        ],
                    }
            )
            .Faults<JobInspector>()
            .ShouldBeEmpty();

    [Theory]
    [InlineData("Job", 5, 1)]
    [InlineData("ReplicaSet", 5, 0)]
    [InlineData("Job", 0.2, 0)]
    public void A_Job_whose_sidecar_goes_on_never_completes(string owner, double endedMinutesAgo, int findings) =>
        Given
            .Pod("shop/export-1")
            .Where(pod => pod.Metadata.OwnerReferences = [new() { Kind = owner, Name = "export" }])
            .Terminated(0, minutesAgo: endedMinutesAgo)
            .Container("proxy")
            .Faults<JobInspector>()
            .Count.ShouldBe(findings);

    [Theory]
    [InlineData("Allow", 4, 1)]
    [InlineData("Forbid", 4, 0)]
    [InlineData("Allow", 1, 0)]
    public void Jobs_of_a_CronJob_that_pile_up_are_a_symptom(string policy, int active, int findings) =>
        Given
            .An<V1CronJob>(
                "shop/nightly",
                cron =>
                {
                    cron.Spec = new() { Schedule = "* * * * *", ConcurrencyPolicy = policy };
                    cron.Status = new()
                    {
                        Active =
                        [
                            .. Enumerable.Range(0, active).Select(i => new V1ObjectReference { Name = $"n-{i}" }),
                        ],
                    };
                }
            )
            .Faults<JobInspector>()
            .Count.ShouldBe(findings);

    [Theory]
    [InlineData("Job/export", "Running", true)]
    [InlineData("ReplicaSet/export", "Running", false)]
    [InlineData("Job/export", "Terminated", false)]
    public void A_sidecar_that_runs_on_keeps_a_pasted_Job(string owner, string sidecar, bool isFault) =>
        Pasted
            .Findings(
                $"""
                Name:         export-x2x4z
                Namespace:    shop
                Status:       Running
                Controlled By:  {owner}
                Containers:
                  export:
                    Image:        shop/export:1
                    State:        Terminated
                      Reason:     Completed
                      Exit Code:  0
                      Finished:   Tue, 24 Nov 2026 00:07:52 +0000
                    Ready:        False
                    Restart Count:  0
                  proxy:
                    Image:        shop/proxy:1
                    State:        {sidecar}
                    Ready:        True
                    Restart Count:  0
                """
            )
            .Any(finding => finding.Summary.Contains("the Job never completes", StringComparison.Ordinal))
            .ShouldBe(isFault);
}
