using k8s.Models;
using MetaKube.Cluster.Inspectors;
using MetaKube.Faults;

namespace MetaKube.Tests.Cluster.Inspectors;

public sealed class QuotaInspectorTests
{
    private static Given Quota(string resource, string used, string hard) =>
        Given
            .An<V1ResourceQuota>(
                "shop/limits",
                quota =>
                    quota.Status = new()
                    {
                        Hard = new Dictionary<string, ResourceQuantity> { [resource] = new(hard) },
                        Used = new Dictionary<string, ResourceQuantity> { [resource] = new(used) },
                    }
            )
            .Complete("Service", "PersistentVolumeClaim");

    private static Given Serving(Given given, string name) =>
        given.With<V1Deployment>(
            $"shop/{name}",
            deployment =>
                deployment.Spec = new()
                {
                    Template = new()
                    {
                        Metadata = new() { Labels = new Dictionary<string, string> { ["app"] = name } },
                        Spec = new() { Containers = [new() { Ports = [new() { ContainerPort = 80 }] }] },
                    },
                }
        );

    private static Given Mounting(Given given) =>
        given
            .WithPod("shop/web")
            .Where(pod =>
                pod.Spec.Volumes = [
                    new()
                    {
                        Name = "data",
                        PersistentVolumeClaim = new() { ClaimName = "data" },
                    },
                ]
            );

    [Fact]
    public void A_Service_that_a_used_up_quota_refused_is_named()
    {
        var finding = Serving(Quota("services", "4", "4"), "api").Finding<QuotaInspector>();
        finding.Fault.ShouldBe(ResourceFaults.QuotaExceeded);
        finding.Resource.Kind.ShouldBe("ResourceQuota");
        finding.Summary.ShouldContain("4 services");
        finding.Summary.ShouldContain("api");
    }

    [Fact]
    public void A_used_up_quota_refuses_nothing_where_every_program_has_its_Service() =>
        Serving(Quota("services", "4", "4"), "api")
            .With<V1Service>("shop/api", service => service.Spec = new())
            .Faults<QuotaInspector>()
            .ShouldBeEmpty();

    [Fact]
    public void A_quota_with_room_refuses_no_Service() =>
        Serving(Quota("services", "3", "4"), "api").Faults<QuotaInspector>().ShouldBeEmpty();

    [Theory]
    [InlineData("persistentvolumeclaims", "2", "2", 1)]
    [InlineData("count/persistentvolumeclaims", "2", "2", 1)]
    [InlineData("requests.storage", "10Gi", "10Gi", 1)]
    [InlineData("persistentvolumeclaims", "1", "2", 0)]
    [InlineData("requests.storage", "1Gi", "10Gi", 0)]
    public void A_claim_that_could_not_be_made_is_explained_by_the_quota(
        string resource,
        string used,
        string hard,
        int findings
    ) => Mounting(Quota(resource, used, hard)).Faults<QuotaInspector>().Count.ShouldBe(findings);

    [Theory]
    [InlineData("20Gi", 1)]
    [InlineData("1Gi", 0)]
    public void A_free_volume_shows_how_much_the_missing_claim_asks_for(string capacity, int findings) =>
        Mounting(Quota("requests.storage", "0", "5Gi"))
            .With<V1PersistentVolume>(
                "disk-a",
                volume =>
                {
                    volume.Spec = new()
                    {
                        Capacity = new Dictionary<string, ResourceQuantity> { ["storage"] = new(capacity) },
                    };
                    volume.Status = new() { Phase = "Available" };
                }
            )
            .Faults<QuotaInspector>()
            .Count.ShouldBe(findings);
}
