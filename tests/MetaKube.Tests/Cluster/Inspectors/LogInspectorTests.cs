using k8s.Models;
using MetaKube.Cluster.Inspectors;
using MetaKube.Faults;
using MetaKube.Tests.Cluster.Text;

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

    [Theory]
    [InlineData("Local", "node-2", NetworkFaults.NoReadyEndpoints)]
    [InlineData("Local", "node-1", NetworkFaults.ConnectionTimeout)]
    [InlineData("Cluster", "node-2", NetworkFaults.ConnectionTimeout)]
    public void A_Service_with_local_traffic_answers_no_node_without_a_pod_of_it(
        string policy,
        string node,
        string fault
    ) =>
        Crashed("dial tcp orders:80: i/o timeout")
            .WithPod("shop/orders-1")
            .Where(pod =>
            {
                pod.Metadata.Labels = new Dictionary<string, string> { ["app"] = "orders" };
                pod.Spec.NodeName = node;
            })
            .With<V1Service>(
                "shop/orders",
                service =>
                    service.Spec = new()
                    {
                        Selector = new Dictionary<string, string> { ["app"] = "orders" },
                        InternalTrafficPolicy = policy,
                    }
            )
            .Faults<LogInspector>()
            .ShouldBe([fault]);

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

    [Theory]
    [InlineData("OperationalError: (2003, \"Can't connect to MySQL server on 'store' ([Errno 111] refused)\")")]
    [InlineData("ERROR 2003 (HY000): Can't connect to MySQL server on 'store:3306' (111)")]
    [InlineData("curl: (7) Failed to connect to store port 80 after 3 ms: Couldn't connect to server")]
    [InlineData("Error: connect ECONNREFUSED store:80")]
    [InlineData("UnableToConnect on store:6379/Interactive, Initializing/NotStarted")]
    [InlineData("2026-11-24T11:59:00Z ERROR cannot open: dial tcp store:5432: connect: connection refused")]
    public void A_refusal_of_any_client_names_the_host(string line)
    {
        var finding = Crashed(line).Finding<LogInspector>();
        (finding.Fault, finding.Facts["host"]).ShouldBe((NetworkFaults.DependencyDown, "store"));
    }

    [Theory]
    [InlineData("ERROR 2005 (HY000): Unknown MySQL server host 'store' (-2)", NetworkFaults.DependencyMissing)]
    [InlineData("[emerg] host not found in upstream \"store\"", NetworkFaults.DependencyMissing)]
    [InlineData("Error: getaddrinfo ENOTFOUND store", NetworkFaults.DependencyMissing)]
    [InlineData("Error: getaddrinfo EAI_AGAIN store", NetworkFaults.DnsFailure)]
    [InlineData("connect EHOSTUNREACH 10.9.8.7:443", NetworkFaults.ConnectionTimeout)]
    public void An_unknown_name_no_answer_of_DNS_and_no_route_are_told_apart(string line, string fault) =>
        Crashed(line).Complete("Service").Finding<LogInspector>().Fault.ShouldBe(fault);

    [Theory]
    [InlineData("dial tcp: lookup api.partner.example.com: no such host", true)]
    [InlineData("dial tcp: lookup store: no such host", false)]
    public void A_host_outside_the_cluster_gets_no_Service(string line, bool isOutside) =>
        Crashed(line).Complete("Service").Finding<LogInspector>().Facts.ContainsKey("outside").ShouldBe(isOutside);

    [Fact]
    public void A_pod_whose_dnsPolicy_leads_past_the_clusters_DNS_fails_by_that() =>
        Crashed("dial tcp: lookup store: no such host")
            .Where(pod => pod.Spec.DnsPolicy = "Default")
            .Complete("Service")
            .Finding<LogInspector>()
            .Summary.ShouldContain("dnsPolicy is Default");

    [Fact]
    public void A_port_in_use_names_the_other_container()
    {
        var given = Given.Pod("shop/web").Container("mesh").Spec(c => c.Args = ["--status-port=8085"]);
        var finding = given
            .Container("app")
            .CrashLooping()
            .Log("Web server failed to start. Port 8085 was already in use.")
            .Finding<LogInspector>();
        finding.Fault.ShouldBe(ConfigurationFaults.PortConflict);
        finding.Facts["other"].ShouldBe("mesh");
        finding.Summary.ShouldContain("8085");
    }

    [Fact]
    public void A_volume_that_the_program_may_not_write_to_is_named_with_the_user()
    {
        var given = Crashed("Can't open the append-only file: Permission denied")
            .Spec(c => c.VolumeMounts = [new() { Name = "disk", MountPath = "/var/store" }])
            .Where(pod =>
            {
                pod.Spec.Volumes =
                [
                    new()
                    {
                        Name = "disk",
                        PersistentVolumeClaim = new() { ClaimName = "disk" },
                    },
                ];
                pod.Spec.SecurityContext = new() { RunAsUser = 1001 };
            });
        var finding = given.Finding<LogInspector>();
        finding.Fault.ShouldBe(ConfigurationFaults.SecurityContextDenied);
        finding.Summary.ShouldContain("/var/store");
        finding.Summary.ShouldContain("1001");
    }

    [Fact]
    public void Of_a_traceback_the_exception_is_the_cause_and_not_its_heading()
    {
        var finding = Crashed(
                "Traceback (most recent call last):",
                "  File \"/app/main.py\", line 9, in <module>",
                "    run()",
                "  File \"/app/main.py\", line 5, in run",
                "    total = rows[0].amount",
                "AttributeError: 'NoneType' object has no attribute 'amount'"
            )
            .Finding<LogInspector>();
        finding.Summary.ShouldContain("AttributeError");
        finding.Summary.ShouldNotContain("Traceback");
    }

    [Fact]
    public void The_innermost_exception_of_a_chain_is_the_cause() =>
        Crashed(
                "Exception in thread \"main\" java.lang.RuntimeException: cannot start",
                "\tat com.example.Main.main(Main.java:1)",
                "Caused by: java.lang.IllegalStateException: ledger is empty"
            )
            .Finding<LogInspector>()
            .Summary.ShouldContain("ledger is empty");

    [Fact]
    public void A_consequence_of_the_error_does_not_win_over_it()
    {
        var findings = Crashed(
                "/srv/index.js:31",
                "    callback(null, body.orders.first);",
                "TypeError: Cannot read properties of undefined (reading 'first')",
                "    at Request._callback (/srv/index.js:31:54)",
                "npm ERR! rofs EROFS: read-only file system, open '/npm-debug.log.1'"
            )
            .Inspect<LogInspector>()
            .Findings;
        findings.MaxBy(finding => finding.Weight)!.Fault.ShouldBe(ApplicationFaults.Crash);
    }

    [Fact]
    public void A_command_of_a_protocol_is_no_setting() =>
        Crashed("Unsupported OP_MSGX command: the client is too old").Faults<LogInspector>().ShouldBeEmpty();

    [Fact]
    public void A_program_that_ends_with_0_and_is_started_again_says_why_in_its_log() =>
        Given
            .Pod("shop/web")
            .CrashLooping(exitCode: 0, reason: "Completed")
            .Log("Environment variable REGION_CODE is undefined")
            .Faults<LogInspector>()
            .ShouldBe([ConfigurationFaults.MissingEnv]);

    [Fact]
    public void The_log_of_a_Job_that_succeeded_is_no_finding() =>
        Given
            .Pod("shop/once")
            .Terminated(0)
            .Log("Environment variable REGION_CODE is undefined")
            .Faults<LogInspector>()
            .ShouldBeEmpty();

    [Fact]
    public void The_pod_itself_is_no_Service_that_is_missing() =>
        Crashed("dial tcp localhost:9090: connect: connection refused")
            .Complete("Service")
            .Faults<LogInspector>()
            .ShouldBe([NetworkFaults.DependencyDown]);

    [Fact]
    public void The_date_of_a_line_is_no_host()
    {
        var finding = Crashed(
                "2026/02/03 10:03:18 [error] 7#7: *9 connect() failed (111: Connection refused) while connecting to "
                    + "upstream, request: \"GET / HTTP/1.1\", upstream: \"http://192.0.2.17:8080/\""
            )
            .Finding<LogInspector>();
        finding.Fault.ShouldBe(NetworkFaults.DependencyDown);
        finding.Facts["host"].ShouldBe("192.0.2.17");
    }

    [Fact]
    public void What_follows_from_another_error_is_no_finding_beside_it()
    {
        const string consequence = "npm ERR! rofs EROFS: read-only file system, open 'npm-debug.log.7'";
        Given
            .Pod("shop/web")
            .CrashLooping(1, "Error")
            .Log($"TypeError: Cannot read property 'total' of undefined\n{consequence}")
            .Faults<LogInspector>()
            .ShouldBe([ApplicationFaults.Crash]);
        Given
            .Pod("shop/web")
            .CrashLooping(1, "Error")
            .Log(consequence)
            .Faults<LogInspector>()
            .ShouldBe([ConfigurationFaults.SecurityContextDenied]);
    }

    [Theory]
    [InlineData("[error] configuration file contains errors, aborting.", true)]
    [InlineData("failed to load config: no providers", true)]
    [InlineData("configuration loaded, no errors", false)]
    public void A_program_that_refuses_its_configuration_has_an_invalid_file(string line, bool isFault) =>
        Given
            .Pod("shop/web")
            .CrashLooping(1, "Error")
            .Log(line)
            .Faults<LogInspector>()
            .Contains(ConfigurationFaults.InvalidFile)
            .ShouldBe(isFault);

    [Theory]
    [InlineData("CrashLoopBackOff", "0/1", true)]
    [InlineData("Running", "1/1", false)]
    public void A_silent_name_server_is_at_fault_where_it_is_down(string status, string ready, bool isDown)
    {
        var finding = Pasted
            .Findings(
                "/ # nslookup web\n;; connection timed out; no servers could be reached",
                "$ kubectl get pods -n kube-system\nNAME                       READY   STATUS   RESTARTS   AGE\n"
                    + $"coredns-76f75df574-x2x4z   {ready}     {status}   7          34m"
            )
            .First(finding => finding.Fault == NetworkFaults.DnsFailure);
        (finding.Resource.Kind == "Pod").ShouldBe(isDown);
    }

    [Theory]
    [InlineData(10, true)]
    [InlineData(55, false)]
    public void A_Secret_that_was_changed_after_the_container_started_has_another_value(double minutesAgo, bool isOld)
    {
        var finding = Given
            .Pod("shop/web")
            .NotReady()
            .Spec(c =>
                c.Env =
                [
                    new()
                    {
                        Name = "DB_PASSWORD",
                        ValueFrom = new() { SecretKeyRef = new() { Name = "db", Key = "password" } },
                    },
                ]
            )
            .Log("FATAL: password authentication failed for user \"web\"")
            .With<V1Secret>("shop/db", item => item.Metadata.ManagedFields = [Given.Write("vault", minutesAgo)])
            .Finding<LogInspector>();
        finding.Fault.ShouldBe(ConfigurationFaults.BadCredentials);
        (finding.About == new MetaKube.Model.ResourceRef("Secret", "shop", "db")).ShouldBe(isOld);
        finding.Summary.Contains("by vault", StringComparison.Ordinal).ShouldBe(isOld);
    }

    private static Given Unresolved(V1NetworkPolicyEgressRule rule) =>
        Given
            .An<V1Service>("shop/rates", item => item.Spec = new() { Ports = [new() { Port = 80 }] })
            .With<V1NetworkPolicy>(
                "shop/tight",
                item =>
                    item.Spec = new()
                    {
                        PodSelector = new(),
                        PolicyTypes = ["Egress"],
                        Egress = [rule],
                    }
            )
            .WithPod("shop/web")
            .NotReady()
            .Log("getaddrinfo EAI_AGAIN rates");

    [Fact]
    public void A_policy_without_a_rule_for_DNS_keeps_names_from_resolving()
    {
        var finding = Unresolved(new() { Ports = [new() { Port = 80 }] }).Finding<LogInspector>();
        finding.Fault.ShouldBe(NetworkFaults.PolicyBlocked);
        finding.Resource.ShouldBe(new("NetworkPolicy", "shop", "tight"));
    }

    [Fact]
    public void A_policy_with_a_rule_for_port_53_is_not_blamed() =>
        Unresolved(new() { Ports = [new() { Port = 53, Protocol = "UDP" }] })
            .Faults<LogInspector>()
            .ShouldBe([NetworkFaults.DnsFailure]);

    [Theory]
    [InlineData("template IN A {\n match ^rates\\.shop\\.\n rcode NXDOMAIN\n}", "ConfigMap")]
    [InlineData("rewrite name rates.shop.svc.cluster.local old.shop.svc.cluster.local", "ConfigMap")]
    [InlineData("rewrite name other.shop.svc.cluster.local old.shop.svc.cluster.local", "Pod")]
    public void A_rule_of_the_name_server_for_one_name_is_found(string rule, string kind) =>
        Given
            .An<V1Service>("shop/rates", item => item.Spec = new() { Ports = [new() { Port = 80 }] })
            .With<V1ConfigMap>(
                "kube-system/coredns",
                item =>
                    item.Data = new Dictionary<string, string>
                    {
                        ["Corefile"] = $".:53 {{\nerrors\n{rule}\nready\n}}",
                    }
            )
            .WithPod("shop/web")
            .NotReady()
            .Log("getaddrinfo ENOTFOUND rates")
            .Finding<LogInspector>()
            .Resource.Kind.ShouldBe(kind);

    [Fact]
    public void A_variable_that_stands_twice_is_told_with_the_value_that_it_hides() =>
        Given
            .Pod("shop/web")
            .NotReady()
            .Env("DB_HOST", "orders-pg")
            .Env("DB_HOST", "orders-pg-old")
            .Log("Caused by: java.net.UnknownHostException: orders-pg-old")
            .Complete("Service")
            .Finding<LogInspector>()
            .Summary.ShouldContain("stands twice");

    [Fact]
    public void An_error_far_from_the_end_of_a_failing_run_is_judged()
    {
        var given = Given.Pod("shop/web").NotReady().Log("tick", "tick");
        given.Snapshot.EarlierLines[given.Snapshot.Logs.Keys.Single()] =
        [
            new("FATAL: password authentication failed for user \"web\"", 1, 40_000),
        ];
        given.Faults<LogInspector>().ShouldBe([ConfigurationFaults.BadCredentials]);
    }

    [Fact]
    public void An_error_far_from_the_end_of_a_run_that_goes_well_is_over()
    {
        var given = Given.Pod("shop/web").Log("tick", "tick");
        given.Snapshot.EarlierLines[given.Snapshot.Logs.Keys.Single()] =
        [
            new("FATAL: password authentication failed for user \"web\"", 1, 40_000),
        ];
        given.Faults<LogInspector>().ShouldBeEmpty();
    }

    [Theory]
    [InlineData("Started ShopApplication in 12.1 seconds", true)]
    [InlineData("polling the queue", false)]
    public void Errors_before_a_program_had_started_weigh_less_once_it_is_ready(string after, bool isLess)
    {
        string[] errors = [.. Enumerable.Repeat("dial tcp db:5432: connect: connection refused", 3)];
        double WeightOf(params string[] lines) => Given.Pod("shop/web").Log(lines).Finding<LogInspector>().Weight;
        (WeightOf([.. errors, after]) < 0.9 * WeightOf([.. errors, "tick"])).ShouldBe(isLess);
    }
}
