using System.Diagnostics;
using k8s.Models;
using MetaKube.Cluster.Objects;
using MetaKube.Cluster.Signals;
using MetaKube.Model;

namespace MetaKube.Tests.Cluster.Signals;

public sealed class SignalCollectorTests
{
    private static IReadOnlyList<Signal> Of(Given given, string question = "what is wrong?", Target? target = null)
    {
        var topology = ResourceTopology.Build(given.Snapshot);
        return new SignalCollector(given.Snapshot, topology, target ?? new()).Collect(
            RawSignals.Read(given.Snapshot, topology),
            question
        );
    }

    private static Signal Strongest(Given given) => Of(given)[0];

    private static Target At(string ns, string name) => new() { Object = new("Pod", ns, name) };

    [Fact]
    public void A_warning_whose_cause_no_rule_knows_is_quoted_with_its_object()
    {
        const string message = "expect exactly one frob tagged blue, got: [a b]";
        var signal = Strongest(Given.Pod("shop/web").NotReady().Event("FailedFrobnicate", message));
        signal.Kind.ShouldBe(SignalKind.Event);
        signal.Resource.ShouldBe(new("Pod", "shop", "web"));
        signal.Source.ShouldBe("event FailedFrobnicate");
        signal.Quote.ShouldBe(message);
        signal.IsTelling.ShouldBeTrue();
        signal.Command.ShouldBe("kubectl -n shop describe pod web");
    }

    [Fact]
    public void A_normal_event_is_none_unless_its_reason_is_abnormal()
    {
        Of(Given.Pod("shop/web").Event("Pulled", "Container image already present", type: "Normal")).ShouldBeEmpty();
        Of(Given.Node("n1").Event("NodeHasDiskPressure", "status is now: NodeHasDiskPressure", type: "Normal"))
            .ShouldHaveSingleItem();
    }

    [Fact]
    public void An_event_before_the_recovery_of_its_object_is_a_remark()
    {
        static Given Warned(double readyFor) =>
            Given
                .Pod("shop/web")
                .Where(pod => pod.Status.Conditions[0].LastTransitionTime = Given.Ago(readyFor))
                .Event("FailedMount", "MountVolume.SetUp failed for volume \"data\": timed out", minutesAgo: 20);
        Strongest(Warned(readyFor: 15)).IsTelling.ShouldBeFalse();
        Strongest(Warned(readyFor: 15).NotReady()).IsTelling.ShouldBeTrue();
    }

    [Theory]
    [InlineData("MemoryPressure", "True", true)]
    [InlineData("MemoryPressure", "False", false)]
    [InlineData("Ready", "Unknown", true)]
    [InlineData("EtcdIsVoter", "True", false)]
    [InlineData("FrequentUnregisterNetDevice", "Unknown", false)]
    public void A_condition_counts_by_its_polarity(string type, string status, bool isSignal) =>
        Of(
                Given
                    .Node("n1")
                    .With<V1Node>(
                        "n2",
                        node =>
                            node.Status = new()
                            {
                                Conditions =
                                [
                                    new()
                                    {
                                        Type = type,
                                        Status = status,
                                        Message = "the kubelet says so",
                                    },
                                ],
                            }
                    )
            )
            .Any(signal => signal.IsTelling)
            .ShouldBe(isSignal);

    [Fact]
    public void The_last_line_of_a_run_that_failed_tells_even_without_an_error_word()
    {
        var given = Given.Pod("shop/web").Terminated(3).Log("reading ledger", "ledger 7 is empty");
        Of(given).ShouldContain(signal => signal.Quote == "ledger 7 is empty" && signal.IsTelling);
        Of(Given.Pod("shop/web").Log("reading ledger", "ledger 7 is empty")).ShouldBeEmpty();
    }

    [Fact]
    public void A_line_that_announces_a_reason_is_quoted_with_it()
    {
        var given = Given
            .Pod("shop/web")
            .CrashLooping()
            .PreviousLog("LedgerException: Multiple preconditions not met:", "Page a needs page b of today");
        Of(given)
            .ShouldContain(signal =>
                signal.Quote == "LedgerException: Multiple preconditions not met: Page a needs page b of today"
            );
    }

    [Fact]
    public void Repetitions_are_one_signal_with_a_count_and_the_latest_line()
    {
        var given = Given
            .Pod("shop/web")
            .NotReady()
            .Log([.. Enumerable.Range(1, 30).Select(i => $"ERROR cannot read page {i} of the ledger")]);
        var signal = Of(given).Single(signal => signal.Kind == SignalKind.Log);
        signal.Count.ShouldBe(30);
        signal.Quote.ShouldBe("ERROR cannot read page 30 of the ledger");
    }

    [Fact]
    public void An_error_that_a_healthy_container_got_over_is_a_remark()
    {
        string[] over = ["ERROR connection refused, retry 1", .. Enumerable.Range(1, 20).Select(i => $"batch {i}")];
        Of(Given.Pod("shop/web").Log(over)).ShouldAllBe(signal => !signal.IsTelling);
        Of(Given.Pod("shop/web").NotReady().Log(over)).ShouldContain(signal => signal.IsTelling);
    }

    [Fact]
    public void A_restart_weeks_ago_is_a_remark_and_one_of_just_now_is_telling()
    {
        Of(Given.Pod("shop/web").Restarted(1, minutesAgo: 30_000)).ShouldAllBe(signal => !signal.IsTelling);
        Of(Given.Pod("shop/web").Restarted(1, minutesAgo: 5))
            .ShouldContain(signal => signal.IsTelling && signal.Kind == SignalKind.Exit);
    }

    [Fact]
    public void A_completed_job_pod_has_no_signals() =>
        Of(
                Given
                    .Pod("shop/migrate-1")
                    .Terminated(0)
                    .Phase("Succeeded")
                    .Where(pod => pod.Status.Conditions = [new() { Type = "Ready", Status = "False" }])
                    .Where(pod => pod.Status.Conditions[0].Reason = "PodCompleted")
            )
            .ShouldBeEmpty();

    [Fact]
    public void Words_that_the_question_quotes_are_found_in_logs_and_events()
    {
        var given = Given.Pod("shop/web").Log("10:00 INFO link up", "10:01 INFO Peer down", "10:02 INFO keepalive");
        var signal = Of(given, "was there any 'peer down' at web?").ShouldHaveSingleItem();
        signal.Kind.ShouldBe(SignalKind.Quoted);
        signal.Quote.ShouldBe("10:01 INFO Peer down");
        Of(given, "wasn't the peer down at web? isn't it").ShouldBeEmpty();
        Of(given, "what's wrong with 'web'?").ShouldBeEmpty();
    }

    [Fact]
    public void A_step_that_takes_seconds_each_time_stands_out()
    {
        static IEnumerable<string> Slow(params string[] lines) =>
            Of(Given.Pod("shop/web").NotReady().Log(lines))
                .Where(signal => signal.Kind == SignalKind.Duration)
                .Select(signal => signal.Quote);
        Slow("query took 6.1 seconds", "query took 9.9 seconds", "query took 7 s").ShouldBe(["query took 9.9 seconds"]);
        Slow("query took 6.1 ms", "query took 7.2 ms", "query took 9.9 ms").ShouldBeEmpty();
        Slow("next run in 60 seconds", "next run in 60 seconds", "next run in 60s").ShouldBeEmpty();
    }

    [Fact]
    public void The_kubelet_on_the_target_outweighs_an_old_line_of_another_pod()
    {
        var given = Given
            .Pod("shop/other")
            .Log("ERROR cannot read the ledger")
            .WithPod("shop/web")
            .NotReady()
            .Event("FailedMount", "MountVolume.SetUp failed for volume \"data\": no such device");
        Of(given, target: At("shop", "web"))[0].Resource.ShouldBe(new("Pod", "shop", "web"));
    }

    [Fact]
    public void Another_namespace_is_left_out_of_an_answer_about_one()
    {
        var given = Given.Pod("shop/web").WithPod("other/web").NotReady().Event("FailedMount", "no such device");
        Of(given, target: new() { Namespace = "shop" }).ShouldBeEmpty();
        Of(given, target: new() { Namespace = "other" }).ShouldNotBeEmpty();
    }

    [Theory]
    [InlineData("web; reboot")]
    [InlineData("$(reboot)")]
    [InlineData("web\nreboot")]
    [InlineData("--all")]
    public void A_name_that_a_shell_could_interpret_gets_no_command(string name) =>
        Strongest(Given.Pod("shop/x").EventAbout(new("Pod", "shop", name), "Failed", "it cannot be made"))
            .Command.ShouldBeNull();

    [Fact]
    public void Credentials_in_a_line_are_redacted() =>
        Strongest(Given.Pod("shop/web").CrashLooping().PreviousLog("FATAL cannot connect: password=hunter2hunter2"))
            .Quote.ShouldNotContain("hunter2");

    [Fact]
    public void Five_megabytes_are_read_in_time_linear_in_their_size()
    {
        var given = Given.Pod("shop/web").NotReady();
        var random = new Random(7);
        given.Log([
            .. Enumerable
                .Range(0, 50_000)
                .Select(i => $"2026-11-24T10:00:00Z {Level(i)} order {i} {Words(random)} sent, error={i % 3}"),
        ]);
        var watch = Stopwatch.StartNew();
        Of(given).Count.ShouldBeLessThanOrEqualTo(200);
        // A generous bound: quadratic work on this log takes minutes.
        watch.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(20));
    }

    private static string Level(int i) => i % 5 == 0 ? "ERROR" : "INFO";

    private static string Words(Random random) =>
        string.Join(' ', Enumerable.Range(0, 9).Select(_ => $"w{(char)('a' + random.Next(26))}"));
}
