using System.Text.Json;
using MetaKube.ChatOps;
using MetaKube.ChatOps.Health;
using MetaKube.ChatOps.Remediation;
using MetaKube.Cluster;
using MetaKube.Fakes;
using MetaKube.Fakes.Clusters;
using MetaKube.Fakes.Slack;
using MetaKube.Fakes.Teams;
using MetaKube.Tests.Redis;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace MetaKube.Tests.Health;

/// <summary>Plants misconfigurations: the doctor names each with its remedy.</summary>
public sealed class DoctorTests : IAsyncLifetime
{
    private readonly CancellationToken token = TestContext.Current.CancellationToken;
    private readonly TemporaryFolder folder = new();
    private FakeSlack? slack;
    private SimulatedCluster? cluster;
    private NotFound? http;

    public async ValueTask InitializeAsync()
    {
        (slack, cluster, http) = (await FakeSlack.StartAsync(), await SimulatedCluster.StartAsync(), new());
    }

    public async ValueTask DisposeAsync()
    {
        await slack!.DisposeAsync();
        await cluster!.DisposeAsync();
        http!.Dispose();
        folder.Dispose();
    }

    [Fact]
    public async Task Working_parts_are_ok()
    {
        var found = await ExamineAsync(Slack());
        found.ShouldAllBe(result => result.Status == CheckStatus.Ok || result.Status == CheckStatus.Off);
        found
            .Select(result => result.Part)
            .Distinct()
            .ShouldBe([
                "configuration",
                "cluster",
                "clock",
                "memory",
                "model",
                "embedding",
                "knowledge",
                "slack",
                "teams",
            ]);
    }

    [Theory]
    [InlineData("Memory:Capacity", "many", "Memory:Capacity has to be a whole number", "Memory__")]
    [InlineData("Memory:ExplorationRate", "2", "ExplorationRate", "appsettings.json")]
    [InlineData("Slack:BotTokn", "xoxb-1", "BotTokn is no setting", "Slack:BotToken")]
    [InlineData("Slack:BotToken", "xoxp-1", "no bot token", "Slack__")]
    [InlineData("Slack:SigningSecret", "", "SigningSecret is empty", "Slack__")]
    [InlineData("Teams:AppId", "metakube", "no GUID", "Teams__")]
    [InlineData("Teams:TenantId", "9f1b6b0e-5d9c-4f0e-9f0a-2f0f6e6f1a11", "Teams:AppId is missing", "Teams__")]
    [InlineData("Alerts:Token", "short", "could be guessed", "Alerts__")]
    [InlineData("Alerts:Channels:0", "C0INCIDENTS", "names no platform", "Alerts__")]
    [InlineData("Jobs:DashboardToken", "short", "could be guessed", "Jobs__")]
    [InlineData("Console:Authority", "https://login.example.com", "ClientId is missing", "Console__")]
    [InlineData("Console:Users:0", "ada@example.com", "Authority is missing", "Console__")]
    [InlineData("Remediation:Enabled", "true", "account of its own", "Remediation__")]
    [InlineData("KubeLlm:Server", "llama-server", "needs KubeLlm:Model", "KubeLlm__")]
    [InlineData("KubeLlm:Endpoint", "llama:8080", "has to be an address", "KubeLlm__")]
    public Task An_invalid_setting_is_named_with_its_remedy(
        string setting,
        string value,
        string summary,
        string remedy
    ) => ShouldNameAsync(setting, value, "configuration", summary, remedy);

    [Theory]
    [InlineData("KubeLlm:Endpoint", "CLOSED", "model", "", "KubeLlm:Endpoint")]
    [InlineData("Embedding:Endpoint", "CLOSED", "embedding", "cannot be reached", "Embedding:Endpoint")]
    [InlineData("Embedding:Endpoint", "NOTFOUND", "embedding", "answers 404", "Embedding:Endpoint")]
    [InlineData("Cluster:Prometheus", "CLOSED", "cluster", "Prometheus cannot be reached", "Cluster:Prometheus")]
    [InlineData("Redis:Connection", "127.0.0.1:1", "memory", "does not answer", "redis-cli")]
    [InlineData("Redis:Connection", "127.0.0.1:1,nonsense=1", "memory", "cannot be read", "StackExchange")]
    [InlineData("Slack:ApiUrl", "CLOSED", "slack", "cannot be reached", "HTTPS_PROXY")]
    [InlineData("Slack:BotToken", "xoxb-revoked", "slack", "invalid_auth", "OAuth & Permissions")]
    [InlineData("Slack:AppToken", "xapp-revoked", "slack", "no socket", "connections:write")]
    public Task A_setting_that_names_a_part_that_does_not_work_is_named_with_its_remedy(
        string setting,
        string value,
        string part,
        string summary,
        string remedy
    ) => ShouldNameAsync(setting, value, part, summary, remedy);

    private async Task ShouldNameAsync(string setting, string value, string part, string summary, string remedy)
    {
        var settings = Slack();
        settings[setting] = value switch
        {
            "CLOSED" => "http://127.0.0.1:1/",
            "NOTFOUND" => http!.Address,
            _ => value,
        };
        if (setting == "Embedding:Endpoint")
            settings["Embedding:Model"] = "bge-m3";
        Named(await ExamineAsync(settings), part, summary, remedy);
    }

    [Fact]
    public async Task A_missing_part_of_the_configuration_is_named_with_its_remedy()
    {
        Named(
            await ExamineAsync(
                With("Alerts:Token", "a-token-nobody-guesses", "Alerts:Channels:0", "teams:19:x@thread.tacv2")
            ),
            "configuration",
            "teams is not configured; configure it (docs/teams.md)",
            "Alerts__"
        );
        Named(
            await ExamineAsync(Slack(), data: "/dev/null/metakube"),
            "memory",
            "cannot be written to",
            "Data:Directory"
        );
        Named(
            await ExamineAsync(With("Slack:SigningSecret", "8f742231b10e8888abcd99yyyzzz85a5")),
            "slack",
            "one of the two ways",
            "Remove"
        );
        Named(
            await ExamineAsync(With("Teams:AllowUnauthenticated", "true")),
            "teams",
            "speak as anybody",
            "development"
        );
    }

    [Theory]
    [InlineData("no-such-llama", "x.gguf", "no program no-such-llama", "llama.cpp")]
    [InlineData("/bin/sh", "/no/such.gguf", "no file /no/such.gguf", "GGUF")]
    [InlineData("/bin/sh", "qwen3-8b", "no file", "model pull qwen3-8b")]
    public async Task A_missing_file_of_the_model_is_named_with_its_remedy(
        string server,
        string model,
        string summary,
        string remedy
    ) => Named(await ExamineAsync(With("KubeLlm:Server", server, "KubeLlm:Model", model)), "model", summary, remedy);

    [Fact]
    public async Task A_missing_scope_of_Slack_is_named_with_its_remedy()
    {
        slack!.Scopes.Remove("chat:write");
        slack.Scopes.Remove("reactions:read");
        var lacking = await ExamineAsync(Slack());
        Named(lacking, "slack", "no scope chat:write", "manifest.yaml").Status.ShouldBe(CheckStatus.Failed);
        Named(lacking, "slack", "no scope reactions:read", "manifest.yaml").Status.ShouldBe(CheckStatus.Warning);
    }

    [Fact]
    public async Task A_right_that_the_cluster_does_not_grant_is_named_with_its_remedy()
    {
        cluster!.Allows = what => what is not ("get pods/log" or "list nodes");
        cluster.ClockSkew = TimeSpan.FromMinutes(-7);
        var found = await ExamineAsync(Slack());
        Named(found, "cluster", "may not list nodes, get pods/log", "metakube.rules");
        Named(found, "cluster", "may read Secrets", "no rule for Secrets");
        Named(found, "clock", "behind", "chrony");
        var changing = With(
            "Remediation:Enabled",
            "true",
            "Remediation:As",
            "system:serviceaccount:ops:changes",
            "Remediation:Approvers:0:Users:0",
            "slack:U0ADA"
        );
        (await ExamineAsync(changing)).ShouldContain(result =>
            result.Part == "remediation" && result.Status == CheckStatus.Ok
        );
        cluster.Allows = what => what != "patch nodes";
        Named(await ExamineAsync(changing), "remediation", "may not patch nodes", "remediation.yaml");
        cluster.IsClosed = true;
        Named(await ExamineAsync(changing), "remediation", "cannot be used", "impersonate");
        Named(await ExamineAsync(Slack()), "cluster", "does not accept our credentials", "kubectl");
    }

    [Fact]
    public async Task A_cluster_that_cannot_be_reached_is_named_with_its_remedy()
    {
        var file = Path.Combine(folder.Path, "no-such-file");
        var missing = ClusterEvidence.Of(file, null, null, [], TimeProvider.System);
        Named(
            await ExamineAsync(Slack(), source: missing),
            "cluster",
            "kubeconfig cannot be used",
            "Cluster:Kubeconfig"
        );
        var away = new ClusterEvidence(
            () =>
                new(
                    new k8s.Kubernetes(new k8s.KubernetesClientConfiguration { Host = "http://127.0.0.1:1" }),
                    "away",
                    []
                ),
            TimeProvider.System
        );
        Named(await ExamineAsync(Slack(), source: away), "cluster", "does not answer", "kubectl");
    }

    [Fact]
    public async Task A_Redis_that_would_forget_is_named()
    {
        MemoryServers.SkipWithout(MemoryServer.Redis);
        // The server of the tests stores nothing on disk.
        var found = await ExamineAsync(With("Redis:Connection", MemoryServers.Redis!));
        Named(found, "memory", "no append-only file", "--appendonly yes");
        found.ShouldContain(result =>
            result.Part == "memory" && result.Status == CheckStatus.Ok && result.Summary.Contains("vector sets")
        );
    }

    [Fact]
    public async Task Credentials_that_Entra_does_not_accept_are_named()
    {
        await using var teams = await FakeTeams.StartAsync();
        var settings = teams.Settings.ToDictionary();
        // The authority of the fake is no https address; credentials may not be sent to it.
        settings["Teams:ClientSecret"] = "wrong";
        Named(await ExamineAsync(settings), "configuration", "without encryption", "Teams__");
    }

    [Fact]
    public async Task The_command_prints_json_and_fails_where_something_does()
    {
        var result = await MetaKubeProgram.RunAsync(
            null,
            new Dictionary<string, string> { ["Redis__Connection"] = "127.0.0.1:1" },
            "doctor",
            "--json",
            "--kubeconfig",
            Path.Combine(folder.Path, "none"),
            "--data",
            folder.Path
        );
        result.ExitCode.ShouldBe(1, result.Error);
        var found = JsonDocument.Parse(result.Output).RootElement.EnumerateArray().ToList();
        found.ShouldContain(result =>
            result.GetProperty("part").GetString() == "memory" && result.GetProperty("status").GetString() == "failed"
        );
        var text = await MetaKubeProgram.RunAsync(
            null,
            new Dictionary<string, string>(),
            "doctor",
            "--kubeconfig",
            Path.Combine(folder.Path, "none"),
            "--data",
            folder.Path
        );
        text.Output.ShouldContain("FAILED  cluster: ");
        text.Output.ShouldContain("→ ");
    }

    [Theory]
    [InlineData("As", "metakube-remediation", "not a ServiceAccount")]
    [InlineData("Kubeconfig", "/etc/changes", "exclude each other")]
    [InlineData("Context", "changes", "which is missing")]
    [InlineData("Approvers:0:Users:0", "", "empty")]
    [InlineData("Approvers:0:Users:0", "U0ADA", "is not a person")]
    [InlineData("Approvers:1:Namespaces:0", "shop", "everybody could approve")]
    [InlineData("FollowFor", "00:00:01", "FollowFor")]
    public void Changes_that_anybody_could_approve_or_the_reader_could_make_are_refused(
        string setting,
        string value,
        string why
    )
    {
        var settings = new Dictionary<string, string?>
        {
            ["Remediation:Enabled"] = "true",
            ["Remediation:As"] = "system:serviceaccount:ops:changes",
            ["Remediation:Approvers:0:Users:0"] = "slack:U0ADA",
        };
        if (value.Length == 0)
            settings.Remove($"Remediation:{setting}");
        else
            settings[$"Remediation:{setting}"] = value;
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(settings).Build();
        Should
            .Throw<Microsoft.Extensions.Options.OptionsValidationException>(() =>
            {
                using var sections = Parts.ReadSections(configuration);
                sections.GetRequiredService<RemediationOptions>();
            })
            .Message.ShouldContain(why);
    }

    private Dictionary<string, string> Slack() =>
        new()
        {
            ["Slack:BotToken"] = FakeSlack.BotToken,
            ["Slack:AppToken"] = FakeSlack.AppToken,
            ["Slack:ApiUrl"] = slack!.ApiUrl.AbsoluteUri,
        };

    private Dictionary<string, string> With(params string[] pairs)
    {
        var settings = Slack();
        for (var i = 0; i < pairs.Length; i += 2)
            settings[pairs[i]] = pairs[i + 1];
        return settings;
    }

    private static CheckResult Named(IReadOnlyList<CheckResult> found, string part, string summary, string remedy)
    {
        var named = found.FirstOrDefault(result =>
            result.Part == part
            && result.Status is CheckStatus.Failed or CheckStatus.Warning
            && result.Summary.Contains(summary, StringComparison.Ordinal)
        );
        named.ShouldNotBeNull($"{part}: {summary}\n{string.Join('\n', found)}");
        named.Remedy.ShouldNotBeNull().ShouldContain(remedy);
        return named;
    }

    private async Task<IReadOnlyList<CheckResult>> ExamineAsync(
        Dictionary<string, string> settings,
        string? data = null,
        ClusterEvidence? source = null
    )
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(settings.Select(one => KeyValuePair.Create(one.Key, (string?)one.Value)))
            .Build();
        var found = new List<CheckResult>();
        await foreach (
            var result in Parts
                .Doctor(
                    configuration,
                    new(() => data ?? folder.Path, () => source ?? cluster!.Source()),
                    TimeProvider.System
                )
                .RunAsync(token)
        )
            found.Add(result);
        return found;
    }

    /// <summary>A server that has nothing.</summary>
    private sealed class NotFound : IDisposable
    {
        private readonly System.Net.HttpListener listener = new();

        public NotFound()
        {
            Address = $"http://127.0.0.1:{LoopbackPort.Next()}/";
            listener.Prefixes.Add(Address);
            listener.Start();
            _ = AnswerAsync();
        }

        public string Address { get; }

        public void Dispose() => listener.Close();

        private async Task AnswerAsync()
        {
            try
            {
                while (true)
                {
                    var context = await listener.GetContextAsync();
                    context.Response.StatusCode = 404;
                    context.Response.Close();
                }
            }
            catch (Exception e) when (e is System.Net.HttpListenerException or ObjectDisposedException)
            {
                // The listener is closed.
            }
        }
    }
}
