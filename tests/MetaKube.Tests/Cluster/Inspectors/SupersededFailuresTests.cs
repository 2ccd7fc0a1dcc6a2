using k8s.Models;
using MetaKube.Cluster.Inspectors;
using MetaKube.Cluster.Objects;

namespace MetaKube.Tests.Cluster.Inspectors;

public sealed class SupersededFailuresTests
{
    private static readonly DateTime Noon = new(2026, 11, 24, 12, 0, 0, DateTimeKind.Utc);

    private static ClusterSnapshot Snapshot(params V1Job[] jobs)
    {
        var snapshot = new ClusterSnapshot("test") { Now = Noon };
        foreach (var job in jobs)
            snapshot.Add(job);
        return snapshot;
    }

    private static V1Job Run(string name, int hour, bool succeeded) =>
        new()
        {
            Metadata = new()
            {
                Name = name,
                NamespaceProperty = "shop",
                CreationTimestamp = Noon.Date.AddHours(hour),
                OwnerReferences = [new() { Kind = "CronJob", Name = "nightly" }],
            },
            Status = succeeded
                ? new()
                {
                    CompletionTime = Noon.Date.AddHours(hour + 1),
                    Conditions = [new() { Type = "Complete", Status = "True" }],
                }
                : new()
                {
                    Failed = 7,
                    Conditions =
                    [
                        new()
                        {
                            Type = "Failed",
                            Status = "True",
                            Reason = "BackoffLimitExceeded",
                        },
                    ],
                },
        };

    private static IEnumerable<string?> FaultsOf(ClusterSnapshot snapshot) =>
        InspectorRegistry
            .Run(new(snapshot, ResourceTopology.Build(snapshot), null))
            .Findings.Select(finding => finding.Fault);

    [Fact]
    public void A_run_that_failed_before_a_later_one_succeeded_is_history() =>
        FaultsOf(Snapshot(Run("a", 1, false), Run("b", 2, true))).ShouldBeEmpty();

    [Fact]
    public void A_run_that_failed_after_one_succeeded_is_not() =>
        FaultsOf(Snapshot(Run("a", 1, true), Run("b", 2, false))).ShouldBe(["config.job-backoff-exhausted"]);

    [Theory]
    [InlineData(true, 0)]
    [InlineData(false, 1)]
    public void An_evicted_pod_counts_until_a_newer_one_is_ready(bool replaced, int findings)
    {
        var snapshot = Snapshot();
        snapshot.Add(
            Pod(
                "old",
                1,
                new()
                {
                    Phase = "Failed",
                    Reason = "Evicted",
                    Message = "The node was low on resource: memory.",
                }
            )
        );
        if (replaced)
            snapshot.Add(Pod("new", 2, Ready(2)));
        FaultsOf(snapshot).Count(fault => fault == "resource.node-memory-pressure").ShouldBe(findings);
    }

    private static V1Pod Pod(string name, int hour, V1PodStatus status) =>
        new()
        {
            Metadata = new()
            {
                Name = name,
                NamespaceProperty = "shop",
                CreationTimestamp = Noon.Date.AddHours(hour),
                OwnerReferences = [new() { Kind = "ReplicaSet", Name = "web" }],
            },
            Status = status,
        };

    private static V1PodStatus Ready(int hour) =>
        new()
        {
            Phase = "Running",
            Conditions =
            [
                new()
                {
                    Type = "Ready",
                    Status = "True",
                    LastTransitionTime = Noon.Date.AddHours(hour),
                },
            ],
        };
}
