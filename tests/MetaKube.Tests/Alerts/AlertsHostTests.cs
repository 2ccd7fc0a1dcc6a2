using System;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using Hangfire;
using Hangfire.Storage;
using MetaKube.Chat;
using MetaKube.ChatOps.Alerts;
using MetaKube.Fakes;
using MetaKube.Fakes.Chat;
using MetaKube.Fakes.Clusters;
using MetaKube.Fakes.Slack;
using MetaKube.Memory;
using MetaKube.Redis;
using MetaKube.Tests.Chat;
using MetaKube.Tests.Redis;
using MetaKube.Tests.Slack;
using Microsoft.Extensions.DependencyInjection;

namespace MetaKube.Tests.Alerts;

/// <summary>
/// The host's part of alerts: authentication, an outage of memory, recurring jobs, the page of jobs, and the bot's own
/// watch of the cluster.
/// </summary>
public sealed class AlertsHostTests
{
    private const string Token = "a-token-nobody-guesses",
        Channel = "C0INCIDENTS",
        Alert = """{"status":"firing","name":"KubePodCrashLooping","labels":{"deployment":"checkout"}}""";

    private readonly CancellationToken token = TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_client_certificate_of_the_configured_authority_replaces_the_token_and_no_other_does()
    {
        using var folder = new TemporaryFolder();
        using var authority = Authority("metakube alerts");
        using var stranger = Authority("somebody");
        using var server = Issue(authority, "CN=localhost", "1.3.6.1.5.5.7.3.1");
        await using var slack = await FakeSlack.StartAsync();
        await using var cluster = await SimulatedCluster.StartAsync();
        var settings = Bot.Settings(slack, SlackTransport.Http);
        settings["Alerts:Channels:0"] = $"slack:{Channel}";
        settings["Alerts:ClientAuthority"] = folder.Write("authority.pem", authority.ExportCertificatePem());
        settings["Kestrel:Certificates:Default:Path"] = folder.Write("server.pem", server.ExportCertificatePem());
        settings["Kestrel:Certificates:Default:KeyPath"] = folder.Write(
            "server.key",
            server.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem()
        );
        await using var bot = await Bot.StartAsync(
            cluster.Source(),
            folder.Path,
            settings,
            TestLog.Instance,
            "https://127.0.0.1:0"
        );
        Task<HttpStatusCode> SendAsync(X509Certificate2? client) => SendWithAsync(client, bot.Address);

        (await SendAsync(Issue(authority, "CN=alertmanager", "1.3.6.1.5.5.7.3.2"))).ShouldBe(HttpStatusCode.OK);
        (await SendAsync(null)).ShouldBe(HttpStatusCode.Unauthorized);
        // A certificate of another authority, and one for another use. The server closes the connection, or the client
        // does not offer a certificate that was not issued for clients.
        foreach (
            var other in (X509Certificate2[])
                [
                    Issue(stranger, "CN=alertmanager", "1.3.6.1.5.5.7.3.2"),
                    Issue(authority, "CN=web", "1.3.6.1.5.5.7.3.1"),
                ]
        )
            (await RefusedAsync(() => SendAsync(other))).ShouldBeTrue();
    }

    private static async Task<bool> RefusedAsync(Func<Task<HttpStatusCode>> send)
    {
        try
        {
            return await send() == HttpStatusCode.Unauthorized;
        }
        catch (HttpRequestException)
        {
            return true;
        }
    }

    /// <summary>Sends an alert with a client certificate, or without one.</summary>
    private async Task<HttpStatusCode> SendWithAsync(X509Certificate2? client, Uri bot)
    {
        using var handler = new HttpClientHandler { ServerCertificateCustomValidationCallback = (_, _, _, _) => true };
        if (client is not null)
            handler.ClientCertificates.Add(client);
        using var http = new HttpClient(handler);
        using var response = await http.PostAsync(
            new Uri(bot, "/alerts/generic"),
            new StringContent(Alert, Encoding.UTF8, "application/json"),
            token
        );
        client?.Dispose();
        return response.StatusCode;
    }

    [Fact]
    public async Task During_an_outage_of_memory_alerts_are_refused_for_a_retry_and_one_notice_is_posted()
    {
        MemoryServers.SkipWithout(MemoryServer.Redis);
        await using var proxy = new FaultyProxy(MemoryServers.Redis!);
        await using var chat = await SlackFixture.StartAsync(
            SlackTransport.Http,
            MemoryServer.Garnet,
            new Dictionary<string, string>
            {
                ["Alerts:Token"] = Token,
                ["Alerts:Channels:0"] = $"slack:{Channel}",
                ["Redis:Connection"] = proxy.Address,
                ["Redis:Name"] = $"test-{Guid.NewGuid():N}",
            },
            "config-missing-secret"
        );
        proxy.Fault = ServerFault.Stopped;
        // A monitoring system retries until the alert is accepted.
        var sending = Task.Run(
            () => ChatFixture.UntilAsync(async () => await SendAsync(chat, Alert) == HttpStatusCode.OK),
            token
        );
        List<FakeMessage> Said(string what) =>
            [.. chat.Slack.Messages.Values.Where(message => message.Text.Contains(what, StringComparison.Ordinal))];
        await chat.Slack.UntilAsync(() => Said("does not answer").Count > 0, what: "that memory is away");
        (await SendAsync(chat, Alert)).ShouldBe(HttpStatusCode.ServiceUnavailable);
        proxy.Fault = ServerFault.None;
        await sending;
        await chat.Slack.UntilAsync(() => Said("My memory is back").Count > 0, what: "that it is back");
        await chat.Slack.UntilAsync(
            () => chat.Slack.Messages.Values.Any(message => message.IsAnswer),
            what: "the answer"
        );
        (Said("does not answer").Count, Said("My memory is back").Count).ShouldBe((1, 1));
    }

    [Theory]
    [InlineData(MemoryServer.Garnet)]
    [InlineData(MemoryServer.Redis)]
    public async Task Memory_is_consolidated_and_trimmed_by_jobs_on_a_schedule(MemoryServer server)
    {
        await using var chat = await SlackFixture.StartAsync(
            SlackTransport.Http,
            server,
            new Dictionary<string, string>
            {
                ["Memory:KeepDays"] = "30",
                ["Alerts:Token"] = Token,
                ["Alerts:Channels:0"] = $"slack:{Channel}",
            },
            "config-missing-secret"
        );
        var (memory, old) = await RememberTwoAsync(chat);
        var storage = chat.Bot.Services.GetRequiredService<JobStorage>();
        List<RecurringJobDto> Jobs()
        {
            using var connection = storage.GetConnection();
            return connection.GetRecurringJobs();
        }
        await ChatFixture.UntilAsync(() => Task.FromResult(Jobs().Count == 2));
        Jobs()
            .Select(job => (job.Id, job.Cron))
            .ShouldBe([("consolidation", "*/10 * * * *"), ("retention", "17 3 * * *")], ignoreOrder: true);
        var manager = chat.Bot.Services.GetRequiredService<IRecurringJobManager>();
        manager.Trigger("retention");
        await ChatFixture.UntilAsync(async () => (await chat.EpisodesAsync()).All(episode => episode.Id != old));
        manager.Trigger("consolidation");
        await ChatFixture.UntilAsync(async () => (await memory.StateAsync(token)).Consolidated is { Episodes: 1 });
    }

    /// <summary>Stores an episode of today by an alert, and imports one that is 31 days old.</summary>
    /// <returns>The memory and the id of the old episode.</returns>
    private async Task<(EpisodicMemory Memory, string Old)> RememberTwoAsync(SlackFixture chat)
    {
        await SendAsync(chat, Alert);
        await chat.Slack.UntilAsync(
            () => chat.Slack.Messages.Values.Any(message => message.IsAnswer),
            what: "the answer"
        );
        await ChatFixture.UntilAsync(async () => (await chat.EpisodesAsync()).Count == 1);
        var memory = await chat.Bot.Memory.OpenAsync(token);
        var old = (await chat.EpisodesAsync()).Single() with
        {
            Id = "240101-0000000000",
            At = TimeProvider.System.GetUtcNow() - TimeSpan.FromDays(31),
        };
        (await memory.ImportAsync(old, known => known, token)).ShouldBeTrue();
        return (memory, old.Id);
    }

    [Fact]
    public async Task The_page_of_jobs_needs_the_password_and_shows_no_evidence()
    {
        await using (var without = await SlackFixture.StartAsync(SlackTransport.Http, MemoryServer.Garnet))
        {
            (await GetAsync(without, "/jobs", null)).Status.ShouldBe(HttpStatusCode.NotFound);
        }
        await using var chat = await SlackFixture.StartAsync(
            SlackTransport.Http,
            MemoryServer.Garnet,
            new Dictionary<string, string> { ["Jobs:DashboardToken"] = Token },
            "config-missing-secret"
        );
        await chat.AnswerAsync(
            await chat.Slack.Events.SayAsync(Channel, "U0ADA", $"<@{FakeSlack.BotUser}> why is checkout crashing?")
        );
        chat.Bot.Services.GetRequiredService<IRecurringJobManager>().Trigger("consolidation");
        foreach (var password in (string?[])[null, "", "wrong", $"{Token}x"])
            (await GetAsync(chat, "/jobs", password)).Status.ShouldBe(HttpStatusCode.Unauthorized);
        (await GetAsync(chat, "/jobs", Token)).Text.ShouldContain("MetaKube jobs");
        var done = "";
        await ChatFixture.UntilAsync(async () =>
        {
            done = (await GetAsync(chat, "/jobs/jobs/succeeded", Token)).Text;
            return done.Contains("Consolidate memory", StringComparison.Ordinal);
        });
        done.ShouldNotContain("crashing");
        await ShouldBeReadOnlyAsync(chat);
    }

    private async Task ShouldBeReadOnlyAsync(SlackFixture chat)
    {
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(
            HttpMethod.Post,
            new Uri(chat.Bot.Address, "/jobs/recurring/trigger")
        )
        {
            Content = new FormUrlEncodedContent([KeyValuePair.Create("jobs[]", "retention")]),
            Headers = { Authorization = Password(Token) },
        };
        using var response = await http.SendAsync(request, token);
        response.StatusCode.ShouldNotBe(HttpStatusCode.NoContent);
        response.IsSuccessStatusCode.ShouldBeFalse();
    }

    private async Task<(HttpStatusCode Status, string Text)> GetAsync(SlackFixture chat, string path, string? password)
    {
        using var client = new HttpClient();
        using var page = new HttpRequestMessage(HttpMethod.Get, new Uri(chat.Bot.Address, path));
        if (password is not null)
            page.Headers.Authorization = Password(password);
        using var answer = await client.SendAsync(page, token);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync(token));
    }

    private static AuthenticationHeaderValue Password(string password) =>
        new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"anybody:{password}")));

    [Fact]
    public async Task A_repeated_warning_of_the_cluster_is_investigated_without_an_alert()
    {
        await using var cluster = await SimulatedCluster.StartAsync();
        cluster.AddDump(MetaKubeProgram.Dump("config-missing-secret"));
        cluster.AddDump(MetaKubeProgram.Dump("healthy-web"));
        var (ill, well) = (PodOf("config-missing-secret"), PodOf("healthy-web"));
        Warn(cluster, ill, "Failed", 7);
        // A healthy workload is no incident, nor is a warning that names no failure.
        Warn(cluster, well, "BackOff", 7);
        Warn(cluster, well, "DNSConfigForming", 50);
        await using var slack = await FakeSlack.StartAsync();
        using var folder = new TemporaryFolder();
        var settings = Bot.Settings(slack, SlackTransport.Http);
        (settings["Alerts:Watch"], settings["Alerts:Channels:0"]) = ("true", $"slack:{Channel}");
        await using var bot = await Bot.StartAsync(cluster.Source(), folder.Path, settings, TestLog.Instance);
        await slack.UntilAsync(() => slack.Messages.Values.Any(message => message.IsAnswer), what: "the answer");
        slack.Messages.Values.Single(message => message.IsAnswer).Text.ShouldContain("config.missing-secret");
        var lanes = bot.Services.GetRequiredService<WorkQueue>();
        await ChatFixture.UntilAsync(async () => await lanes.CountAsync(token) == 0);
        slack
            .Messages.Values.Single(message => message is { IsOurs: true, Thread: null })
            .Text.ShouldContain("checkout");

        // A quiet period alone does not end the incident.
        var group = AlertIntake.Hash($"watch\nPod/{ill.Namespace}/checkout");
        var incidents = bot.Services.GetRequiredService<IncidentStore>();
        (await incidents.GroupAsync(group, token)).ShouldNotBeNull().IsFiring.ShouldBeTrue();
        await lanes.AddAsync(Quiet(group), token);
        await ChatFixture.UntilAsync(async () => await lanes.CountAsync(token) == 0);
        (await incidents.GroupAsync(group, token)).ShouldNotBeNull().IsFiring.ShouldBeTrue();
    }

    /// <summary>The work item by which the watch hints that a group has been quiet for a while.</summary>
    private static WorkItem.Alert Quiet(string group) =>
        new()
        {
            Id = "quiet",
            At = TimeProvider.System.GetUtcNow(),
            Group = group,
            Threads = [],
            Text = "",
            IsResolved = true,
            IsHint = true,
        };

    private static void Warn(SimulatedCluster cluster, (string Namespace, string Name) pod, string reason, int count)
    {
        var now = TimeProvider.System.GetUtcNow();
        cluster.Add(
            "Event",
            new()
            {
                ["apiVersion"] = "v1",
                ["metadata"] = new JsonObject { ["namespace"] = pod.Namespace, ["name"] = $"{pod.Name}.{reason}" },
                ["type"] = "Warning",
                ["reason"] = reason,
                ["message"] = "again",
                ["count"] = count,
                ["firstTimestamp"] = Time(now - TimeSpan.FromMinutes(5)),
                ["lastTimestamp"] = Time(now),
                ["involvedObject"] = new JsonObject
                {
                    ["kind"] = "Pod",
                    ["namespace"] = pod.Namespace,
                    ["name"] = pod.Name,
                },
            }
        );
    }

    private static string Time(DateTimeOffset time) =>
        time.ToString("yyyy-MM-ddTHH:mm:ssZ", System.Globalization.CultureInfo.InvariantCulture);

    private static (string Namespace, string Name) PodOf(string scenario)
    {
        var ns = Scenario.LoadAll().Single(one => one.Name == scenario).Namespace;
        var json = File.ReadAllText(Path.Combine(MetaKubeProgram.Dump(scenario), ns, "pods.json"));
        return (ns, (string)JsonNode.Parse(json)!["items"]![0]!["metadata"]!["name"]!);
    }

    [Theory]
    [InlineData("22:00-04:00", "", "2026-11-26T23:30:00Z", true)]
    [InlineData("22:00-04:00", "", "2026-11-26T03:59:00Z", true)]
    [InlineData("22:00-04:00", "", "2026-11-26T04:00:00Z", false)]
    [InlineData("22:00-04:00", "Saturday", "2026-11-29T01:00:00Z", true)]
    [InlineData("22:00-04:00", "Saturday", "2026-11-28T01:00:00Z", false)]
    [InlineData("22:00-04:00", "Saturday", "2026-11-28T23:00:00Z", true)]
    public void A_maintenance_window_comes_again_each_day_and_past_midnight(
        string daily,
        string day,
        string now,
        bool covers
    ) =>
        new MaintenanceWindow { Daily = daily, Days = day.Length == 0 ? [] : [Enum.Parse<DayOfWeek>(day)] }
            .Covers(
                new Dictionary<string, string>(),
                DateTimeOffset.Parse(now, System.Globalization.CultureInfo.InvariantCulture)
            )
            .ShouldBe(covers);

    [Theory]
    [InlineData("Daily", "25:00-26:00", "no time of day")]
    [InlineData("TimeZone", "Nowhere/Atlantis", "not known")]
    [InlineData("Match:x", "(", "Match")]
    [InlineData("End", "2020-01-01T00:00:00Z", "ends before")]
    public async Task A_window_that_cannot_be_meant_so_is_refused_at_the_start(string setting, string value, string why)
    {
        var settings = new Dictionary<string, string>
        {
            ["Alerts:Token"] = Token,
            ["Alerts:Channels:0"] = $"slack:{Channel}",
            ["Alerts:Maintenance:0:Start"] = "2026-01-01T00:00:00Z",
            [$"Alerts:Maintenance:0:{setting}"] = value,
        };
        (
            await Should.ThrowAsync<Exception>(async () =>
                await (await SlackFixture.StartAsync(SlackTransport.Http, MemoryServer.Garnet, settings)).DisposeAsync()
            )
        ).Message.ShouldContain(why);
    }

    private static async Task<HttpStatusCode> SendAsync(SlackFixture chat, string body)
    {
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(chat.Bot.Address, "/alerts/generic"))
        {
            Content = new StringContent(body, Encoding.UTF8, "application/json"),
        };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Token);
        using var response = await http.SendAsync(request, TestContext.Current.CancellationToken);
        return response.StatusCode;
    }

    private static X509Certificate2 Authority(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(
            new X509BasicConstraintsExtension(certificateAuthority: true, false, 0, critical: true)
        );
        return request.CreateSelfSigned(
            TimeProvider.System.GetUtcNow().AddHours(-1),
            TimeProvider.System.GetUtcNow().AddDays(1)
        );
    }

    private static X509Certificate2 Issue(X509Certificate2 authority, string name, string use)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(name, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(use)], critical: false));
        using var issued = request.Create(
            authority,
            TimeProvider.System.GetUtcNow().AddMinutes(-30),
            TimeProvider.System.GetUtcNow().AddHours(12),
            RandomNumberGenerator.GetBytes(8)
        );
        return issued.CopyWithPrivateKey(key);
    }
}
