using k8s.Models;
using MetaKube.Cluster.Inspectors;
using MetaKube.Faults;

namespace MetaKube.Tests.Cluster.Inspectors;

public sealed class LogInspectorTests
{
    private static Given Crashed(params string[] lines) => Given.Pod("shop/web").CrashLooping().Log(lines);

    [Theory]
    [InlineData("java.lang.OutOfMemoryError: Java heap space", ApplicationFaults.OutOfMemoryInternal)]
    [InlineData("write /data/x: no space left on device", ResourceFaults.VolumeFull)]
    [InlineData("FATAL: password authentication failed for user \"shop\"", ConfigurationFaults.BadCredentials)]
    [InlineData("x509: certificate signed by unknown authority", NetworkFaults.TlsUntrusted)]
    [InlineData("tls: certificate has expired", NetworkFaults.TlsExpired)]
    [InlineData("exec format error", ImageFaults.WrongArchitecture)]
    public void A_known_error_in_the_log_of_a_failed_run_decides(string line, string fault) =>
        Crashed("starting", line).Faults<LogInspector>().ShouldBe([fault]);

    [Fact]
    public void A_setting_that_is_set_has_the_wrong_value_though_the_program_calls_it_missing()
    {
        var finding = Crashed("Error: environment variable PORT is required")
            .Env("PORT", "abc")
            .Finding<LogInspector>();
        finding.Fault.ShouldBe(ConfigurationFaults.BadValue);
        finding.Summary.ShouldContain("\"abc\"");
    }

    [Fact]
    public void A_setting_that_is_not_set_is_missing() =>
        Crashed("Error: environment variable PORT is required")
            .Finding<LogInspector>()
            .Fault.ShouldBe(ConfigurationFaults.MissingEnv);

    [Fact]
    public void The_value_of_a_credential_is_not_shown() =>
        Crashed("invalid DB_PASSWORD")
            .Env("DB_PASSWORD", "geheim1")
            .Finding<LogInspector>()
            .Summary.ShouldNotContain("geheim1");

    [Fact]
    public void A_Service_that_does_not_exist_is_a_missing_dependency()
    {
        var result = Crashed("dial tcp: lookup orders: no such host").Complete("Service").Inspect<LogInspector>();
        result.Findings.ShouldHaveSingleItem().Fault.ShouldBe(NetworkFaults.DependencyMissing);
        result.Edges.ShouldBeEmpty();
    }

    [Fact]
    public void A_Service_that_refuses_is_down_and_the_pod_depends_on_it()
    {
        var result = Crashed("dial tcp orders:80: connect: connection refused")
            .With<V1Service>("shop/orders", service => service.Spec = new() { Ports = [new() { Port = 80 }] })
            .Inspect<LogInspector>();
        result.Findings.ShouldHaveSingleItem().Fault.ShouldBe(NetworkFaults.DependencyDown);
        result.Edges.ShouldHaveSingleItem().To.ShouldBe(new("Service", "shop", "orders"));
    }

    [Fact]
    public void A_port_that_the_Service_does_not_have_is_a_wrong_value() =>
        Crashed("dial tcp orders:8080: connect: connection refused")
            .With<V1Service>("shop/orders", service => service.Spec = new() { Ports = [new() { Port = 80 }] })
            .Faults<LogInspector>()
            .ShouldBe([ConfigurationFaults.BadValue]);

    [Fact]
    public void A_policy_without_a_rule_for_the_caller_blocks_a_call_that_times_out()
    {
        var result = Crashed("dial tcp orders:80: i/o timeout")
            .WithPod("shop/orders-1")
            .Where(pod => pod.Metadata.Labels = new Dictionary<string, string> { ["app"] = "orders" })
            .With<V1Service>(
                "shop/orders",
                service => service.Spec = new() { Selector = new Dictionary<string, string> { ["app"] = "orders" } }
            )
            .With<V1NetworkPolicy>(
                "shop/deny",
                policy => policy.Spec = new() { PodSelector = new(), PolicyTypes = ["Ingress"] }
            )
            .Inspect<LogInspector>();
        var finding = result.Findings.ShouldHaveSingleItem();
        finding.Fault.ShouldBe(NetworkFaults.PolicyBlocked);
        finding.Resource.ShouldBe(new("NetworkPolicy", "shop", "deny"));
        result.Edges.Select(edge => edge.To.Kind).ShouldBe(["Service", "NetworkPolicy"]);
    }

    [Fact]
    public void A_file_below_a_mount_is_hidden_by_it() =>
        Crashed("open /etc/app/app.yaml: no such file or directory")
            .Where(pod =>
                pod.Spec.Volumes = [
                    new()
                    {
                        Name = "conf",
                        ConfigMap = new() { Name = "app" },
                    },
                ]
            )
            .Spec(container => container.VolumeMounts = [new() { Name = "conf", MountPath = "/etc/app" }])
            .Faults<LogInspector>()
            .ShouldBe([ConfigurationFaults.VolumeMountWrong]);

    [Fact]
    public void The_log_of_the_run_that_failed_is_read_after_a_restart() =>
        Given
            .Pod("shop/web")
            .Restarted(1)
            .Log("ready")
            .PreviousLog("tls: certificate has expired")
            .Finding<LogInspector>()
            .Source.ShouldBe("log of the previous run");

    [Theory]
    [InlineData(2, 0)]
    [InlineData(3, 1)]
    public void An_error_of_a_program_that_works_counts_once_it_repeats(int times, int findings) =>
        Given
            .Pod("shop/web")
            .Log([.. Enumerable.Repeat("tls: certificate has expired", times)])
            .Faults<LogInspector>()
            .Count.ShouldBe(findings);

    [Theory]
    [InlineData(4, 0)]
    [InlineData(5, 1)]
    public void Unknown_errors_of_a_program_that_works_are_an_error_rate(int times, int findings) =>
        Given
            .Pod("shop/web")
            .Log([.. Enumerable.Repeat("ERROR cannot frobnicate", times)])
            .Faults<LogInspector>()
            .Count(fault => fault == ApplicationFaults.ErrorRate)
            .ShouldBe(findings);

    [Fact]
    public void A_run_that_succeeded_did_its_work_whatever_it_wrote() =>
        Given.Pod("shop/web").Terminated(0).Log("tls: certificate has expired").Faults<LogInspector>().ShouldBeEmpty();

    [Fact]
    public void A_log_without_errors_has_no_finding() =>
        Crashed("starting", "listening on :8080").Faults<LogInspector>().ShouldBeEmpty();

    [Fact]
    public void A_later_line_weighs_more()
    {
        var last = Crashed("a", "b", "tls: certificate has expired").Finding<LogInspector>().Weight;
        var first = Crashed("tls: certificate has expired", "a", "b").Finding<LogInspector>().Weight;
        last.ShouldBeGreaterThan(first);
    }
}
