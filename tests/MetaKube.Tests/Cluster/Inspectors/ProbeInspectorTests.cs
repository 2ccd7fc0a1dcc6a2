using k8s.Models;
using MetaKube.Cluster.Inspectors;
using MetaKube.Faults;

namespace MetaKube.Tests.Cluster.Inspectors;

public sealed class ProbeInspectorTests
{
    private static V1Probe Http(string path, int port, int period = 10) =>
        new()
        {
            HttpGet = new() { Path = path, Port = port },
            PeriodSeconds = period,
            FailureThreshold = 3,
        };

    private static Given Liveness(string message, Action<V1Container>? configure = null) =>
        Given
            .Pod("shop/web")
            .Spec(container =>
            {
                container.LivenessProbe = Http("/healthz", 8080);
                configure?.Invoke(container);
            })
            .Restarted(137)
            .Event("Unhealthy", $"Liveness probe failed: {message}")
            .Event("Killing", "Container app failed liveness probe, will be restarted", type: "Normal");

    private static Given Readiness(string message, Action<V1Container>? configure = null) =>
        Given
            .Pod("shop/web")
            .NotReady()
            .Spec(container =>
            {
                container.ReadinessProbe = Http("/ready", 8080);
                configure?.Invoke(container);
            })
            .Event("Unhealthy", $"Readiness probe failed: {message}");

    private const string Timeout = "Get \"http://10.0.0.1:8080/\": context deadline exceeded",
        Refused = "Get \"http://10.0.0.1:8080/\": dial tcp 10.0.0.1:8080: connect: connection refused";

    [Theory]
    [InlineData(9901, ConfigurationFaults.LivenessProbeWrong)]
    [InlineData(9801, ConfigurationFaults.StartupTooSlow)]
    public void A_startup_probe_of_a_sidecar_is_held_against_the_port_of_its_program(int port, string fault) =>
        Given
            .Pod("shop/web")
            .Container("proxy")
            .Spec(container =>
            {
                container.RestartPolicy = "Always";
                container.StartupProbe = Http("/startup", 9801);
            })
            .Status(status => (status.Ready, status.RestartCount) = (false, 5))
            .Log($"Starting health check server, listening on 0.0.0.0:{port}")
            .Where(pod =>
            {
                pod.Spec.InitContainers = [.. pod.Spec.Containers.Where(container => container.Name == "proxy")];
                pod.Spec.Containers = [.. pod.Spec.Containers.Where(container => container.Name != "proxy")];
                pod.Status.InitContainerStatuses = [
                    .. pod.Status.ContainerStatuses.Where(status => status.Name == "proxy"),
                ];
                pod.Status.ContainerStatuses = [
                    .. pod.Status.ContainerStatuses.Where(status => status.Name != "proxy"),
                ];
            })
            .Event(
                "Unhealthy",
                "Startup probe failed: Get \"http://10.0.0.1:9801/startup\": dial tcp 10.0.0.1:9801: "
                    + "connect: connection refused"
            )
            .Event("Killing", "Init container proxy failed startup probe", type: "Normal")
            .Faults<ProbeInspector>()
            .ShouldBe([fault]);

    [Fact]
    public void A_liveness_probe_for_a_path_that_does_not_exist_is_wrong() =>
        Liveness("HTTP probe failed with statuscode: 404")
            .Faults<ProbeInspector>()
            .ShouldBe([ConfigurationFaults.LivenessProbeWrong]);

    [Fact]
    public void A_liveness_probe_that_kills_before_the_program_listens_is_too_early() =>
        Liveness(Refused).Faults<ProbeInspector>().ShouldBe([ConfigurationFaults.StartupTooSlow]);

    [Fact]
    public void A_program_that_does_not_answer_in_time_hangs() =>
        Liveness(Timeout).Faults<ProbeInspector>().ShouldBe([ApplicationFaults.Hang]);

    [Fact]
    public void A_program_with_hardly_any_cpu_is_throttled_and_does_not_hang()
    {
        Liveness(Timeout).Limit("cpu", "50m").Faults<ProbeInspector>().ShouldBe([ResourceFaults.CpuThrottled]);
        Liveness(Timeout).Limit("cpu", "500m").Faults<ProbeInspector>().ShouldBe([ApplicationFaults.Hang]);
    }

    [Fact]
    public void An_error_of_the_program_is_no_fault_of_the_probe() =>
        Liveness("HTTP probe failed with statuscode: 500")
            .Faults<ProbeInspector>()
            .ShouldBe([ApplicationFaults.ErrorRate]);

    [Fact]
    public void A_readiness_probe_beside_the_containers_port_is_wrong() =>
        Readiness(Refused, container => container.Ports = [new() { ContainerPort = 9090 }])
            .Faults<ProbeInspector>()
            .ShouldBe([ConfigurationFaults.ReadinessProbeWrong]);

    [Fact]
    public void The_port_in_the_log_is_worth_more_than_the_declared_one() =>
        Readiness(Refused, container => container.Ports = [new() { ContainerPort = 9090 }])
            .Log("listening on :8080")
            .Faults<ProbeInspector>()
            .ShouldBe([ApplicationFaults.Hang]);

    [Fact]
    public void A_startup_probe_that_ends_the_container_is_too_slow_a_start() =>
        Given
            .Pod("shop/web")
            .Restarted(137, "Error", count: 3)
            .NotReady()
            .Spec(container => container.StartupProbe = Http("/", 8080))
            .Event("Unhealthy", "Startup probe failed: HTTP probe failed with statuscode: 503")
            .Faults<ProbeInspector>()
            .ShouldBe([ConfigurationFaults.StartupTooSlow]);

    [Fact]
    public void A_program_that_says_it_is_not_ready_is_only_a_symptom() =>
        Readiness("HTTP probe failed with statuscode: 503").Faults<ProbeInspector>().ShouldBe([null]);

    [Fact]
    public void A_failure_that_is_over_is_no_finding() =>
        Readiness(Timeout).Status(status => status.Ready = true).Faults<ProbeInspector>().ShouldBeEmpty();

    [Fact]
    public void An_event_about_a_probe_that_the_spec_no_longer_has_is_no_finding() =>
        Readiness(Timeout, container => container.ReadinessProbe = null).Faults<ProbeInspector>().ShouldBeEmpty();

    [Fact]
    public void A_liveness_failure_that_killed_nothing_is_no_finding() =>
        Given
            .Pod("shop/web")
            .Spec(container => container.LivenessProbe = Http("/healthz", 8080))
            .Event("Unhealthy", $"Liveness probe failed: {Timeout}")
            .Faults<ProbeInspector>()
            .ShouldBeEmpty();

    private static Action<V1Container> Serves(int port, V1Probe? probe = null) =>
        container =>
        {
            container.Ports = [new() { ContainerPort = port }];
            if (probe is not null)
                container.LivenessProbe = container.ReadinessProbe = probe;
        };

    private static V1Probe Grpc(int port, int failures = 3) =>
        new()
        {
            Grpc = new() { Port = port },
            FailureThreshold = failures,
            PeriodSeconds = failures == 1 ? 1 : 10,
        };

    private const string Unconnected =
        "timeout: failed to connect service \"10.0.0.1:7001\" within 1s: context deadline exceeded";

    [Fact]
    public void A_gRPC_probe_beside_the_containers_port_names_the_right_one()
    {
        var finding = Liveness(Unconnected, Serves(7000, Grpc(7001))).Finding<ProbeInspector>();
        finding.Fault.ShouldBe(ConfigurationFaults.LivenessProbeWrong);
        finding.Facts["right"].ShouldBe("port 7000");
        Readiness(Unconnected, Serves(7000, Grpc(7001)))
            .Faults<ProbeInspector>()
            .ShouldBe([ConfigurationFaults.ReadinessProbeWrong]);
        Readiness(Unconnected, Serves(7001, Grpc(7001))).Faults<ProbeInspector>().ShouldBe([ApplicationFaults.Hang]);
    }

    [Theory]
    [InlineData(
        @"net/http: HTTP/1.x transport connection broken: malformed HTTP response ""\x00\x00\x00\x04""",
        "grpc"
    )]
    [InlineData("malformed HTTP response \"* OK IMAP ready\"", "tcpSocket")]
    [InlineData("http: server gave HTTP response to HTTPS client", "scheme HTTP")]
    [InlineData("Client sent an HTTP request to an HTTPS server", "scheme HTTPS")]
    public void A_probe_in_the_wrong_protocol_names_the_right_one(string message, string right)
    {
        var finding = Readiness(message).Finding<ProbeInspector>();
        finding.Fault.ShouldBe(ConfigurationFaults.ReadinessProbeWrong);
        finding.Facts["right"].ShouldContain(right);
    }

    [Fact]
    public void A_liveness_probe_that_one_late_answer_fails_has_too_little_patience()
    {
        static void Hasty(V1Container container) =>
            container.LivenessProbe = new()
            {
                HttpGet = new() { Path = "/", Port = 8080 },
                FailureThreshold = 1,
                PeriodSeconds = 1,
            };
        Liveness(Timeout, Hasty).Finding<ProbeInspector>().Facts["patience"].ShouldContain("failureThreshold 1");
        Liveness(Timeout).Finding<ProbeInspector>().Facts.ShouldNotContainKey("patience");
    }

    [Fact]
    public void A_container_that_was_killed_long_ago_and_is_ready_has_no_finding() =>
        Given
            .Pod("shop/web")
            .Spec(container => container.LivenessProbe = Http("/healthz", 8080))
            .Restarted(137)
            .Event("Unhealthy", $"Liveness probe failed: {Refused}", minutesAgo: 30)
            .Event("Killing", "Container app failed liveness probe, will be restarted", 30, "Normal")
            .Faults<ProbeInspector>()
            .ShouldBeEmpty();

    [Fact]
    public void A_command_that_says_why_is_quoted_and_no_hang()
    {
        static void Exec(V1Container container) =>
            container.ReadinessProbe = new() { Exec = new() { Command = ["/bin/agent", "-ready"] } };
        var finding = Readiness("agent is not ready: no peer: dial tcp: connection refused", Exec)
            .Finding<ProbeInspector>();
        finding.Fault.ShouldBeNull();
        finding.Summary.ShouldContain("no peer");
        Readiness("sh: curl: not found", Exec)
            .Faults<ProbeInspector>()
            .ShouldBe([ConfigurationFaults.ReadinessProbeWrong]);
    }

    [Fact]
    public void A_container_that_may_still_start_is_not_too_slow() =>
        Given
            .Pod("shop/web")
            .NotReady()
            .Spec(container =>
            {
                container.StartupProbe = Http("/", 8080);
                container.StartupProbe.FailureThreshold = 600;
            })
            .Event("Unhealthy", "Startup probe failed: HTTP probe failed with statuscode: 503")
            .Faults<ProbeInspector>()
            .ShouldBe([null]);

    [Theory]
    [InlineData("exit 2", ConfigurationFaults.ReadinessProbeWrong)]
    [InlineData("/bin/false", ConfigurationFaults.ReadinessProbeWrong)]
    [InlineData("test -f /tmp/up || exit 1", null)]
    public void A_command_that_can_never_succeed_is_wrong(string script, string? fault) =>
        Readiness("", container => container.ReadinessProbe = new() { Exec = new() { Command = ["sh", "-c", script] } })
            .Faults<ProbeInspector>()
            .ShouldBe([fault]);

    [Theory]
    [InlineData(" * Running on http://127.0.0.1:8080 (Press CTRL+C to quit)", ConfigurationFaults.BadValue)]
    [InlineData("connected to cache on 127.0.0.1:6379, listening on 0.0.0.0:8080", ApplicationFaults.Hang)]
    public void A_program_that_listens_on_loopback_only_is_refused_from_outside(string line, string fault) =>
        Readiness(Refused).Log(line).Faults<ProbeInspector>().ShouldBe([fault]);

    [Theory]
    [InlineData("12:00:13 warming cache: 30%", ConfigurationFaults.StartupTooSlow)]
    [InlineData("12:00:13 request served", ApplicationFaults.ErrorRate)]
    public void A_run_that_is_killed_in_the_middle_of_its_start_needs_more_time(string last, string fault) =>
        Liveness(
                "cat: can't open '/tmp/alive': No such file or directory",
                container =>
                    container.LivenessProbe = new()
                    {
                        Exec = new() { Command = ["cat", "/tmp/alive"] },
                        InitialDelaySeconds = 30,
                        PeriodSeconds = 10,
                        FailureThreshold = 3,
                    }
            )
            .PreviousLog("opening", last)
            .Faults<ProbeInspector>()
            .ShouldBe([fault]);
}
