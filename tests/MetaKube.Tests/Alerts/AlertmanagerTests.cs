using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using MetaKube.ChatOps.Alerts;
using MetaKube.Fakes.Slack;
using MetaKube.Tests.Redis;
using MetaKube.Tests.Slack;
using MetaKube.Tests.Teams;

namespace MetaKube.Tests.Alerts;

public sealed class AlertmanagerTests
{
    private const string Token = "a-token-nobody-guesses",
        Channel = "C0INCIDENTS";

    private static Dictionary<string, string> Settings(string channel) =>
        new()
        {
            ["Alerts:Token"] = Token,
            ["Alerts:Channels:0"] = channel,
            ["Alerts:ReopenWithin"] = "00:00:00",
        };

    [Fact]
    public async Task A_group_is_one_thread_from_firing_to_resolved_after_repeated_notifications()
    {
        await using var chat = await SlackFixture.StartAsync(
            SlackTransport.Http,
            MemoryServer.Garnet,
            Settings($"slack:{Channel}"),
            "config-missing-secret"
        );
        var firing = Notification("firing", "2026-11-25T01:00:00Z", "checkout-1");
        (await SendAsync(chat, firing)).ShouldBe(HttpStatusCode.OK);
        var head = await HeadAsync(chat, 1);
        head.Text.ShouldStartWith("[WARNING] KubePodCrashLooping: deployment checkout");
        (await chat.AnswerAsync(head)).Text.ShouldContain("config.missing-secret");
        // The same notification again, and one with another alert.
        (await SendAsync(chat, firing)).ShouldBe(HttpStatusCode.OK);
        (await SendAsync(chat, Notification("firing", "2026-11-25T01:00:00Z", "checkout-1", "checkout-2"))).ShouldBe(
            HttpStatusCode.OK
        );
        (await SendAsync(chat, Notification("resolved", "2026-11-25T01:00:00Z", "checkout-1", "checkout-2"))).ShouldBe(
            HttpStatusCode.OK
        );
        (await chat.ReplyAsync(head)).Text.ShouldContain("Resolved after");
        await chat.UntilIdleAsync();
        chat.Slack.Messages.Values.Count(message => message.IsAnswer).ShouldBe(1);
        // A group that fires again is another incident.
        (await SendAsync(chat, Notification("firing", "2026-11-25T03:00:00Z", "checkout-1"))).ShouldBe(
            HttpStatusCode.OK
        );
        await chat.AnswerAsync(await HeadAsync(chat, 2));
    }

    [Fact]
    public async Task A_sender_without_a_token_and_a_body_that_is_no_notification_are_refused()
    {
        await using var chat = await SlackFixture.StartAsync(
            SlackTransport.Http,
            MemoryServer.Garnet,
            Settings($"slack:{Channel}")
        );
        var good = Notification("firing", "2026-11-25T01:00:00Z", "x").ToJsonString();
        foreach (
            var authorization in (string?[])
                [null, "Bearer", "Bearer wrong", $"Bearer {Token}x", $"Basic {Token}", $"Bearer {Token[..^1]}"]
        )
            (await SendAsync(chat, good, authorization)).ShouldBe(HttpStatusCode.Unauthorized, authorization);
        foreach (
            var body in (string[])
                ["", "[]", "{}", "{\"groupKey\":\"x\",\"status\":\"maybe\"}", "{\"groupKey\":", "null", "\"x\""]
        )
            (await SendAsync(chat, body, $"Bearer {Token}")).ShouldBe(HttpStatusCode.BadRequest, body);
        (await SendAsync(chat, new string('x', 5 * 1024 * 1024), $"Bearer {Token}")).ShouldBe(
            HttpStatusCode.RequestEntityTooLarge
        );
        await chat.UntilIdleAsync();
        chat.Slack.Messages.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_notification_without_anything_to_look_into_is_accepted_and_starts_no_thread()
    {
        await using var chat = await SlackFixture.StartAsync(
            SlackTransport.Http,
            MemoryServer.Garnet,
            Settings($"slack:{Channel}")
        );
        // An alert that always fires is not an incident; an alert with few fields is not an error.
        foreach (
            var body in (JsonObject[])
                [
                    Notification("firing", "2026-11-25T01:00:00Z"),
                    With(alert => alert["labels"]!["alertname"] = "Watchdog"),
                ]
        )
            (await SendAsync(chat, body)).ShouldBe(HttpStatusCode.OK);
        await chat.UntilIdleAsync();
        chat.Slack.Messages.ShouldBeEmpty();

        static JsonObject With(Action<JsonNode> change)
        {
            var notification = Notification("firing", "2026-11-25T01:00:00Z", "x");
            change(notification["alerts"]![0]!);
            return notification;
        }
    }

    [Theory]
    [InlineData(
        """{"alertname":"KubePodCrashLooping","namespace":"shop","pod":"web-1","job":"kube-state-metrics"}""",
        "KubePodCrashLooping: pod web-1",
        "shop"
    )]
    [InlineData(
        """{"alertname":"KubeJobFailed","namespace":"shop","job_name":"report","job":"kube-state-metrics"}""",
        "KubeJobFailed: job report",
        "shop"
    )]
    [InlineData(
        """{"alertname":"KubeNodeNotReady","node":"node-1","job":"kube-state-metrics"}""",
        "KubeNodeNotReady: node node-1",
        null
    )]
    [InlineData(
        """{"alertname":"Twice","pod":"a","pod":"web-1","namespace":"Not A Namespace"}""",
        "Twice: pod web-1",
        null
    )]
    [InlineData("""{"pod":7}""", "It crashes.", null)]
    public void The_question_follows_from_the_labels(string labels, string question, string? ns)
    {
        var notification = JsonElement.Parse(
            $$"""
            {"groupKey":"x","status":"firing","alerts":[{"status":"firing","annotations":{"summary":"It crashes."},
            "labels":{{labels}} }]}
            """
        );
        var work = new AlertIntake(new() { Channels = ["slack:C1", "teams:19:x@thread.tacv2"] }, TimeProvider.System)
            .Read(AlertWebhooks.Alertmanager(notification))
            .ShouldNotBeNull();
        work.Threads.Select(thread => thread.Key).ShouldBe(["slack:C1:", "teams:19:x@thread.tacv2:"]);
        (work.Text, work.Namespace, work.IsResolved).ShouldBe((question, ns, false));
    }

    [Theory]
    [InlineData("Token", "short", "could be guessed")]
    [InlineData("Token", "", "Token is missing")]
    [InlineData("Channels:0", "C0INCIDENTS", "names no platform")]
    [InlineData("Channels:0", "teams:19:x@thread.tacv2", "teams is not configured")]
    public async Task Settings_that_cannot_be_right_are_refused_at_the_start(string setting, string value, string why)
    {
        var settings = Settings($"slack:{Channel}");
        settings[$"Alerts:{setting}"] = value;
        (
            await Should.ThrowAsync<Exception>(async () =>
                await (await SlackFixture.StartAsync(SlackTransport.Http, MemoryServer.Garnet, settings)).DisposeAsync()
            )
        ).Message.ShouldContain(why);
    }

    [Theory]
    [InlineData(TeamsSide.Fake)]
    [InlineData(TeamsSide.Playground)]
    public async Task A_real_alertmanager_has_the_diagnosis_stand_in_teams(TeamsSide side)
    {
        await using var chat = await TeamsFixture.StartAsync(
            side,
            MemoryServer.Garnet,
            Settings($"teams:{(side == TeamsSide.Fake ? "19:incidents@thread.tacv2" : "channel-announcements-id")}"),
            "config-missing-secret"
        );
        // The bot learns the address of the Playground from an earlier message.
        await chat.AnswerAsync(
            await chat.Client.SayAsync(chat.Client.Ada, chat.Client.Channel, "why is checkout crashing?")
        );
        using var folder = new TemporaryFolder();
        using var alertmanager = AlertmanagerProcess.Start(folder, chat.Bot.Address, Token);
        var began = TimeProvider.System.GetUtcNow();
        await alertmanager.RaiseAsync("KubePodCrashLooping", began, null);
        await chat.Client.UntilAsync(
            () => chat.Client.Started.Any(conversation => chat.Client.AnswersIn(conversation).Count > 0),
            "the diagnosis",
            () => alertmanager.Log
        );
        var thread = chat.Client.Started.Single();
        chat.Client.AnswersIn(thread).Single().Text.ShouldContain("config.missing-secret");
        await alertmanager.RaiseAsync("KubePodCrashLooping", began, TimeProvider.System.GetUtcNow());
        (await chat.ReplyAsync(thread, 2)).Text.ShouldContain("Resolved after");
    }

    [Fact]
    public async Task An_alert_that_a_real_alertmanager_inhibits_does_not_arrive()
    {
        await using var chat = await SlackFixture.StartAsync(
            SlackTransport.Http,
            MemoryServer.Garnet,
            Settings($"slack:{Channel}"),
            "config-missing-secret"
        );
        using var folder = new TemporaryFolder();
        using var alertmanager = AlertmanagerProcess.Start(folder, chat.Bot.Address, Token);
        var began = TimeProvider.System.GetUtcNow();
        await alertmanager.RaiseAsync("KubePodCrashLooping", began, null, "critical");
        var head = await HeadAsync(chat, 1);
        await chat.AnswerAsync(head);
        // A warning beside a critical alert is inhibited; a later one arrives and counts as the second.
        await alertmanager.RaiseAsync("KubePodNotReady", began, null, "warning");
        await alertmanager.RaiseAsync("KubeDeploymentReplicasMismatch", began, null, "info");
        await chat.Slack.UntilAsync(
            () => head.Text.Contains("alerts", StringComparison.Ordinal),
            what: "the second alert",
            more: () => alertmanager.Log
        );
        head.Text.ShouldContain("2 alerts");
    }

    private static async Task<FakeMessage> HeadAsync(SlackFixture chat, int number)
    {
        List<FakeMessage> Heads() =>
            [
                .. chat
                    .Slack.Messages.Values.Where(message => message is { IsOurs: true, Thread: null })
                    .OrderBy(message => message.Ts, StringComparer.Ordinal),
            ];
        await chat.Slack.UntilAsync(() => Heads().Count >= number, what: "a thread of the bot's own");
        return Heads()[number - 1];
    }

    private static JsonObject Notification(string status, string since, params string[] fingerprints) =>
        new()
        {
            ["version"] = "4",
            ["groupKey"] = "{}:{namespace=\"shop\"}",
            ["status"] = status,
            ["receiver"] = "metakube",
            ["truncatedAlerts"] = 0,
            ["alerts"] = new JsonArray([
                .. fingerprints.Select(fingerprint => new JsonObject
                {
                    ["status"] = status,
                    ["fingerprint"] = fingerprint,
                    ["startsAt"] = since,
                    ["endsAt"] = status == "firing" ? "0001-01-01T00:00:00Z" : "2026-11-25T02:00:00Z",
                    ["labels"] = new JsonObject
                    {
                        ["alertname"] = "KubePodCrashLooping",
                        ["deployment"] = "checkout",
                        ["job"] = "kube-state-metrics",
                        ["severity"] = "warning",
                    },
                    ["annotations"] = new JsonObject { ["summary"] = "It crashes." },
                }),
            ]),
        };

    private static Task<HttpStatusCode> SendAsync(SlackFixture chat, JsonObject notification) =>
        SendAsync(chat, notification.ToJsonString(), $"Bearer {Token}");

    private static async Task<HttpStatusCode> SendAsync(SlackFixture chat, string body, string? authorization)
    {
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(chat.Bot.Address, "/alerts/alertmanager"))
        {
            Content = new StringContent(body, Encoding.UTF8, "application/json"),
        };
        if (authorization is not null)
            request.Headers.Authorization = AuthenticationHeaderValue.Parse(authorization);
        using var response = await http.SendAsync(request, TestContext.Current.CancellationToken);
        return response.StatusCode;
    }
}
