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
    public void A_lost_volume_is_a_fault() => Claim("Lost").Faults<ClaimInspector>().ShouldBe([ResourceFaults.PvcLost]);

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
    [InlineData("ProvisioningFailed", "storageclass.storage.k8s.io \"fast\" not found", ResourceFaults.NoStorageClass)]
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

    private static Given Static(Action<V1PersistentVolume> volume, Action<V1PersistentVolumeClaim>? claim = null) =>
        Volumes(volume, claim)
            .Event("FailedBinding", "no persistent volumes available for this claim and no storage class is set");

    private static Given Volumes(Action<V1PersistentVolume> volume, Action<V1PersistentVolumeClaim>? claim) =>
        Given
            .An<V1PersistentVolume>(
                "disk-a",
                item =>
                {
                    item.Spec = new()
                    {
                        AccessModes = ["ReadWriteOnce"],
                        Capacity = new Dictionary<string, ResourceQuantity> { ["storage"] = new("5Gi") },
                        StorageClassName = "",
                    };
                    item.Status = new() { Phase = "Available" };
                    volume(item);
                }
            )
            .With<V1PersistentVolumeClaim>(
                "shop/data",
                item =>
                {
                    item.Spec = new()
                    {
                        AccessModes = ["ReadWriteOnce"],
                        StorageClassName = "",
                        Resources = new()
                        {
                            Requests = new Dictionary<string, ResourceQuantity> { ["storage"] = new("2Gi") },
                        },
                    };
                    item.Status = new() { Phase = "Pending" };
                    claim?.Invoke(item);
                }
            )
            .Complete("Event", "PersistentVolume");

    /// <summary>What differs between a claim and the only volume, with the values that have to be told.</summary>
    public static TheoryData<Action<V1PersistentVolume>, string, string[]> Differences { get; } =
        new()
        {
            { volume => volume.Spec.AccessModes = ["ReadOnlyMany"], "access mode", ["ReadOnlyMany", "ReadWriteOnce"] },
            { volume => volume.Spec.Capacity["storage"] = new("1Gi"), "capacity", ["1Gi", "2Gi"] },
            { volume => volume.Spec.StorageClassName = "manual", "storageClassName", ["manual"] },
            {
                volume => volume.Spec.ClaimRef = new() { NamespaceProperty = "shop", Name = "other" },
                "the claim that it is bound to",
                ["shop/other"]
            },
        };

    [Theory]
    [MemberData(nameof(Differences))]
    public void A_static_volume_is_held_against_the_claim_field_by_field(
        Action<V1PersistentVolume> volume,
        string field,
        string[] values
    )
    {
        var finding = Static(volume).Finding<ClaimInspector>();
        finding.Fault.ShouldBe(ResourceFaults.NoMatchingVolume);
        finding.Facts["differs"].ShouldBe(field);
        foreach (var value in values)
            finding.Summary.ShouldContain(value);
    }

    [Fact]
    public void A_selector_that_the_volumes_labels_do_not_fit_is_told()
    {
        var finding = Static(
                volume => volume.Metadata.Labels = new Dictionary<string, string> { ["tier"] = "cold" },
                claim =>
                    claim.Spec.Selector = new() { MatchLabels = new Dictionary<string, string> { ["tier"] = "hot" } }
            )
            .Finding<ClaimInspector>();
        finding.Facts["differs"].ShouldBe("selector");
        finding.Summary.ShouldContain("tier=cold");
        finding.Summary.ShouldContain("tier=hot");
    }

    [Fact]
    public void A_volume_that_fits_in_every_field_is_not_blamed() =>
        Static(_ => { }).Faults<ClaimInspector>().ShouldNotContain(ResourceFaults.NoMatchingVolume);

    [Fact]
    public void What_a_described_claim_asks_for_is_not_known_and_what_the_volume_offers_is_told()
    {
        var finding = Static(_ => { }, claim => claim.Spec = new() { StorageClassName = "" }).Finding<ClaimInspector>();
        finding.Fault.ShouldBe(ResourceFaults.NoMatchingVolume);
        finding.Summary.ShouldContain("5Gi");
        finding.Weight.ShouldBeLessThan(0.9);
    }

    [Fact]
    public void A_class_that_only_volumes_carry_needs_no_object() =>
        Volumes(volume => volume.Spec.StorageClassName = "nfs", claim => claim.Spec.StorageClassName = "nfs")
            .Complete("StorageClass")
            .Faults<ClaimInspector>()
            .ShouldNotContain(ResourceFaults.NoStorageClass);

    [Fact]
    public void A_volume_that_a_provisioner_made_for_another_claim_is_no_candidate() =>
        Static(volume =>
                volume.Metadata.Annotations = new Dictionary<string, string>
                {
                    ["pv.kubernetes.io/provisioned-by"] = "csi.example",
                }
            )
            .Faults<ClaimInspector>()
            .ShouldBe([ResourceFaults.NoStorageClass]);
}
