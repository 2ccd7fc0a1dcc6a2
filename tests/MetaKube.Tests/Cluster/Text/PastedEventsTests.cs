using k8s.Models;

namespace MetaKube.Tests.Cluster.Text;

public sealed class PastedEventsTests
{
    private const string Scheduling =
        "Warning  FailedScheduling  2m  default-scheduler  0/3 nodes are available: 3 Insufficient cpu.";

    [Fact]
    public void Objects_of_events_exist()
    {
        var snapshot = Pasted.Read(
            """
            LAST SEEN   TYPE      REASON               OBJECT             MESSAGE
            2m          Warning   FailedCreate         replicaset/web-1   forbidden: exceeded quota: compute, used: 1
            2m          Warning   ProvisioningFailed   pvc/data           storageclass.storage.k8s.io "fast" not found
            2m          Warning   FailedScheduling     pod/db-0           0/3 nodes: 3 Insufficient memory.
            """
        );
        snapshot.Only<V1ReplicaSet>().Metadata.Name.ShouldBe("web-1");
        snapshot.Only<V1PersistentVolumeClaim>().Status.Phase.ShouldBe("Pending");
        Pasted
            .Findings(snapshot)
            .Select(finding => finding.Fault)
            .OfType<string>()
            .ShouldBe(
                ["resource.quota-exceeded", "resource.no-storage-class", "scheduling.insufficient-memory"],
                ignoreOrder: true
            );
    }

    [Fact]
    public void An_object_that_a_complete_list_lacks_is_gone() =>
        Pasted
            .Read(
                "$ kubectl get pods\nNAME    READY   STATUS    RESTARTS   AGE\n"
                    + "web-1   1/1     Running   0          1m",
                "$ kubectl get events\nLAST SEEN   TYPE      REASON   OBJECT      MESSAGE\n"
                    + "2m          Warning   Failed   pod/web-0   Error: ErrImagePull"
            )
            .Only<V1Pod>()
            .Metadata.Name.ShouldBe("web-1");

    [Fact]
    public void A_block_of_events_alone_is_about_an_object_without_a_name()
    {
        var snapshot = Pasted.Read(
            $"Events:\n  Type     Reason            Age   From               Message\n  {Scheduling}"
        );
        snapshot.Only<V1Pod>().Metadata.Name.ShouldBe("unnamed");
        Pasted.Findings(snapshot).ShouldContain(finding => finding.Fault == "scheduling.insufficient-cpu");
    }

    [Fact]
    public void Events_tell_the_pod_that_they_are_about()
    {
        var pod = Pasted
            .Read(
                $"Normal  Scheduled  5m  default-scheduler  Successfully assigned shop/web-0 to "
                    + $"node-1\n{Scheduling}"
            )
            .Only<V1Pod>();
        (pod.Metadata.NamespaceProperty, pod.Metadata.Name).ShouldBe(("shop", "web-0"));
        pod.Spec.NodeName.ShouldBe("node-1");
    }

    [Fact]
    public void Controllers_report_about_their_own_kind() =>
        Pasted
            .Read(
                "Warning  FailedCreate  2m (x5 over 10m)  replicaset-controller  Error creating: pods "
                    + "\"web-\" is forbidden: exceeded quota: compute"
            )
            .Only<V1ReplicaSet>()
            .Metadata.Name.ShouldBe("unnamed");

    [Fact]
    public void Two_reporters_of_one_reason_are_both_read()
    {
        var events = Pasted
            .Read(
                $"{Scheduling}\nWarning  FailedScheduling  1m  karpenter  Failed to schedule pod, no "
                    + $"instance type met all requirements"
            )
            .All<Corev1Event>()
            .ToList();
        events.Select(e => e.Source.Component).ShouldBe(["default-scheduler", "karpenter"]);
    }

    [Fact]
    public void A_message_may_have_several_lines() =>
        Pasted
            .Read(
                "LAST SEEN   TYPE      REASON   OBJECT      MESSAGE\n"
                    + "2m          Warning   Failed   pod/web-0   Error: failed to start\n  exit status 2\n"
                    + "1m          Normal    Pulled   pod/web-0   ok"
            )
            .All<Corev1Event>()
            .First()
            .Message.ShouldBe("Error: failed to start\nexit status 2");
}
