using k8s.Models;
using MetaKube.Cluster.Inspectors;
using MetaKube.Faults;
using MetaKube.Tests.Cluster.Text;

namespace MetaKube.Tests.Cluster.Inspectors;

public sealed class FinalizerInspectorTests
{
    private static Given Deleted(double minutesAgo, params string[] finalizers) =>
        Given.An<V1PersistentVolumeClaim>(
            "shop/data",
            claim =>
            {
                claim.Metadata.DeletionTimestamp = Given.Ago(minutesAgo);
                claim.Metadata.Finalizers = finalizers;
            }
        );

    [Fact]
    public void A_finalizer_that_stays_holds_the_object_back()
    {
        var finding = Deleted(5, "example.com/backup").Finding<FinalizerInspector>();
        finding.Fault.ShouldBe(SystemFaults.FinalizerStuck);
        finding.Facts["finalizer"].ShouldBe("example.com/backup");
    }

    [Fact]
    public void A_pod_that_stays_past_its_grace_period_is_stuck_without_a_finalizer() =>
        Given
            .Pod("shop/web")
            .Where(pod => pod.Metadata.DeletionTimestamp = Given.Ago(5))
            .Finding<FinalizerInspector>()
            .Summary.ShouldContain("5 minutes");

    [Fact]
    public void A_namespace_has_its_finalizers_in_the_spec() =>
        Given
            .An<V1Namespace>(
                "shop",
                ns =>
                {
                    ns.Metadata.DeletionTimestamp = Given.Ago(5);
                    ns.Spec = new() { Finalizers = ["kubernetes"] };
                }
            )
            .Faults<FinalizerInspector>()
            .ShouldBe([SystemFaults.FinalizerStuck]);

    [Fact]
    public void A_deletion_takes_a_moment() =>
        Deleted(0.2, "kubernetes.io/pvc-protection").Faults<FinalizerInspector>().ShouldBeEmpty();

    [Fact]
    public void A_finalizer_of_an_object_that_is_not_deleted_is_normal() =>
        Given
            .An<V1PersistentVolumeClaim>(
                "shop/data",
                claim => claim.Metadata.Finalizers = ["kubernetes.io/pvc-protection"]
            )
            .Faults<FinalizerInspector>()
            .ShouldBeEmpty();

    [Fact]
    public void An_object_without_finalizers_is_left_to_the_garbage_collector() =>
        Deleted(5).Faults<FinalizerInspector>().ShouldBeEmpty();

    [Fact]
    public void A_preStop_hook_of_a_pod_that_does_not_go_is_named() =>
        Given
            .Pod("shop/web")
            .Where(pod => pod.Metadata.DeletionTimestamp = Given.Ago(9))
            .Spec(container =>
                container.Lifecycle = new() { PreStop = new() { Exec = new() { Command = ["sleep", "9000"] } } }
            )
            .Finding<FinalizerInspector>()
            .Summary.ShouldContain("sleep 9000");

    [Theory]
    [InlineData("Terminating", "True", true)]
    [InlineData("Terminating", "False", false)]
    [InlineData("Active", "True", false)]
    public void A_namespace_says_what_holds_its_deletion_up(string phase, string status, bool isFault) =>
        Pasted
            .Findings(
                $"""
                $ kubectl describe ns old-shop
                Name:         old-shop
                Labels:       <none>
                Status:       {phase}
                Conditions:
                  Type                              Status  LastTransitionTime               Reason           Message
                  ----                              ------  ------------------               ------           -------
                  NamespaceDeletionDiscoveryFailure  {status}  Tue, 24 Nov 2026 10:01:22 +0200  Failed  no answer
                """
            )
            .Any(finding => finding.Fault == SystemFaults.FinalizerStuck)
            .ShouldBe(isFault);
}
