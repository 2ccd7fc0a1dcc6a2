using k8s.Models;
using MetaKube.Cluster.Objects;

namespace MetaKube.Tests.Cluster.Text;

public sealed class PastedDescriptionTests
{
    private const string Pod = """
        Name:         web-5c9d8f7b6d-x2x4z
        Namespace:    shop
        Node:         node-1/10.0.0.4
        Labels:       app=web
        Status:       Running
        Controlled By:  ReplicaSet/web-5c9d8f7b6d
        Containers:
          app:
            Image:          shop/web:1
            State:          Waiting
              Reason:       CrashLoopBackOff
            Last State:     Terminated
              Reason:       Error
              Message:      first line
        second: line, which lost its indentation
              Exit Code:    -1073741510
            Ready:          False
            Restart Count:  4
            Limits:
              memory:  64Mi
            Mounts:
              /etc/tls from tls (ro)
        Conditions:
          Type    Status
          Ready   False
        Volumes:
          tls:
            Type:        Secret (a volume populated by a Secret)
            SecretName:  web-tls
            Optional:    false
        Events:
          Type     Reason   Age                From     Message
          ----     ------   ----               ----     -------
          Warning  BackOff  20s (x12 over 3m)  kubelet  Back-off restarting failed container
            in the pod
        """;

    private static V1ContainerStatus StateOf(V1Pod pod) => pod.Status.ContainerStatuses.ShouldHaveSingleItem();

    [Fact]
    public void A_whole_pod_is_read_with_messages_of_several_lines()
    {
        var snapshot = Pasted.Read(Pod);
        var pod = snapshot.Only<V1Pod>();
        var ended = StateOf(pod).LastState.Terminated;
        ended.ExitCode.ShouldBe(-1073741510);
        ended.Message.ShouldBe("first line\nsecond: line, which lost its indentation");
        StateOf(pod).RestartCount.ShouldBe(4);
        pod.Spec.Volumes.ShouldHaveSingleItem().Secret.SecretName.ShouldBe("web-tls");
        snapshot.Only<Corev1Event>().Message.ShouldBe("Back-off restarting failed container\nin the pod");
    }

    [Fact]
    public void Lost_indentation_is_restored()
    {
        var flat = string.Join(
            '\n',
            Pod.Split('\n')
                .Where(line => !line.StartsWith("second", StringComparison.Ordinal))
                .Select(line => line.Trim())
        );
        var pod = Pasted.Read(flat).Only<V1Pod>();
        pod.Metadata.Name.ShouldBe("web-5c9d8f7b6d-x2x4z");
        StateOf(pod).LastState.Terminated.ExitCode.ShouldBe(-1073741510);
        pod.Spec.Containers.ShouldHaveSingleItem().Resources.Limits["memory"].ToString().ShouldBe("64Mi");
        pod.Spec.Volumes.ShouldHaveSingleItem().Secret.SecretName.ShouldBe("web-tls");
    }

    [Fact]
    public void A_node_described_from_its_conditions_on_is_a_node_by_its_hostname()
    {
        var node = Pasted
            .Read(
                """
                Conditions:
                  Type   Status   LastHeartbeatTime   LastTransitionTime   Reason   Message
                  MemoryPressure   False   Mon, 02 Feb 2026 10:00:00 +0000   Mon, 02 Feb 2026 09:00:00 +0000   Fine  ok
                  Ready   False   Mon, 02 Feb 2026 10:00:00 +0000   Mon, 02 Feb 2026 09:00:00 +0000   NoCni   no CNI
                Addresses:
                  InternalIP:  192.0.2.7
                  Hostname:    edge-7
                """
            )
            .Only<V1Node>();
        node.Metadata.Name.ShouldBe("edge-7");
        node.Status.Conditions.ShouldContain(condition => condition.Type == "Ready" && condition.Status == "False");
    }

    [Fact]
    public void A_description_from_the_middle_belongs_to_the_only_pod()
    {
        var middle = Pod[Pod.IndexOf("  app:", StringComparison.Ordinal)..];
        var row =
            "NAME                   READY   STATUS             RESTARTS   AGE\n"
            + "web-5c9d8f7b6d-x2x4z   0/1     CrashLoopBackOff   4          3m";
        var pod = Pasted.Read(row, middle).Only<V1Pod>();
        pod.Metadata.Name.ShouldBe("web-5c9d8f7b6d-x2x4z");
        StateOf(pod).Name.ShouldBe("app");
        Pasted.Read(middle).Only<V1Pod>().Metadata.Name.ShouldBe("unnamed");
    }

    [Fact]
    public void The_richer_source_wins_in_whatever_order()
    {
        var row =
            "$ kubectl get pods -n shop\n"
            + "NAME                   READY   STATUS             RESTARTS   AGE   IP         NODE\n"
            + "web-5c9d8f7b6d-x2x4z   0/1     CrashLoopBackOff   4          3m    10.0.0.9   node-1";
        foreach (
            var texts in (string[][])
                [
                    [row, Pod],
                    [Pod, row],
                ]
        )
        {
            var pod = Pasted.Read(texts).Only<V1Pod>();
            StateOf(pod).LastState.Terminated.Reason.ShouldBe("Error");
            StateOf(pod).Name.ShouldBe("app");
            pod.Status.PodIP.ShouldBe("10.0.0.9");
        }
    }

    [Fact]
    public void Several_descriptions_follow_each_other()
    {
        var other = Pod.Replace("x2x4z", "b7b7b", StringComparison.Ordinal);
        Pasted.Read($"{Pod}\n\n\n{other}").All<V1Pod>().Count().ShouldBe(2);
    }

    [Fact]
    public void A_log_below_a_description_is_not_part_of_it()
    {
        var snapshot = Pasted.Read($"{Pod}\n\npanic: config.yaml: no such key\ngoroutine 1 [running]:");
        snapshot.Logs.Values.ShouldContain(log => log.StartsWith("panic:", StringComparison.Ordinal));
        snapshot.Only<Corev1Event>().Message.ShouldNotContain("panic");
    }

    [Fact]
    public void A_custom_kind_has_conditions_in_the_order_of_the_alphabet()
    {
        var snapshot = Pasted.Read(
            """
            Name:         web
            Namespace:    shop
            API Version:  helm.toolkit.fluxcd.io/v2
            Kind:         HelmRelease
            Metadata:
              Generation:  3
            Status:
              Conditions:
                Last Transition Time:  2026-11-24T10:00:00Z
                Message:               install retries exhausted
                Reason:                InstallFailed
                Status:                False
                Type:                  Ready
                Message:               it works
                Status:                True
                Type:                  Released
            Events:                    <none>
            """
        );
        var custom = snapshot.Only<CustomResource>();
        custom.Kind.ShouldBe("HelmRelease");
        custom
            .Conditions.Select(found => (found.Condition.Type, found.Condition.Status))
            .ShouldBe([("Ready", "False"), ("Released", "True")]);
        Pasted.Findings(snapshot).ShouldContain(finding => finding.Quote == "install retries exhausted");
    }

    [Fact]
    public void A_described_node_has_taints_capacity_and_pods()
    {
        var snapshot = Pasted.Read(
            """
            Name:               node-1
            Roles:              <none>
            Taints:             dedicated=gpu:NoSchedule
                                node.kubernetes.io/disk-pressure:NoSchedule
            Unschedulable:      false
            Conditions:
              Type           Status  LastHeartbeatTime                 Reason                   Message
              ----           ------  -----------------                 ------                   -------
              DiskPressure   True    Mon, 18 Nov 2024 11:27:57 +0000   KubeletHasDiskPressure   disk is full
            Allocatable:
              pods:  2
            Non-terminated Pods:  (2 in total)
              Namespace  Name   CPU Requests  CPU Limits  Memory Requests  Memory Limits  Age
              ---------  ----   ------------  ----------  ---------------  -------------  ---
              shop       web-0  100m (5%)     0 (0%)      0 (0%)           0 (0%)         13d
            Events:  <none>
            """
        );
        var node = snapshot.Only<V1Node>();
        node.Spec.Taints.Select(taint => taint.Key).ShouldBe(["dedicated", "node.kubernetes.io/disk-pressure"]);
        node.Status.Conditions.ShouldHaveSingleItem().Reason.ShouldBe("KubeletHasDiskPressure");
        snapshot.Only<V1Pod>().Spec.NodeName.ShouldBe("node-1");
        Pasted
            .Findings(snapshot, new("Node", null, "node-1"))
            .ShouldContain(finding => finding.Fault == "scheduling.insufficient-pods");
    }

    [Theory]
    [InlineData("0 Active (0 Ready) / 0 Succeeded / 2 Failed", true)]
    [InlineData("1 Active (0 Ready) / 0 Succeeded / 2 Failed", false)]
    [InlineData("0 Active (0 Ready) / 1 Succeeded / 1 Failed", false)]
    public void A_Job_has_failed_once_its_limit_is_exceeded(string counts, bool failed) =>
        Pasted
            .Findings(
                $"Name:           load\nNamespace:      shop\nBackoff Limit:  1\n"
                    + $"Pods Statuses:  {counts}\nEvents:  <none>"
            )
            .Any(finding => finding.Fault == "config.job-backoff-exhausted")
            .ShouldBe(failed);

    [Fact]
    public void A_kind_that_nothing_tells_is_no_pod() =>
        Pasted
            .Read(
                "Name:         web\nNamespace:    shop\nLabels:       <none>\nAnnotations:  <none>\n"
                    + "Events:       <none>"
            )
            .All<V1Pod>()
            .ShouldBeEmpty();
}
