using k8s.Models;
using MetaKube.Cluster.Objects;

namespace MetaKube.Tests.Cluster.Objects;

public sealed class FieldWriteTests
{
    private static ClusterSnapshot Written(params V1ManagedFieldsEntry[] entries) =>
        Given.An<V1Deployment>("shop/web", item => item.Metadata.ManagedFields = entries).Snapshot;

    [Fact]
    public void The_latest_writer_of_a_field_is_found()
    {
        var write = Written(
                Given.Write("helm", 50, "spec.replicas", "spec.template"),
                Given.Write("kubectl-edit", 5, "spec.replicas"),
                Given.Write("other", 1, "spec.paused")
            )
            .LastWrite(new("Deployment", "shop", "web"), "spec", "replicas");
        write.ShouldNotBeNull();
        write.By.ShouldBe("by kubectl-edit (a person or a script) at 11:55:00Z on 24 November");
    }

    [Fact]
    public void A_write_to_the_status_changed_nothing()
    {
        var entry = Given.Write("kube-controller-manager", 5, "status.replicas");
        entry.Subresource = "status";
        Written(entry).WritesOf(new("Deployment", "shop", "web")).ShouldBeEmpty();
    }

    [Fact]
    public void Owned_fields_that_are_not_known_are_not_owned() =>
        new FieldWrite("helm", Given.Now, null).Owns("spec").ShouldBeFalse();

    [Fact]
    public void Writers_of_pods_are_not_kept() =>
        Given
            .An<V1Pod>("shop/web", pod => pod.Metadata.ManagedFields = [Given.Write("kubelet", 5, "spec.x")])
            .Snapshot.WritesOf(new("Pod", "shop", "web"))
            .ShouldBeEmpty();
}
