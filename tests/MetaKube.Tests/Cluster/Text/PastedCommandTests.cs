using MetaKube.Cluster.Text;

namespace MetaKube.Tests.Cluster.Text;

public sealed class PastedCommandTests
{
    [Theory]
    [InlineData("kubectl get pods -n shop")]
    [InlineData("$ kubectl get pods -n shop")]
    [InlineData("# kubectl get pods --namespace=shop")]
    [InlineData("> k get po -n shop")]
    [InlineData("[root@m1 ~]# kubectl -n shop get pods")]
    [InlineData("user@host:~/infra$ kubectl get pods -nshop")]
    [InlineData("root@cp-1:~# kubectl get pods -n shop")]
    [InlineData("(venv) me@laptop ~ % kubectl get pods -n shop")]
    [InlineData("❯ k get pods -n shop")]
    [InlineData("➜  ~ kubectl get pods -n shop")]
    [InlineData("➜  infra git:(main) ✗ kubectl get pods -n shop")]
    [InlineData("╰─○ oc get pods -n shop")]
    [InlineData("PS C:\\k> kubectl get pods -n shop")]
    [InlineData("PS C:\\k> .\\kubectl.exe get pods -n shop")]
    [InlineData("C:\\Users\\me>kubectl get pods -n shop")]
    [InlineData("$ microk8s kubectl get pods -n shop")]
    [InlineData("$ microk8s.kubectl get pods -n shop")]
    [InlineData("$ sudo k3s kubectl get pods -n shop")]
    [InlineData("$ minikube kubectl -- get pods -n shop")]
    [InlineData("$ watch -n 2 kubectl get pods -n shop")]
    [InlineData("`kubectl get pods -n shop`")]
    public void Any_prompt_before_any_spelling_is_a_command(string line)
    {
        var command = PastedCommand.Parse(line).ShouldNotBeNull();
        command.IsKubectl.ShouldBeTrue();
        command.Verb.ShouldBe("get");
        command.Kind.ShouldBe("Pod");
        command.Namespace.ShouldBe("shop");
        command.ListsAll.ShouldBeTrue();
    }

    [Theory]
    [InlineData("kubectl says that the pod is gone")]
    [InlineData("2026-11-24T10:00:00Z INFO connected to $ backend")]
    [InlineData("k is the number of replicas")]
    [InlineData("# a comment about pods")]
    [InlineData("helm is installed and works")]
    [InlineData("Error: exit > 1")]
    [InlineData("")]
    public void Other_lines_are_no_commands(string line) => PastedCommand.Parse(line).ShouldBeNull();

    [Theory]
    [InlineData("$ kubectl get pods | grep web")]
    [InlineData("$ kubectl get pods -l app=web")]
    [InlineData("$ kubectl get pods --field-selector status.phase=Failed")]
    [InlineData("$ kubectl get pods -w")]
    [InlineData("$ kubectl get pod web-0")]
    [InlineData("$ kubectl get pod/web-0")]
    public void A_part_of_a_list_is_no_complete_list(string line) =>
        PastedCommand.Parse(line)!.ListsAll.ShouldBeFalse();

    [Theory]
    [InlineData("$ kubectl get pods | less")]
    [InlineData("$ kubectl get pods -A -o wide")]
    [InlineData("$ kubectl get pods --sort-by=.status.startTime")]
    public void A_pager_or_a_format_leaves_a_list_complete(string line) =>
        PastedCommand.Parse(line)!.ListsAll.ShouldBeTrue();

    [Theory]
    [InlineData("ing", "Ingress")]
    [InlineData("ingressclass", "IngressClass")]
    [InlineData("deployments.apps", "Deployment")]
    [InlineData("hpa", "HorizontalPodAutoscaler")]
    [InlineData("sc", "StorageClass")]
    [InlineData("helmrelease", "helmrelease")]
    public void Singular_plural_and_short_names_are_kinds(string word, string kind) =>
        PastedCommand.Parse($"$ kubectl get {word}")!.Kind.ShouldBe(kind);

    [Fact]
    public void The_options_of_logs_name_pod_container_and_run()
    {
        var command = PastedCommand.Parse("$ kubectl logs --tail=50 -c app web-0 -p -n shop")!;
        command.IsLogs.ShouldBeTrue();
        command.Words.ShouldBe(["web-0"]);
        (command.Container, command.Previous, command.Namespace).ShouldBe(("app", true, "shop"));
        PastedCommand.Parse("$ kubectl logs web-0")!.Previous.ShouldBeFalse();
    }

    [Theory]
    [InlineData("$ helm status web -n shop", "helm")]
    [InlineData("master$ systemctl status kubelet", "systemctl")]
    [InlineData("journalctl -u kubelet --no-pager", "journalctl")]
    [InlineData("[root@n ~]# crictl ps -a", "crictl")]
    [InlineData("$ cat /etc/resolv.conf", "cat")]
    [InlineData("root@n:~# nvidia-smi", "nvidia-smi")]
    public void Other_programs_are_commands_of_their_own(string line, string tool) =>
        PastedCommand.Parse(line).ShouldNotBeNull().Tool.ShouldBe(tool);
}
