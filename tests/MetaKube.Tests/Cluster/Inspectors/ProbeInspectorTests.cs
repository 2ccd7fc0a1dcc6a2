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
    public void A_startup_probe_that_is_never_passed_is_too_slow_a_start() =>
        Given
            .Pod("shop/web")
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
}
