using System;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using MetaKube.Fakes;
using MetaKube.Fakes.Slack;
using MetaKube.Tests.Redis;
using MetaKube.Tests.Slack;

namespace MetaKube.Tests.Alerts;

/// <summary>Incidents: grouping of alerts, routing to channels, and the messages in their threads.</summary>
public sealed class IncidentTests
{
    private const string Token = "a-token-nobody-guesses",
        Channel = "C0INCIDENTS",
        Other = "C0OTHER";

    private readonly CancellationToken token = TestContext.Current.CancellationToken;

    private static Dictionary<string, string> Settings(params (string Name, string Value)[] more)
    {
        var settings = new Dictionary<string, string>
        {
            ["Alerts:Token"] = Token,
            ["Alerts:Channels:0"] = $"slack:{Channel}",
            ["Alerts:ReopenWithin"] = "00:00:00",
        };
        foreach (var (name, value) in more)
            settings[$"Alerts:{name}"] = value;
        return settings;
    }

    [Theory]
    [InlineData(MemoryServer.Garnet)]
    [InlineData(MemoryServer.Redis)]
    public async Task Groups_of_one_cause_are_one_incident_that_lasts_as_long_as_one_of_them(MemoryServer server)
    {
        await using var chat = await SlackFixture.StartAsync(
            SlackTransport.Http,
            server,
            Settings(),
            "config-missing-secret"
        );
        await SendAsync(chat, "a", "firing", 1, ("deployment", "checkout"));
        var head = await HeadAsync(chat);
        (await chat.AnswerAsync(head)).Text.ShouldContain("config.missing-secret");
        await SendAsync(chat, "b", "firing", 1, ("pod", "checkout"));
        await SendAsync(chat, "c", "firing", 1, ("deployment", "checkout"), ("severity", "critical"));
        await chat.Slack.UntilAsync(
            () => head.Text.Contains(" groups", StringComparison.Ordinal),
            what: "the groups in the first message"
        );
        await SendAsync(chat, "a", "resolved", 1, ("deployment", "checkout"));
        await SendAsync(chat, "b", "resolved", 1, ("pod", "checkout"));
        await chat.UntilIdleAsync();
        Replies(chat, head).ShouldNotContain(text => text.Contains("Resolved", StringComparison.Ordinal));
        await SendAsync(chat, "c", "resolved", 1, ("deployment", "checkout"), ("severity", "critical"));
        (await chat.ReplyAsync(head)).Text.ShouldContain("3 alerts in 3 groups");
        await chat.Slack.UntilAsync(
            () => head.Text.StartsWith('✅'),
            what: "the first message says that it is resolved"
        );
        await chat.UntilIdleAsync();
        (Heads(chat).Count, chat.Slack.Messages.Values.Count(message => message.IsAnswer)).ShouldBe((1, 1));
    }

    [Fact]
    public async Task An_alert_that_fires_again_soon_continues_its_thread_and_later_counts_as_the_second_time()
    {
        await using var chat = await SlackFixture.StartAsync(
            SlackTransport.Http,
            MemoryServer.Garnet,
            Settings(("ReopenWithin", "00:10:00")),
            "config-missing-secret"
        );
        await SendAsync(chat, "a", "firing", 1, ("deployment", "checkout"));
        var head = await HeadAsync(chat);
        await chat.AnswerAsync(head);
        await SendAsync(chat, "a", "resolved", 1, ("deployment", "checkout"));
        await chat.ReplyAsync(head);
        // The same group, and a new one.
        await SendAsync(chat, "a", "firing", 2, ("deployment", "checkout"));
        await chat.Slack.UntilAsync(
            () => Replies(chat, head).Any(text => text.Contains("fires again", StringComparison.Ordinal)),
            what: "that it fires again"
        );
        await SendAsync(chat, "b", "firing", 2, ("pod", "checkout"));
        await SendAsync(chat, "a", "resolved", 2, ("deployment", "checkout"));
        await SendAsync(chat, "b", "resolved", 2, ("pod", "checkout"));
        await chat.Slack.UntilAsync(
            () => Replies(chat, head).Count(text => text.Contains("Resolved", StringComparison.Ordinal)) == 2,
            what: "that it is resolved once more"
        );
        await chat.UntilIdleAsync();
        Heads(chat).Count.ShouldBe(1);
    }

    [Fact]
    public async Task An_alert_about_a_namespace_that_does_not_exist_says_so_once()
    {
        await using var chat = await SlackFixture.StartAsync(
            SlackTransport.Http,
            MemoryServer.Garnet,
            Settings(),
            "config-missing-secret"
        );
        await SendAsync(chat, "a", "firing", 1, ("deployment", "checkout"), ("namespace", "nowhere"));
        var head = await HeadAsync(chat);
        await chat.Slack.UntilAsync(
            () =>
                chat
                    .Slack.ThreadOf(head.Channel, head.Ts)
                    .Any(message => message.Text.Contains("no namespace nowhere", StringComparison.Ordinal)),
            what: "that there is no such namespace"
        );
        await chat.UntilIdleAsync();
        Heads(chat).Count.ShouldBe(1);
        head.Text.ShouldNotContain("cannot read the cluster");
    }

    [Fact]
    public async Task A_recurrence_is_named_with_what_helped_the_last_time()
    {
        await using var chat = await SlackFixture.StartAsync(
            SlackTransport.Http,
            MemoryServer.Garnet,
            Settings(),
            "config-missing-secret"
        );
        for (var time = 1; time <= 3; time++)
        {
            await SendAsync(chat, "a", "firing", time, ("deployment", "checkout"));
            var head = await HeadAsync(chat, time);
            await chat.AnswerAsync(head);
            if (time == 1)
                await chat.Slack.Events.SayAsync(Channel, "U0ADA", "this fixed it: created the secret", head.Ts);
            if (time == 1)
                await chat.UntilLearntAsync();
            if (time == 2)
                await chat.Slack.UntilAsync(
                    () =>
                        Replies(chat, head, "more-0")
                            .Any(text =>
                                text.Contains("2nd time within a week", StringComparison.Ordinal)
                                && text.Contains("created the secret", StringComparison.Ordinal)
                            ),
                    what: "the second time"
                );
            if (time == 3)
                await chat.Slack.UntilAsync(
                    () =>
                        Replies(chat, head, "more-0")
                            .Any(text => text.Contains("3rd time within a week", StringComparison.Ordinal)),
                    what: "the third time"
                );
            await SendAsync(chat, "a", "resolved", time, ("deployment", "checkout"));
            await ResolvedAsync(chat, head);
        }
    }

    private static Task ResolvedAsync(SlackFixture chat, FakeMessage head) =>
        chat.Slack.UntilAsync(
            () => Replies(chat, head).Any(text => text.StartsWith("Resolved", StringComparison.Ordinal)),
            what: "the resolution"
        );

    [Fact]
    public async Task More_incidents_than_a_channel_takes_have_a_line_each_in_one_thread()
    {
        await using var chat = await SlackFixture.StartAsync(
            SlackTransport.Http,
            MemoryServer.Garnet,
            Settings(("Threads", "1")),
            "config-missing-secret"
        );
        await SendAsync(chat, "a", "firing", 1, ("deployment", "checkout"));
        await chat.AnswerAsync(await HeadAsync(chat));
        // Two other groups with names only.
        foreach (var group in (string[])["b", "c"])
            await SendAsync(chat, group, "firing", 1, ("deployment", $"nobody-{group}"));
        var storm = await HeadAsync(chat, 2);
        storm.Text.ShouldContain("More than 1 incidents");
        await chat.Slack.UntilAsync(() => Replies(chat, storm).Count == 2, what: "a line each");
        Replies(chat, storm)
            .ShouldAllBe(text =>
                text.Contains("nobody-", StringComparison.Ordinal) && text.Contains('→', StringComparison.Ordinal)
            );
        await SendAsync(chat, "b", "resolved", 1, ("deployment", "nobody-b"));
        await chat.Slack.UntilAsync(
            () => Replies(chat, storm).Any(text => text.Contains("nobody-b: resolved after", StringComparison.Ordinal)),
            what: "its end"
        );
        await chat.UntilIdleAsync();
        Heads(chat).Count.ShouldBe(2);
    }

    [Fact]
    public async Task Labels_route_an_incident_and_a_maintenance_window_mutes_it()
    {
        var settings = Settings(
            ("Routes:0:Match:severity", "critical|page"),
            ("Routes:0:Channels:0", $"slack:{Other}"),
            ("Routes:0:Channels:1", $"slack:{Channel}"),
            ("Routes:1:Match:severity", "none"),
            ("Maintenance:0:Match:team", "pay.*"),
            ("Maintenance:0:Start", "2026-01-01T00:00:00Z"),
            ("Targets:workload", "deployment"),
            ("Targets:deployment", "")
        );
        await using var chat = await SlackFixture.StartAsync(
            SlackTransport.Http,
            MemoryServer.Garnet,
            settings,
            "config-missing-secret"
        );
        await SendAsync(chat, "muted", "firing", 1, ("workload", "checkout"), ("team", "payments"));
        await SendAsync(chat, "nowhere", "firing", 1, ("workload", "checkout"), ("severity", "none"));
        // The removed label names no object any more.
        (string, string)[] both = [("workload", "checkout"), ("severity", "page"), ("deployment", "nobody")];
        await SendAsync(chat, "both", "firing", 1, both);
        foreach (var channel in (string[])[Channel, Other])
        {
            await chat.Slack.UntilAsync(() => Heads(chat).Any(message => message.Channel == channel), what: channel);
            (await chat.AnswerAsync(Heads(chat).Single(message => message.Channel == channel))).Text.ShouldContain(
                "config.missing-secret"
            );
        }
        await chat.UntilIdleAsync();
        // Both channels share one investigation.
        (Heads(chat).Count, (await chat.EpisodesAsync()).Single().Repeats).ShouldBe((2, 0));
    }

    [Fact]
    public async Task A_channel_gets_no_alert_that_it_may_not_ask_about()
    {
        var settings = Settings(("Channels:1", $"slack:{Other}"));
        (
            settings["Slack:Access:0:Channels:0"],
            settings["Slack:Access:1:Channels:0"],
            settings["Slack:Access:1:Namespaces:0"]
        ) = (Channel, Other, "elsewhere");
        await using var chat = await SlackFixture.StartAsync(
            SlackTransport.Http,
            MemoryServer.Garnet,
            settings,
            "config-missing-secret"
        );
        await SendAsync(chat, "a", "firing", 1, ("deployment", "checkout"));
        await chat.Slack.UntilAsync(() => Heads(chat).Count == 2, what: "both channels");
        var (allowed, other) = (
            Heads(chat).Single(head => head.Channel == Channel),
            Heads(chat).Single(head => head.Channel == Other)
        );
        (await chat.AnswerAsync(allowed)).Text.ShouldContain("config.missing-secret");
        (await chat.ReplyAsync(other)).Text.ShouldContain("You may not ask about that here");
        await SendAsync(chat, "a", "resolved", 1, ("deployment", "checkout"));
        foreach (var head in (FakeMessage[])[allowed, other])
            await chat.Slack.UntilAsync(
                () => Replies(chat, head).Any(text => text.Contains("Resolved after", StringComparison.Ordinal)),
                what: "resolved"
            );
        // The failure still exists, which only one of the channels may learn.
        Replies(chat, allowed)
            .ShouldContain(text => text.Contains("does not look well yet", StringComparison.Ordinal));
        Replies(chat, other).ShouldNotContain(text => text.Contains("checkout-db", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_channel_of_a_later_group_gets_the_answer_of_the_incident()
    {
        await using var chat = await SlackFixture.StartAsync(
            SlackTransport.Http,
            MemoryServer.Garnet,
            Settings(("Routes:0:Match:team", "other"), ("Routes:0:Channels:0", $"slack:{Other}")),
            "config-missing-secret"
        );
        await SendAsync(chat, "a", "firing", 1, ("deployment", "checkout"));
        await chat.AnswerAsync(await HeadAsync(chat));
        await SendAsync(chat, "b", "firing", 1, ("pod", "checkout"), ("team", "other"));
        await chat.Slack.UntilAsync(
            () => Heads(chat).Any(message => message.Channel == Other),
            what: "the other channel"
        );
        (await chat.AnswerAsync(Heads(chat).Single(message => message.Channel == Other))).Text.ShouldContain(
            "config.missing-secret"
        );
    }

    [Fact]
    public async Task Alerts_during_an_outage_of_the_cluster_are_investigated_afterwards()
    {
        await using var chat = await SlackFixture.StartAsync(
            SlackTransport.Http,
            MemoryServer.Garnet,
            Settings(),
            "config-missing-secret"
        );
        chat.Cluster.IsAway = true;
        foreach (var group in (string[])["a", "b"])
            await SendAsync(chat, group, "firing", 1, ("deployment", "checkout"), ("group", group));
        var blind = await HeadAsync(chat);
        blind.Text.ShouldContain("cannot read the cluster");
        chat.Cluster.IsAway = false;
        var head = await HeadAsync(chat, 2);
        (await chat.AnswerAsync(head)).Text.ShouldContain("config.missing-secret");
        await chat.ReplyAsync(blind);
        await chat.UntilIdleAsync();
        Heads(chat).Count.ShouldBe(2);
    }

    [Fact]
    public async Task Other_failures_of_a_group_are_named_unless_the_cause_explains_them()
    {
        await using var chat = await SlackFixture.StartAsync(
            SlackTransport.Http,
            MemoryServer.Garnet,
            Settings(),
            "config-missing-secret",
            "config-missing-configmap-env"
        );
        var others = chat.Cluster.Requests;
        var body = Notification("a", "firing", 1, ("deployment", "checkout"));
        ((JsonArray)body["alerts"]!).Add(
            Notification("a", "firing", 1, ("deployment", Deployment("config-missing-configmap-env")))["alerts"]![
                0
            ]!.DeepClone()
        );
        (await SendAsync(chat, "/alerts/alertmanager", body.ToJsonString())).ShouldBe(HttpStatusCode.OK);
        var head = await HeadAsync(chat);
        (await chat.AnswerAsync(head)).Text.ShouldContain("config.missing-secret");
        await chat.Slack.UntilAsync(
            () =>
                Replies(chat, head, "more-0")
                    .Any(text => text.Contains("config.missing-configmap", StringComparison.Ordinal)),
            what: "the other cause"
        );
        others.ShouldNotBeEmpty();
    }

    private const string GrafanaAlert = """
        {"receiver":"metakube","status":"STATUS","orgId":1,"alerts":[{"status":"STATUS",
        "labels":{"alertname":"Restarts","grafana_folder":"shop","deployment":"checkout"},
        "annotations":{"summary":"It restarts."},"startsAt":"2026-11-25T01:00:00Z","endsAt":"END",
        "generatorURL":"http://grafana/alerting/grafana/1/view","fingerprint":"57c6d9296de2ad39",
        "silenceURL":"http://grafana/alerting/silence/new","dashboardURL":"","panelURL":"","values":{"A":1},
        "valueString":"[ var='A' labels={} value=1 ]"}],"groupLabels":{"alertname":"Restarts"},"commonLabels":{},
        "commonAnnotations":{},"externalURL":"http://grafana/","version":"1",
        "groupKey":"{}/{}:{alertname=\"Restarts\"}","truncatedAlerts":0,"title":"[FIRING:1] Restarts shop",
        "state":"alerting","message":"**Firing**"}
        """;

    private const string GenericAlert = """
        {"status":"STATUS","name":"Restarts","labels":{"deployment":"checkout"},"startsAt":"2026-11-25T01:00:00Z",
        "endsAt":"END"}
        """;

    [Theory]
    [InlineData("/alerts/grafana", GrafanaAlert)]
    [InlineData("/alerts/generic", GenericAlert)]
    [InlineData(
        "/alerts/generic",
        """{"status":"STATUS","id":"42","name":"Restarts","summary":"why is checkout crashing?"}"""
    )]
    [InlineData(
        "/alerts/generic",
        """{"status":"STATUS","group":"shop","alerts":[{"name":"Restarts","labels":{"deployment":"checkout"}}]}"""
    )]
    public async Task Others_than_Alertmanager_are_understood(string route, string body)
    {
        await using var chat = await SlackFixture.StartAsync(
            SlackTransport.Http,
            MemoryServer.Garnet,
            Settings(),
            "config-missing-secret"
        );
        (
            await SendAsync(chat, route, body.Replace("STATUS", "firing").Replace("END", "0001-01-01T00:00:00Z"))
        ).ShouldBe(HttpStatusCode.OK);
        var head = await HeadAsync(chat);
        (await chat.AnswerAsync(head)).Text.ShouldContain("config.missing-secret");
        (
            await SendAsync(chat, route, body.Replace("STATUS", "resolved").Replace("END", "2026-11-25T02:00:00Z"))
        ).ShouldBe(HttpStatusCode.OK);
        (await chat.ReplyAsync(head)).Text.ShouldContain("Resolved after");
    }

    [Theory]
    [InlineData("""{"status":"firing"}""", "name or labels")]
    [InlineData("""{"name":"x"}""", "neither firing nor resolved")]
    [InlineData("""{"status":"firing","alerts":[]}""", "needs a group")]
    [InlineData("""{"status":"firing","name":""", "not readable JSON")]
    public async Task A_webhook_that_cannot_be_parsed_gets_the_reason(string body, string why)
    {
        await using var chat = await SlackFixture.StartAsync(SlackTransport.Http, MemoryServer.Garnet, Settings());
        using var http = new HttpClient();
        using var response = await http.SendAsync(Request(chat, "/alerts/generic", body), token);
        (response.StatusCode, await response.Content.ReadAsStringAsync(token)).ShouldSatisfyAllConditions(
            answer => answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest),
            answer => answer.Item2.ShouldContain(why)
        );
    }

    private static string Deployment(string scenario) =>
        Scenario.LoadAll().Single(one => one.Name == scenario).Resource!.Name;

    private static List<FakeMessage> Heads(SlackFixture chat) =>
        [
            .. chat
                .Slack.Messages.Values.Where(message => message is { IsOurs: true, Thread: null })
                .OrderBy(message => message.Ts, StringComparer.Ordinal),
        ];

    private static async Task<FakeMessage> HeadAsync(SlackFixture chat, int number = 1)
    {
        await chat.Slack.UntilAsync(() => Heads(chat).Count >= number, what: "a thread of the bot's own");
        return Heads(chat)[number - 1];
    }

    private static List<string> Replies(SlackFixture chat, FakeMessage head, string part = "reply") =>
        [
            .. chat
                .Slack.ThreadOf(head.Channel, head.Ts)
                .Where(message => message.Key?.EndsWith($"/{part}", StringComparison.Ordinal) == true)
                .Select(message => message.Text),
        ];

    private static async Task SendAsync(
        SlackFixture chat,
        string group,
        string status,
        int time,
        params (string Name, string Value)[] labels
    ) =>
        (
            await SendAsync(chat, "/alerts/alertmanager", Notification(group, status, time, labels).ToJsonString())
        ).ShouldBe(HttpStatusCode.OK);

    private static async Task<HttpStatusCode> SendAsync(SlackFixture chat, string route, string body)
    {
        using var http = new HttpClient();
        using var response = await http.SendAsync(Request(chat, route, body), TestContext.Current.CancellationToken);
        return response.StatusCode;
    }

    private static HttpRequestMessage Request(SlackFixture chat, string route, string body) =>
        new(HttpMethod.Post, new Uri(chat.Bot.Address, route))
        {
            Content = new StringContent(body, Encoding.UTF8, "application/json"),
            Headers = { Authorization = new AuthenticationHeaderValue("Bearer", Token) },
        };

    /// <param name="group">The group.</param>
    /// <param name="status">"firing" or "resolved".</param>
    /// <param name="time">The how manieth time it is that it fires.</param>
    /// <param name="labels">Its labels.</param>
    private static JsonObject Notification(
        string group,
        string status,
        int time,
        params (string Name, string Value)[] labels
    ) =>
        new()
        {
            ["version"] = "4",
            ["groupKey"] = $"{{}}:{{group=\"{group}\"}}",
            ["status"] = status,
            ["receiver"] = "metakube",
            ["truncatedAlerts"] = 0,
            ["alerts"] = new JsonArray(
                new JsonObject
                {
                    ["status"] = status,
                    ["fingerprint"] = string.Concat(labels.Select(label => label.Value)),
                    ["startsAt"] = $"2026-11-25T0{time}:00:00Z",
                    ["endsAt"] = status == "firing" ? "0001-01-01T00:00:00Z" : $"2026-11-25T0{time}:30:00Z",
                    ["labels"] = new JsonObject([
                        new("alertname", "KubePodCrashLooping"),
                        .. labels.Select(label => KeyValuePair.Create(label.Name, (JsonNode?)label.Value)),
                    ]),
                }
            ),
        };
}
