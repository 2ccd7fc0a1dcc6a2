using k8s.Models;
using MetaKube.Cluster.Inspectors;
using MetaKube.Faults;

namespace MetaKube.Tests.Cluster.Inspectors;

public sealed class DatabaseErrorsTests
{
    private static Given Caller(params string[] lines) => Given.Pod("books/ledger-1").CrashLooping().Log(lines);

    private static Given WithServer(Given given, string name, string image, double startedMinutesAgo = 50) =>
        given
            .WithPod($"books/{name}-0")
            .Where(pod =>
                pod.Metadata.OwnerReferences = [new() { Kind = "StatefulSet", Name = name, Controller = true }]
            )
            .Spec(container => container.Image = image)
            .Status(status => status.State.Running.StartedAt = Given.Ago(startedMinutesAgo))
            .With<V1StatefulSet>($"books/{name}");

    [Theory]
    [InlineData("ERROR: Too many connections", "mariadb:11", ResourceFaults.ConnectionsExhausted)]
    [InlineData("FATAL: sorry, too many clients already", "postgres:17", ResourceFaults.ConnectionsExhausted)]
    [InlineData(
        "The MySQL server is running with the --read-only option so it cannot execute this statement",
        "mysql:8",
        ConfigurationFaults.DatabaseReadOnly
    )]
    [InlineData(
        "ERROR: cannot execute INSERT in a read-only transaction",
        "postgres:17",
        ConfigurationFaults.DatabaseReadOnly
    )]
    [InlineData(
        "OOM command not allowed when used memory > 'maxmemory'",
        "registry.example/valkey:8",
        ConfigurationFaults.BadValue
    )]
    public void What_a_server_refuses_by_itself_is_the_servers_fault(string line, string image, string fault)
    {
        var result = WithServer(Caller("starting", line), "store", image).Inspect<LogInspector>();
        var finding = result.Findings.ShouldHaveSingleItem();
        (finding.Fault, finding.Resource.Kind, finding.Resource.Name).ShouldBe((fault, "StatefulSet", "store"));
        result.Edges.ShouldHaveSingleItem().To.ShouldBe(finding.Resource);
    }

    [Fact]
    public void Of_two_servers_of_a_kind_the_one_that_started_last_is_meant_unless_a_probe_says_it()
    {
        var given = WithServer(Caller("FATAL: sorry, too many clients already"), "old", "postgres:17", 900);
        WithServer(given, "new", "postgres:17", 5);
        given.Finding<LogInspector>().Resource.Name.ShouldBe("new");
        given.EventAbout(new("Pod", "books", "old-0"), "Unhealthy", "psql: FATAL: sorry, too many clients already");
        given.Inspect<LogInspector>().Findings.ShouldAllBe(finding => finding.Resource.Name == "old");
    }

    [Theory]
    [InlineData("HikariPool-1 - Connection is not available, request timed out after 30000ms.")]
    [InlineData("sqlalchemy.exc.TimeoutError: QueuePool limit of size 5 overflow 10 reached")]
    public void A_pool_without_a_known_server_is_the_callers(string line)
    {
        var finding = Caller(line).Finding<LogInspector>();
        finding.Fault.ShouldBe(ResourceFaults.ConnectionsExhausted);
        finding.Resource.Name.ShouldBe("ledger-1");
    }

    [Theory]
    [InlineData("psycopg2.errors.UndefinedColumn: column \"due_on\" does not exist", "due_on", ApplicationFaults.Crash)]
    [InlineData("ERROR 1049 (42000): Unknown database 'ledgr'", "ledgr", ConfigurationFaults.BadValue)]
    public void A_missing_column_or_database_is_named(string line, string name, string fault)
    {
        var finding = Caller(line).Finding<LogInspector>();
        finding.Fault.ShouldBe(fault);
        finding.Summary.ShouldContain(name);
    }

    [Theory]
    [InlineData("INFO accepting connections on port 5432")]
    [InlineData("opened file system read-only snapshot")]
    public void Words_of_a_healthy_server_are_no_refusal(string line) =>
        Caller(line).Faults<LogInspector>().ShouldBeEmpty();

    [Fact]
    public void A_refused_connection_of_a_trace_without_a_host_is_a_wrong_port_if_the_server_runs()
    {
        string[] trace =
        [
            "com.mysql.cj.jdbc.exceptions.CommunicationsException: Communications link failure",
            "\tat com.mysql.cj.jdbc.ConnectionImpl.connect(ConnectionImpl.java:1)",
            "Caused by: java.net.ConnectException: Connection refused",
        ];
        WithServer(Caller(trace), "store", "mysql:8")
            .Finding<LogInspector>()
            .Fault.ShouldBe(ConfigurationFaults.BadValue);
        WithServer(Caller(trace), "store", "mysql:8")
            .NotReady()
            .Inspect<LogInspector>()
            .Findings.Select(finding => finding.Fault)
            .ShouldBe([NetworkFaults.DependencyDown]);
    }
}
