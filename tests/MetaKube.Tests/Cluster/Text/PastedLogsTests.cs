using k8s.Models;
using MetaKube.Cluster.Objects;
using MetaKube.Model;

namespace MetaKube.Tests.Cluster.Text;

public sealed class PastedLogsTests
{
    private const string Refused = "dial tcp: connect to db.example.com:5432: connection refused";

    private static string Row(string name, string status = "CrashLoopBackOff")
    {
        var cells = status == "Running" ? "1/1   Running   0" : $"0/1   {status}   3";
        return $"NAME   READY   STATUS   RESTARTS   AGE\n{name}   {cells}   1h";
    }

    private static string Init(string state) =>
        $"""
            Name:         web-0
            Namespace:    shop
            Status:       Pending
            Init Containers:
              migrate:
                Image:  shop/migrate
                State:  Waiting
                  Reason:  {state}
                Ready:  False
                Restart Count:  3
                Environment:  <none>
            Containers:
              app:
                Image:  shop/web
                State:  Waiting
                  Reason:  PodInitializing
                Ready:  False
                Restart Count:  0
                Environment:  <none>
            """;

    [Fact]
    public void A_command_names_pod_container_and_run()
    {
        var snapshot = Pasted.Read(
            Row("web-0"),
            $"$ kubectl logs web-0\nready\n$ kubectl logs web-0 --previous\n{Refused}"
        );
        snapshot.Logs[new("default", "web-0", "", Previous: false)].ShouldBe("ready");
        snapshot.Logs[new("default", "web-0", "", Previous: true)].ShouldBe(Refused);
    }

    [Fact]
    public void A_pod_of_a_command_exists_and_has_no_invented_state()
    {
        var snapshot = Pasted.Read($"$ kubectl -n shop logs web-0\n{Refused}");
        snapshot.Only<V1Pod>().Status.ContainerStatuses.ShouldBeNull();
        Pasted.Findings(snapshot).ShouldHaveSingleItem().Resource.ShouldBe(new("Pod", "shop", "web-0"));
    }

    [Fact]
    public void A_log_without_a_name_belongs_to_the_init_container_that_failed() =>
        Pasted.Read(Init("CrashLoopBackOff"), Refused).Logs.ShouldContainKey(new("shop", "web-0", "migrate", false));

    [Fact]
    public void A_log_beside_two_workloads_that_fail_belongs_to_neither()
    {
        var snapshot = Pasted.Read(Row("web-0"), Row("worker-5c9d8f7b6d-x2x4z"), Refused);
        snapshot.UnplacedLogs.ShouldHaveSingleItem().Owner.ShouldBe(new("Log", null, "paste-2.txt"));
        Pasted
            .Findings(snapshot)
            .ShouldContain(finding => finding.Resource.Kind == ResourceRef.Log && finding.Quote == Refused);
    }

    [Fact]
    public void A_log_beside_replicas_of_one_workload_belongs_to_it()
    {
        var snapshot = Pasted.Read(
            Row("web-5c9d8f7b6d-x2x4z", "Running"),
            Row("web-5c9d8f7b6d-b7b7b", "Running"),
            Refused
        );
        snapshot.UnplacedLogs.ShouldBeEmpty();
    }

    [Fact]
    public void No_pod_is_named_after_anything_that_was_not_pasted() => Pasted.Read(Refused).Everything.ShouldBeEmpty();

    [Theory]
    [InlineData("[pod/web-0/app] " + Refused)]
    [InlineData("web-5c9d8f7b6d-x2x4z app " + Refused)]
    [InlineData(
        "{\"resource\":{\"labels\":{\"pod_name\":\"web-0\",\"container_name\":\"app\",\"namesp"
            + "ace_name\":\"shop\"}},\"textPayload\":\""
            + Refused
            + "\"}"
    )]
    public void Prefixes_of_wrappers_name_pod_and_container(string line)
    {
        var log = Pasted.Read(line).Logs.ShouldHaveSingleItem();
        log.Key.Container.ShouldBe("app");
        log.Key.Pod.ShouldStartWith("web-");
        log.Value.ShouldBe(Refused);
    }

    [Fact]
    public void The_runtimes_own_prefix_is_removed() =>
        Pasted
            .Read($"2026-11-24T10:00:00.123456789Z stderr F {Refused}")
            .Logs.ShouldHaveSingleItem()
            .Value.ShouldBe(Refused);

    [Fact]
    public void The_output_of_another_program_belongs_to_no_pod()
    {
        var snapshot = Pasted.Read(Row("web-0"), $"$ helm install web .\nError: {Refused}");
        snapshot.UnplacedLogs.ShouldHaveSingleItem().Owner.Kind.ShouldBe(ResourceRef.Log);
    }

    [Fact]
    public void Sentences_of_a_person_are_no_log()
    {
        Pasted
            .Read(Row("web-0"), "Hi all, this is what we see on our cluster.\nPlease have a look, thanks!")
            .Logs.ShouldBeEmpty();
        Pasted.Read(Row("web-0"), "Failed to create the runtime").Logs.ShouldNotBeEmpty();
    }

    [Fact]
    public void Errors_far_from_the_end_of_a_long_log_are_kept()
    {
        var lines = Enumerable
            .Range(0, 5000)
            .Select(i => i == 7 ? "ERROR: disk quota exceeded" : $"INFO request {i} served");
        var log = Pasted.Read($"$ kubectl logs web-0\n{string.Join('\n', lines)}").Logs.ShouldHaveSingleItem().Value;
        log.ShouldContain("disk quota exceeded");
        log.ShouldEndWith("INFO request 4999 served");
        log.Split('\n').Length.ShouldBeLessThan(300);
    }

    [Fact]
    public void A_log_of_a_Job_is_tied_to_the_Job_by_its_events()
    {
        var snapshot = Pasted.Read(
            "Name:           load\nNamespace:      shop\nBackoff Limit:  1\n"
                + "Pods Statuses:  0 Active / 0 Succeeded / 2 Failed\nEvents:\n"
                + "  Normal  SuccessfulCreate  16m  job-controller  Created pod: load-2lhkn",
            $"$ kubectl logs load-2lhkn -n shop\n{Refused}"
        );
        snapshot
            .Find<V1Pod>("shop", "load-2lhkn")!
            .Metadata.OwnerReferences.ShouldHaveSingleItem()
            .Kind.ShouldBe("Job");
    }

    [Fact]
    public void A_line_of_words_and_stops_is_read_in_time_linear_in_its_length()
    {
        // A pattern that tries every way to cut the line would never end.
        var line = string.Concat(Enumerable.Repeat("a,;a", 500)) + "@";
        Pasted.Read(line).UnplacedLogs.Count.ShouldBeLessThanOrEqualTo(1);
    }
}
