using k8s.Models;
using MetaKube.Cluster.Inspectors;
using MetaKube.Cluster.Objects;
using MetaKube.Faults;

namespace MetaKube.Tests.Cluster.Text;

public sealed class PastedTableTests
{
    private const string Rows = """
        $ kubectl get pods -n shop
        NAME                    READY   STATUS             RESTARTS      AGE
        web-5c9d8f7b6d-x2x4z    0/1     CrashLoopBackOff   7 (3m ago)    1h
        db-0                    1/1     Running            0             2d
        """;

    [Fact]
    public void A_table_with_a_header_is_read_by_columns_and_its_list_is_complete()
    {
        var snapshot = Pasted.Read(Rows);
        var pod = snapshot.Find<V1Pod>("shop", "web-5c9d8f7b6d-x2x4z").ShouldNotBeNull();
        pod.Status.ContainerStatuses[0].State.Waiting.Reason.ShouldBe("CrashLoopBackOff");
        pod.Status.ContainerStatuses[0].RestartCount.ShouldBe(7);
        snapshot.IsComplete("Pod", "shop").ShouldBeTrue();
    }

    [Fact]
    public void Blanks_that_a_chat_folded_do_not_matter()
    {
        var folded = string.Join(
            '\n',
            Rows.Split('\n').Select(line => string.Join(' ', line.Split(' ', StringSplitOptions.RemoveEmptyEntries)))
        );
        Pasted.Read(folded).Find<V1Pod>("shop", "db-0").ShouldNotBeNull().Status.Phase.ShouldBe("Running");
    }

    [Fact]
    public void Rows_after_grep_have_no_header_and_are_no_complete_list()
    {
        var snapshot = Pasted.Read(
            "$ kubectl get pods -A | grep web\n"
                + "shop   web-0   0/1   ImagePullBackOff   0   3m   10.0.0.1   node-1   <none>   <none>"
        );
        var pod = snapshot.Only<V1Pod>();
        (pod.Metadata.NamespaceProperty, pod.Metadata.Name).ShouldBe(("shop", "web-0"));
        snapshot.IsComplete("Pod", "shop").ShouldBeFalse();
    }

    [Fact]
    public void A_watched_pod_keeps_the_end_of_the_run_that_later_rows_no_longer_show()
    {
        var snapshot = Pasted.Read(
            """
            $ kubectl get pod -w
            NAME   READY   STATUS              RESTARTS   AGE
            db-0   0/1     ContainerCreating   0          1s
            db-0   0/1     OOMKilled           0          9s
            db-0   0/1     CrashLoopBackOff    1          21s
            """
        );
        var state = snapshot.Only<V1Pod>().Status.ContainerStatuses[0];
        state.State.Waiting.Reason.ShouldBe("CrashLoopBackOff");
        state.LastState.Terminated.Reason.ShouldBe("OOMKilled");
    }

    [Fact]
    public void An_init_container_that_fails_is_one()
    {
        var pod = Pasted
            .Read(
                "NAME   READY   STATUS                  RESTARTS   AGE\n"
                    + "web-0  0/1     Init:CrashLoopBackOff   5          3m"
            )
            .Only<V1Pod>();
        pod.Status.Phase.ShouldBe("Pending");
        pod.Status.InitContainerStatuses[0].State.Waiting.Reason.ShouldBe("CrashLoopBackOff");
    }

    [Theory]
    [InlineData("service/web   ClusterIP   10.0.0.1   <none>   80/TCP   1d", "Service")]
    [InlineData("deployment.apps/web   0/1   1   0   1d", "Deployment")]
    public void A_prefix_tells_the_kind(string row, string kind) =>
        Pasted
            .Read($"$ kubectl get all\nNAME   READY   UP-TO-DATE   AVAILABLE   AGE\n{row}")
            .Everything.ShouldHaveSingleItem()
            .Ref.Kind.ShouldBe(kind);

    [Fact]
    public void Any_kind_has_rows()
    {
        var snapshot = Pasted.Read(
            "$ kubectl get certificates -n shop\nNAME      READY   SECRET    AGE\nweb-tls   False   web-tls   5d"
        );
        var resource = snapshot.Everything.ShouldHaveSingleItem().Ref;
        (resource.Kind, resource.Name).ShouldBe(("Certificates", "web-tls"));
    }

    [Fact]
    public void A_log_after_a_table_is_no_row() =>
        Pasted
            .Read("NAME   READY   STATUS    RESTARTS   AGE\nweb-0  1/1     Running   0          1d\npanic: no")
            .All<V1Pod>()
            .ShouldHaveSingleItem();

    [Fact]
    public void The_rows_of_another_tool_are_text_that_is_judged()
    {
        const string message = "no matches for kind \"PodDisruptionBudget\" in version \"policy/v1beta1\"";
        var snapshot = Pasted.Read(
            $"""
            $ flux get hr -A
            NAMESPACE    NAME      REVISION  SUSPENDED  READY  MESSAGE
            flux-system  gateway   4.0.13    False      False  Helm upgrade failed: {message}
            """
        );
        snapshot.Everything.ShouldBeEmpty();
        snapshot.Logs.Values.ShouldHaveSingleItem().ShouldContain(message);
    }

    [Theory]
    [InlineData("export-29928960", true)]
    [InlineData("export-nightly", false)]
    public void A_Job_with_the_minutes_of_a_schedule_in_its_name_is_the_CronJobs(string name, bool isOwned)
    {
        var job = Pasted
            .Read(
                $"""
                NAME                   SCHEDULE      TIMEZONE   SUSPEND   ACTIVE   LAST SCHEDULE   AGE
                cronjob.batch/export   0 */4 * * *   Etc/UTC    False     1        9h              96d

                NAME                          STATUS    COMPLETIONS   DURATION   AGE
                job.batch/{name}              Running   0/1           9h         9h
                """
            )
            .Only<V1Job>();
        (job.Metadata.OwnerReferences is [{ Kind: "CronJob", Name: "export" }]).ShouldBe(isOwned);
    }

    [Fact]
    public void A_failed_pod_of_a_CronJobs_Job_that_completed_is_history()
    {
        var snapshot = Pasted.Read(
            """
            NAME                       STATUS     COMPLETIONS   DURATION   AGE
            job.batch/dump-28943640    Complete   1/1           5m3s       6h

            NAME                           READY   STATUS      RESTARTS   AGE
            pod/dump-28943640-7dxrs        0/1     Error       0          6h
            pod/dump-28943640-lz29v        0/1     Completed   0          6h
            """
        );
        var failed = snapshot.All<V1Pod>().Single(pod => pod.Metadata.Name.EndsWith("7dxrs", StringComparison.Ordinal));
        failed.Metadata.OwnerReferences.ShouldHaveSingleItem().Kind.ShouldBe("Job");
        SupersededFailures.IsHistory(snapshot, ResourceTopology.Build(snapshot), failed).ShouldBeTrue();
    }

    [Fact]
    public void Releases_of_helm_are_no_objects() =>
        Pasted
            .Read(
                "$ helm list\nNAME  NAMESPACE  REVISION  UPDATED  STATUS  CHART  APP VERSION\n"
                    + "web   shop   1   2026-11-24   deployed   web-1   1.0"
            )
            .Everything.ShouldBeEmpty();

    [Fact]
    public void A_Service_beside_rows_of_pods_is_not_said_to_select_nothing()
    {
        var service =
            "apiVersion: v1\nkind: Service\nmetadata: {name: web, namespace: shop}\nspec: {selector: {app: web}}";
        Pasted.Findings(service, Rows).ShouldNotContain(finding => finding.Resource.Kind == "Service");
        Pasted
            .Findings(service, Rows.Split('\n')[0] + " --no-headers\nNo resources found in shop namespace.")
            .ShouldContain(finding => finding.Resource.Kind == "Service");
    }

    [Theory]
    [InlineData("10.244.0.9:8080", false)]
    [InlineData("<none>", true)]
    public void A_port_by_name_is_wrong_only_where_the_Service_has_no_endpoints(string endpoints, bool wrong)
    {
        var pod = """
            $ kubectl describe pods -n shop
            Name:       web-0
            Namespace:  shop
            Labels:     app=web
            Status:     Running
            Containers:
              app:
                Port:         8080/TCP
                State:        Running
                Ready:        True
                Environment:  <none>
            Conditions:
              Type    Status
              Ready   True
            """;
        var service =
            "Name:  web\nNamespace:  shop\nSelector:  app=web\nType:  ClusterIP\n"
            + "Port:  http  80/TCP\nTargetPort:  http/TCP\n"
            + $"Endpoints:  {endpoints}\nSession Affinity:  None";
        Pasted.Findings(pod, service).Any(finding => finding.Fault == "network.service-port-mismatch").ShouldBe(wrong);
    }

    [Theory]
    [InlineData("    Limits:\n      cpu:  1\n    Mounts:\n      /data from data (rw)", "resource.node-oom")]
    [InlineData("", "resource.oom-killed")]
    public void A_container_without_a_limit_is_known_only_where_nothing_was_cut_off(string rest, string fault)
    {
        var pod =
            "Name:  web-0\nNamespace:  shop\nStatus:  Running\nContainers:\n  app:\n"
            + "    Image:  web\n    State:  Waiting\n"
            + "      Reason:  CrashLoopBackOff\n    Last State:  Terminated\n"
            + "      Reason:  OOMKilled\n      Exit Code:  137\n"
            + $"    Ready:  False\n    Restart Count:  3\n{rest}";
        Pasted.Findings(pod).ShouldContain(finding => finding.Fault == fault);
    }

    [Fact]
    public void No_resources_found_means_that_there_are_none() =>
        Pasted
            .Read(
                "$ kubectl get ingressclass\nNo resources found\n$ kubectl get pods -n shop\n"
                    + "No resources found in shop namespace."
            )
            .IsComplete("IngressClass", null)
            .ShouldBeTrue();

    [Fact]
    public void The_column_of_labels_is_read()
    {
        var snapshot = Pasted.Read(
            "$ kubectl get pods --show-labels\nNAME    READY   STATUS    RESTARTS   AGE   LABELS\n"
                + "web-0   1/1     Running   0          2h    app=web,tier=front\n"
                + "web-1   1/1     Running   0          2h    <none>"
        );
        var (first, second) = (snapshot.All<V1Pod>().First(), snapshot.All<V1Pod>().Last());
        first.Metadata.Labels["tier"].ShouldBe("front");
        second.Metadata.Labels.ShouldBeEmpty();
        snapshot.Shows(first, ShownFields.Labels).ShouldBeTrue();
    }

    [Fact]
    public void A_table_without_labels_does_not_show_them()
    {
        var snapshot = Pasted.Read("NAME    READY   STATUS    RESTARTS   AGE\nweb-0   1/1     Running   0          2h");
        snapshot.Shows(snapshot.Only<V1Pod>(), ShownFields.Labels).ShouldBeFalse();
    }

    [Theory]
    [InlineData("False (MissingEndpoints)", true)]
    [InlineData("True", false)]
    public void An_APIService_without_endpoints_is_a_fault(string available, bool isFault) =>
        Pasted
            .Findings(
                "$ kubectl get apiservice\n"
                    + "NAME                     SERVICE             AVAILABLE                  AGE\n"
                    + $"v1beta1.metrics.k8s.io   kube-system/stats   {available}   9d"
            )
            .Any(finding => finding.Fault == NetworkFaults.NoReadyEndpoints)
            .ShouldBe(isFault);
}
