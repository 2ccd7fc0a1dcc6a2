using k8s.Models;
using MetaKube.Cluster.Inspectors;
using MetaKube.Faults;

namespace MetaKube.Tests.Cluster.Inspectors;

public sealed class ClaimInspectorTests
{
    private static Given Claim(string phase, string? storageClass = "fast") =>
        Given
            .An<V1PersistentVolumeClaim>(
                "shop/data",
                claim =>
                {
                    claim.Spec = new() { StorageClassName = storageClass, VolumeName = "pv-1" };
                    claim.Status = new() { Phase = phase };
                }
            )
            .Complete("Event");

    [Fact]
    public void A_lost_volume_is_a_fault() =>
        Claim("Lost").Faults<ClaimInspector>().ShouldBe([ResourceFaults.PvcLost]);

    [Fact]
    public void A_StorageClass_that_does_not_exist_is_named() =>
        Claim("Pending")
            .Complete("StorageClass")
            .Finding<ClaimInspector>()
            .ShouldSatisfyAllConditions(
                finding => finding.Fault.ShouldBe(ResourceFaults.NoStorageClass),
                finding => finding.About.ShouldBe(new("StorageClass", null, "fast"))
            );

    [Theory]
    [InlineData(
        "ProvisioningFailed",
        "storageclass.storage.k8s.io \"fast\" not found",
        ResourceFaults.NoStorageClass
    )]
    [InlineData("ProvisioningFailed", "out of capacity", ResourceFaults.ProvisioningFailed)]
    [InlineData(
        "FailedBinding",
        "no persistent volumes available and no storage class is set",
        ResourceFaults.NoStorageClass
    )]
    [InlineData("FailedBinding", "no volume fits", ResourceFaults.ProvisioningFailed)]
    [InlineData("ExternalProvisioning", "waiting for a volume to be created", ResourceFaults.ProvisioningFailed)]
    public void An_unbound_claim_is_judged_by_its_event(string reason, string message, string fault) =>
        Claim("Pending").Event(reason, message).Faults<ClaimInspector>().ShouldBe([fault]);

    [Fact]
    public void A_bound_claim_has_no_finding() => Claim("Bound").Faults<ClaimInspector>().ShouldBeEmpty();

    [Fact]
    public void A_claim_that_waits_for_its_first_pod_has_no_finding() =>
        Claim("Pending")
            .Event("WaitForFirstConsumer", "waiting for first consumer", type: "Normal")
            .Faults<ClaimInspector>()
            .ShouldBeEmpty();

    [Fact]
    public void A_claim_without_events_is_only_a_symptom_where_not_all_events_were_read() =>
        Given
            .An<V1PersistentVolumeClaim>("shop/data", claim => claim.Status = new() { Phase = "Pending" })
            .Faults<ClaimInspector>()
            .ShouldBe([null]);
}
