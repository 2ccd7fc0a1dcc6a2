using k8s.Models;
using MetaKube.Cluster.Changes;
using MetaKube.Cluster.Objects;

namespace MetaKube.Tests.Cluster.Changes;

public sealed class ScheduledWriterTests
{
    private static Given Cron(string[] command, bool suspended = false, params V1EnvVar[] env) =>
        Given.An<V1CronJob>(
            "shop/night-watch",
            cron =>
                cron.Spec = new()
                {
                    Schedule = "0 20 * * *",
                    Suspend = suspended,
                    JobTemplate = new()
                    {
                        Spec = new()
                        {
                            Template = new()
                            {
                                Spec = new() { Containers = [new() { Name = "run", Command = command, Env = env }] },
                            },
                        },
                    },
                }
        );

    private static ScheduledWriter? WriterOf(Given given, string workload, string? manager = null) =>
        ScheduledWriter.Of(
            given.Snapshot,
            new("Deployment", "shop", workload),
            manager is null ? null : new FieldWrite(manager, Given.Now, null),
            ScheduledWriter.OfReplicas
        );

    [Fact]
    public void A_script_that_scales_the_workload_is_the_writer()
    {
        var writer = WriterOf(Cron(["sh", "-c", "echo start\nkubectl scale deploy/web --replicas=0\n"]), "web");
        writer.ShouldNotBeNull();
        writer.CronJob.ShouldBe(new("CronJob", "shop", "night-watch"));
        writer.Statement.ShouldContain("kubectl scale deploy/web --replicas=0");
    }

    [Fact]
    public void The_workload_may_stand_in_a_setting_and_the_command_in_the_script() =>
        WriterOf(
                Cron(
                    ["sh", "-c", "for t in $TARGETS; do\nkubectl scale deploy $t --replicas=0\ndone"],
                    env: new V1EnvVar { Name = "TARGETS", Value = "mails,orders" }
                ),
                "orders"
            )
            .ShouldNotBeNull();

    [Fact]
    public void A_manager_that_is_named_as_the_CronJob_is_it() =>
        WriterOf(Cron(["/bin/office"]), "web", "night-watch").ShouldNotBeNull();

    [Theory]
    [InlineData("kubectl get deploy/web -o yaml", "web")]
    [InlineData("kubectl scale deploy/web-admin --replicas=0", "web")]
    [InlineData("/bin/office", "web")]
    public void A_CronJob_that_only_reads_or_changes_another_workload_is_not_the_writer(string line, string workload) =>
        WriterOf(Cron(["sh", "-c", $"set -e\n{line}\n"]), workload, "kubectl-edit").ShouldBeNull();

    [Fact]
    public void A_suspended_CronJob_writes_nothing() =>
        WriterOf(Cron(["kubectl", "scale", "deploy/web", "--replicas=0"], suspended: true), "web").ShouldBeNull();
}
