using k8s.Models;
using MetaKube.Cluster.Inspectors;
using MetaKube.Faults;

namespace MetaKube.Tests.Cluster.Inspectors;

public sealed class ContainerInspectorTests
{
    [Theory]
    [InlineData("configmap \"app\" not found", ConfigurationFaults.MissingConfigMap)]
    [InlineData("secret \"db\" not found", ConfigurationFaults.MissingSecret)]
    [InlineData("couldn't find key url in ConfigMap shop/app", ConfigurationFaults.MissingKey)]
    [InlineData("container has runAsNonRoot and image will run as root", ConfigurationFaults.SecurityContextDenied)]
    [InlineData(
        "runc create failed: chdir to cwd (\"/srv/app\") set in config.json failed: permission denied: unknown",
        ConfigurationFaults.SecurityContextDenied
    )]
    [InlineData(
        "runc create failed: chdir to cwd (\"/srv/app\") set in config.json failed: no such file or directory",
        ConfigurationFaults.BadCommand
    )]
    [InlineData("something that nobody has seen", null)]
    public void The_message_of_a_container_that_cannot_be_created_decides_the_fault(string message, string? fault) =>
        Given
            .Pod("shop/web")
            .Waiting("CreateContainerConfigError", message)
            .Finding<ContainerInspector>()
            .Fault.ShouldBe(fault);

    [Fact]
    public void A_missing_key_names_the_object_that_lacks_it()
    {
        var finding = Given
            .Pod("shop/web")
            .Waiting("CreateContainerConfigError", "couldn't find key url in Secret shop/db")
            .Finding<ContainerInspector>();
        finding.About.ShouldBe(new("Secret", "shop", "db"));
        finding.Facts["object"].ShouldBe("secret/db");
    }

    [Fact]
    public void Without_a_message_the_event_tells_why_a_container_cannot_be_created() =>
        Given
            .Pod("shop/web")
            .Waiting("CreateContainerConfigError")
            .Event("Failed", "Error: configmap \"app\" not found")
            .Finding<ContainerInspector>()
            .Fault.ShouldBe(ConfigurationFaults.MissingConfigMap);

    [Theory]
    [InlineData("PostStartHook failed")]
    [InlineData("Exec lifecycle hook ([cp /seed/* /data]) for Container \"app\" in Pod \"web\" failed - error: …")]
    public void A_failed_start_hook_is_the_cause_of_a_container_that_its_log_shows_as_well(string message)
    {
        var finding = Hooked()
            .Status(status => status.Ready = false)
            .Event("FailedPostStartHook", message)
            .Finding<ContainerInspector>();
        finding.Fault.ShouldBe(ConfigurationFaults.BadCommand);
        finding.Summary.ShouldContain("cp /seed/* /data");
    }

    [Fact]
    public void A_start_hook_that_failed_before_its_container_became_ready_is_no_finding() =>
        Hooked()
            .Status(status => status.Ready = true)
            .Event("FailedPostStartHook", "PostStartHook failed")
            .Faults<ContainerInspector>()
            .ShouldBeEmpty();

    private static Given Hooked() =>
        Given
            .Pod("shop/web")
            .Spec(container =>
                container.Lifecycle = new()
                {
                    PostStart = new() { Exec = new() { Command = ["cp", "/seed/*", "/data"] } },
                }
            );

    [Fact]
    public void A_memory_kill_by_the_limit_of_the_whole_pod_is_not_the_nodes()
    {
        var finding = Given
            .Pod("shop/web")
            .Where(pod =>
                pod.Spec.Resources = new()
                {
                    Limits = new Dictionary<string, ResourceQuantity> { ["memory"] = new("1Gi") },
                }
            )
            .Terminated(137, "OOMKilled")
            .Finding<ContainerInspector>();
        finding.Fault.ShouldBe(ResourceFaults.OomKilled);
        finding.Summary.ShouldContain("1Gi");
    }

    [Fact]
    public void A_memory_kill_with_a_limit_is_the_limits_and_names_twice_as_much()
    {
        var finding = Given
            .Pod("shop/web")
            .Limit("memory", "64Mi")
            .Terminated(137, "OOMKilled")
            .Finding<ContainerInspector>();
        finding.Fault.ShouldBe(ResourceFaults.OomKilled);
        finding.Facts["limit"].ShouldBe("64Mi");
        finding.Facts["more"].ShouldBe("128Mi");
    }

    [Fact]
    public void A_memory_kill_without_a_limit_is_the_nodes() =>
        Given
            .Pod("shop/web")
            .Terminated(137, "OOMKilled")
            .Faults<ContainerInspector>()
            .ShouldBe([ResourceFaults.NodeOom]);

    [Theory]
    [InlineData(127, ConfigurationFaults.BadCommand)]
    [InlineData(126, ConfigurationFaults.BadCommand)]
    [InlineData(139, ApplicationFaults.Crash)]
    [InlineData(134, ApplicationFaults.Crash)]
    public void Some_exit_codes_speak_for_themselves(int exitCode, string fault) =>
        Given.Pod("shop/web").Terminated(exitCode).Faults<ContainerInspector>().ShouldBe([fault]);

    [Fact]
    public void An_exit_code_of_1_is_the_programs_own_error_only_with_a_log()
    {
        Given.Pod("shop/web").Terminated(1).Finding<ContainerInspector>().Fault.ShouldBeNull();
        var finding = Given
            .Pod("shop/web")
            .Terminated(1)
            .Log("starting", "panic: nil map")
            .Finding<ContainerInspector>();
        finding.Fault.ShouldBe(ApplicationFaults.Crash);
        finding.Quote.ShouldBe("panic: nil map");
    }

    [Fact]
    public void A_kill_with_a_limit_is_probably_memory_unless_a_probe_killed_the_container()
    {
        Given
            .Pod("shop/web")
            .Limit("memory", "64Mi")
            .Terminated(137)
            .Faults<ContainerInspector>()
            .ShouldBe([ResourceFaults.OomKilled]);
        Given
            .Pod("shop/web")
            .Limit("memory", "64Mi")
            .Terminated(137)
            .Event("Killing", "Container app failed liveness probe, will be restarted", type: "Normal")
            .Faults<ContainerInspector>()
            .ShouldBeEmpty();
    }

    [Fact]
    public void A_program_that_always_succeeds_and_is_restarted_has_the_wrong_command() =>
        Given
            .Pod("shop/web")
            .Restarted(0)
            .Waiting("CrashLoopBackOff")
            .Faults<ContainerInspector>()
            .ShouldBe([null, ConfigurationFaults.BadCommand]);

    [Fact]
    public void A_container_that_runs_has_no_finding() =>
        Given.Pod("shop/web").Faults<ContainerInspector>().ShouldBeEmpty();

    [Fact]
    public void A_container_that_ends_with_success_in_a_job_has_no_finding() =>
        Given
            .Pod("shop/web")
            .Where(pod => pod.Spec.RestartPolicy = "Never")
            .Terminated(0)
            .Status(status => status.RestartCount = 1)
            .Faults<ContainerInspector>()
            .ShouldBeEmpty();

    [Theory]
    [InlineData(1, "Error", 30, 0)]
    [InlineData(1, "Error", 5, 1)]
    [InlineData(137, "OOMKilled", 60, 1)]
    [InlineData(137, "OOMKilled", 60 * 25, 0)]
    public void A_restart_of_a_container_that_is_ready_again_counts_for_a_while(
        int exitCode,
        string reason,
        double minutesAgo,
        int findings
    ) =>
        Given
            .Pod("shop/web")
            .Restarted(exitCode, reason, minutesAgo)
            .Faults<ContainerInspector>()
            .Count.ShouldBe(findings);

    [Theory]
    [InlineData("-Xms64m -Xmx1g", true)]
    [InlineData("-Xmx128m", false)]
    public void A_heap_that_the_limit_cannot_hold_is_named(string options, bool isTooLarge)
    {
        var finding = Given
            .Pod("shop/web")
            .Limit("memory", "512Mi")
            .Env("JAVA_TOOL_OPTIONS", options)
            .CrashLooping(137, "OOMKilled")
            .Inspect<ContainerInspector>()
            .Findings.Single(finding => finding.Fault == ResourceFaults.OomKilled);
        finding.Facts.ContainsKey("heap").ShouldBe(isTooLarge);
        if (isTooLarge)
            finding.Facts["more"].ShouldBe("1536Mi");
    }

    [Fact]
    public void A_container_that_was_lost_with_its_node_did_not_crash() =>
        Given.Pod("shop/web").Restarted(255, "Unknown").Log("serving").Faults<ContainerInspector>().ShouldBe([null]);

    [Fact]
    public void An_init_process_killed_for_memory_is_a_limit_that_is_too_low() =>
        Given
            .Pod("shop/web")
            .Waiting("RunContainerError", "runc create failed: container init was OOM-killed (memory limit too low?)")
            .Faults<ContainerInspector>()
            .ShouldBe([ResourceFaults.OomKilled]);

    [Fact]
    public void The_program_that_the_image_lacks_is_named() =>
        Given
            .Pod("shop/web")
            .Waiting("RunContainerError", "runc: exec: \"serv\": executable file not found in $PATH")
            .Finding<ContainerInspector>()
            .Summary.ShouldContain("\"serv\"");

    [Theory]
    [InlineData(-1073741515, ApplicationFaults.Crash)]
    [InlineData(-1073741502, ApplicationFaults.Crash)]
    [InlineData(-1073741510, null)]
    [InlineData(1, null)]
    public void A_status_of_Windows_is_a_crash_except_the_one_of_a_stop(int code, string? fault) =>
        Given
            .Pod("shop/web")
            .CrashLooping(code, "Error")
            .Inspect<ContainerInspector>()
            .Findings.Select(finding => finding.Fault)
            .Where(found => found is not null)
            .ShouldBe(fault is null ? [] : [fault]);
}
