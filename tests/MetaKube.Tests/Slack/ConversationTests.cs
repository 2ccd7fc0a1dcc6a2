using System.Text.Json.Nodes;
using MetaKube.Fakes;
using MetaKube.Fakes.Slack;
using MetaKube.Memory;
using MetaKube.Tests.Chat;
using MetaKube.Tests.Redis;

namespace MetaKube.Tests.Slack;

/// <summary>The whole bot, in a workspace, asked about a simulated cluster.</summary>
public sealed class ConversationTests
{
    private const string Channel = "C0INCIDENTS",
        Ada = "U0ADA",
        Bob = "U0BOB";

    private static readonly string Us = $"<@{FakeSlack.BotUser}>";

    [Theory]
    [InlineData(SlackTransport.Http, MemoryServer.Garnet)]
    [InlineData(SlackTransport.Sockets, MemoryServer.Garnet)]
    [InlineData(SlackTransport.Sockets, MemoryServer.Redis)]
    public async Task A_fix_in_one_thread_answers_the_next_from_memory_with_a_link_to_it(
        SlackTransport transport,
        MemoryServer server
    )
    {
        await using var chat = await SlackFixture.StartAsync(transport, server, "config-missing-secret");

        var asked = await chat.Slack.Events.SayAsync(Channel, Ada, $"{Us} why is checkout crashing?");
        var first = await chat.AnswerAsync(asked);
        first.Text.ShouldContain("config.missing-secret");
        first.Text.ShouldContain("kubectl");
        await chat.Slack.UntilAsync(
            () => asked.Reactions.Count == 0 && chat.Slack.Calls.Any(call => call.Method == "reactions.remove"),
            what: "the reaction goes away"
        );

        await chat.Slack.Events.ReactAsync(Bob, first, "white_check_mark");
        await chat.UntilLearntAsync();

        var again = await chat.Slack.Events.SayAsync(Channel, Bob, $"{Us} checkout crashes again");
        var second = await chat.AnswerAsync(again);
        second.Text.ShouldContain("config.missing-secret");
        var details = await chat.DetailsAsync(again);
        details.Text.ShouldContain("answered from memory");
        details.Text.ShouldContain(
            $"https://fake.slack.com/archives/{Channel}/p{first.Ts.Replace(".", "", StringComparison.Ordinal)}"
        );
    }

    [Fact]
    public async Task People_go_on_in_the_thread_and_talk_with_each_other_there()
    {
        await using var chat = await SlackFixture.StartAsync(SlackTransport.Sockets, "config-missing-secret");
        var asked = await chat.Slack.Events.SayAsync(Channel, Ada, $"{Us} why is checkout crashing?");
        await chat.DetailsAsync(asked);

        await chat.Slack.Events.SayAsync(Channel, Bob, "I think the secret is gone, who deleted it?", asked.Ts);
        await chat.Slack.Events.SayAsync(Channel, Bob, "<@U0ADA> show me the logs", asked.Ts);
        await chat.Slack.Events.SayAsync(Channel, Bob, "how about we roll it back to what we had", asked.Ts);
        var shown = await chat.Slack.Events.SayAsync(Channel, Bob, "show the events please", asked.Ts);
        (await chat.ReplyAsync(shown)).Text.ShouldContain("Events of Deployment");
        await chat.Slack.Events.SayAsync(Channel, Bob, "dig deeper", asked.Ts);
        await chat.UntilIdleAsync();
        // The same answer comes in words instead of by the same card, and nothing follows on people's own talk.
        var replies = chat.Slack.ThreadOf(Channel, asked.Ts).Where(message => message.IsReply).ToList();
        replies.Count.ShouldBe(2);
        replies[1].Text.ShouldContain("Worked out from the evidence");
        chat.Slack.AnswersIn(Channel, asked.Ts).Count.ShouldBe(1);
    }

    [Fact]
    public async Task Elsewhere_is_the_same_object_in_another_namespace_or_what_the_words_name()
    {
        await using var chat = await SlackFixture.StartAsync(
            SlackTransport.Sockets,
            "config-missing-secret",
            "resource-oom-killed"
        );
        var asked = await chat.Slack.Events.SayAsync(Channel, Ada, $"{Us} why is checkout crashing?");
        await chat.DetailsAsync(asked);
        var other = Scenario.LoadAll().Single(scenario => scenario.Name == "resource-oom-killed");

        await chat.Slack.Events.SayAsync(Channel, Ada, $"and what about {other.Resource!.Name}?", asked.Ts);
        (await chat.AnswerAsync(asked, 2)).Text.ShouldContain(other.Fault);
    }

    [Fact]
    public async Task In_private_no_mention_is_needed_and_help_says_what_can_be_asked()
    {
        await using var chat = await SlackFixture.StartAsync(SlackTransport.Http, "config-missing-secret");
        var hello = await chat.Slack.Events.SayAsync("D0ADA", Ada, "help");
        (await chat.ReplyAsync(hello)).Text.ShouldContain("why is checkout crashing");
        var asked = await chat.Slack.Events.SayAsync("D0ADA", Ada, "why is checkout crashing");
        (await chat.AnswerAsync(asked)).Text.ShouldContain("config.missing-secret");
    }

    /// <summary>A text as Slack delivers it.</summary>
    private static string Escape(string text) =>
        text.Replace("&", "&amp;", StringComparison.Ordinal)
            .Replace("<", "&lt;", StringComparison.Ordinal)
            .Replace(">", "&gt;", StringComparison.Ordinal);

    [Fact]
    public async Task Pasted_output_and_text_files_are_evidence_and_no_cluster_is_read()
    {
        await using var chat = await SlackFixture.StartAsync(SlackTransport.Sockets);
        var paste = await File.ReadAllTextAsync(
            Scenario.LoadAll().Single(scenario => scenario.Name == "config-missing-secret").Paste,
            TestContext.Current.CancellationToken
        );

        var pasted = await chat.Slack.Events.SayAsync(
            Channel,
            Ada,
            $"{Us} why is checkout failing?\n```{Escape(paste)}```"
        );
        (await chat.AnswerAsync(pasted)).Text.ShouldContain("config.missing-secret");

        chat.Slack.Files["F1"] = ("text/plain", paste);
        var file = new JsonObject
        {
            ["id"] = "F1",
            ["name"] = "describe.txt",
            ["mimetype"] = "text/plain",
            ["size"] = paste.Length,
            ["url_private_download"] = $"{chat.Slack.Url}/files/F1",
        };
        var attached = await chat.Slack.Events.SayAsync(
            Channel,
            Ada,
            $"{Us} why is checkout failing?",
            more: new() { ["subtype"] = "file_share", ["files"] = new JsonArray(file) }
        );
        (await chat.AnswerAsync(attached)).Text.ShouldContain("config.missing-secret");
        chat.Cluster.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task The_token_goes_to_nobody_but_slack()
    {
        await using var chat = await SlackFixture.StartAsync(SlackTransport.Sockets);
        await using var stranger = await FakeSlack.StartAsync();
        var asked = await chat.Slack.Events.SayAsync(
            Channel,
            Ada,
            $"{Us} why?",
            more: new()
            {
                ["files"] = new JsonArray(
                    new JsonObject
                    {
                        ["id"] = "F1",
                        ["name"] = "x.txt",
                        ["mimetype"] = "text/plain",
                        ["size"] = 10,
                        ["url_private"] = $"{stranger.Url}/api/auth.test",
                    }
                ),
            }
        );
        (await chat.ReplyAsync(asked)).Text.ShouldContain("not stored at Slack");
        await chat.Slack.UntilAsync(() => asked.Reactions.Count == 0, what: "the reaction goes away");
        stranger.Calls.ShouldBeEmpty();
    }

    [Fact]
    public async Task Buttons_are_votes_and_the_form_names_another_cause()
    {
        await using var chat = await SlackFixture.StartAsync(SlackTransport.Http, "config-missing-secret");
        var answer = await chat.AnswerAsync(
            await chat.Slack.Events.SayAsync(Channel, Ada, $"{Us} why is checkout crashing?")
        );

        await chat.Slack.Events.ClickAsync(Ada, answer, "metakube.fixed");
        await chat.Slack.UntilAsync(
            () =>
                chat.Slack.Ephemerals.Any(told =>
                    told.User == Ada && told.Text.Contains("config.missing-secret", StringComparison.Ordinal)
                ),
            what: "thanks"
        );
        await chat.UntilLearntAsync("config.missing-secret");
        // A removed reaction does not withdraw written feedback.
        await chat.Slack.Events.ReactAsync(Ada, answer, "+1");
        await chat.Slack.Events.ReactAsync(Ada, answer, "+1", isAdded: false);
        await chat.UntilIdleAsync();
        (await chat.EpisodesAsync()).Single().FeedbackByPerson[$"slack:{Ada}"].Kind.ShouldBe(FeedbackKind.Fixed);

        await chat.Slack.Events.ClickAsync(Bob, answer, "metakube.what");
        await chat.Slack.UntilAsync(() => chat.Slack.Views.Count == 1, what: "the form");
        var form = chat.Slack.Views.Keys.Single();
        (await chat.Slack.Events.SubmitAsync(Bob, form, "", null))!.ToJsonString().ShouldContain("errors");
        await chat.Slack.Events.SubmitAsync(Bob, form, "mounted the other secret", "config.missing-configmap");
        await ChatFixture.UntilAsync(async () =>
            (await chat.EpisodesAsync())
                .Single()
                .FeedbackByPerson.Values.Any(vote =>
                    vote is { Fault: "config.missing-configmap", Fix: "mounted the other secret" }
                )
        );
    }

    [Fact]
    public async Task A_form_that_opens_too_late_is_reported_to_the_person_who_clicked()
    {
        await using var chat = await SlackFixture.StartAsync(SlackTransport.Sockets, "config-missing-secret");
        var answer = await chat.AnswerAsync(
            await chat.Slack.Events.SayAsync(Channel, Ada, $"{Us} why is checkout crashing?")
        );
        chat.Slack.Events.TriggersExpire = true;
        await chat.Slack.Events.ClickAsync(Bob, answer, "metakube.what");
        await chat.Slack.UntilAsync(
            () =>
                chat.Slack.Ephemerals.Any(told =>
                    told.User == Bob && told.Text.Contains("once more", StringComparison.Ordinal)
                ),
            what: "the excuse"
        );
        // Written feedback counts as well.
        await chat.Slack.Events.SayAsync(Channel, Bob, "this fixed it: created the secret", answer.Thread);
        await ChatFixture.UntilAsync(async () => (await chat.EpisodesAsync()).Single().Fix == "created the secret");
    }

    [Fact]
    public async Task Reactions_count_by_their_own_time_whatever_their_skin_and_are_withdrawn()
    {
        await using var chat = await SlackFixture.StartAsync(SlackTransport.Sockets, "config-missing-secret");
        var answer = await chat.AnswerAsync(
            await chat.Slack.Events.SayAsync(Channel, Ada, $"{Us} why is checkout crashing?")
        );
        async Task<IReadOnlyDictionary<string, Feedback>> VotesAsync() =>
            (await chat.EpisodesAsync()).Single().FeedbackByPerson;

        await chat.Slack.Events.ReactAsync(Ada, answer, "+1::skin-tone-3");
        await ChatFixture.UntilAsync(async () =>
            (await VotesAsync()).GetValueOrDefault($"slack:{Ada}")?.Kind == FeedbackKind.Helpful
        );
        await chat.Slack.Events.ReactAsync(Ada, answer, "white_check_mark");
        await ChatFixture.UntilAsync(async () =>
            (await VotesAsync()).GetValueOrDefault($"slack:{Ada}")?.Kind == FeedbackKind.Fixed
        );
        await chat.Slack.Events.ReactAsync(Ada, answer, "white_check_mark", isAdded: false);
        await ChatFixture.UntilAsync(async () =>
            (await VotesAsync()).GetValueOrDefault($"slack:{Ada}")?.Kind == FeedbackKind.Helpful
        );
        await chat.Slack.Events.ReactAsync(Ada, answer, "+1::skin-tone-3", isAdded: false);
        await ChatFixture.UntilAsync(async () => (await VotesAsync()).Count == 0);
    }

    [Fact]
    public async Task A_reaction_that_was_added_first_and_arrives_last_is_not_counted()
    {
        await using var chat = await SlackFixture.StartAsync(SlackTransport.Sockets, "config-missing-secret");
        var answer = await chat.AnswerAsync(
            await chat.Slack.Events.SayAsync(Channel, Ada, $"{Us} why is checkout crashing?")
        );
        async Task<IReadOnlyDictionary<string, Feedback>> VotesAsync() =>
            (await chat.EpisodesAsync()).Single().FeedbackByPerson;
        JsonObject Event(string type, string at) =>
            new()
            {
                ["type"] = type,
                ["user"] = Bob,
                ["reaction"] = "-1",
                ["item_user"] = FakeSlack.BotUser,
                ["event_ts"] = at,
                ["item"] = new JsonObject
                {
                    ["type"] = "message",
                    ["channel"] = answer.Channel,
                    ["ts"] = answer.Ts,
                },
            };
        await chat.Slack.Events.DeliverAsync(Event("reaction_removed", "1900000002.000000"));
        await chat.Slack.Events.DeliverAsync(Event("reaction_added", "1900000001.000000"));
        await chat.Slack.Events.ReactAsync(Ada, answer, "-1");
        await ChatFixture.UntilAsync(async () => (await VotesAsync()).ContainsKey($"slack:{Ada}"));
        (await VotesAsync()).ContainsKey($"slack:{Bob}").ShouldBeFalse();
    }

    [Fact]
    public async Task A_person_who_may_not_ask_gets_a_private_refusal_and_other_namespaces_stay_closed()
    {
        await using var chat = await SlackFixture.StartAsync(
            SlackTransport.Sockets,
            MemoryServer.Garnet,
            new Dictionary<string, string>
            {
                ["Slack:Access:0:Channels:0"] = Channel,
                ["Slack:Access:0:Namespaces:0"] = "nowhere-*",
                ["Slack:Access:1:Users:0"] = Bob,
            },
            "config-missing-secret"
        );
        var asked = await chat.Slack.Events.SayAsync(Channel, Ada, $"{Us} why is checkout crashing?");
        await chat.Slack.UntilAsync(() => chat.Slack.Ephemerals.Any(told => told.User == Ada), what: "a refusal");
        await chat.Slack.Events.SayAsync("C0ELSEWHERE", Ada, $"{Us} why is checkout crashing?");
        await chat.Slack.UntilAsync(
            () => chat.Slack.Ephemerals.Count(told => told.User == Ada) == 2,
            what: "another refusal"
        );
        chat.Slack.Messages.Values.ShouldNotContain(message => message.IsOurs);

        await chat.AnswerAsync(await chat.Slack.Events.SayAsync("C0ELSEWHERE", Bob, $"{Us} why is checkout crashing?"));
    }

    [Fact]
    public async Task The_home_tab_shows_the_last_investigations_and_memory()
    {
        await using var chat = await SlackFixture.StartAsync(SlackTransport.Sockets, "config-missing-secret");
        await chat.DetailsAsync(await chat.Slack.Events.SayAsync(Channel, Ada, $"{Us} why is checkout crashing?"));
        await ChatFixture.UntilAsync(async () =>
        {
            await chat.Slack.Events.OpenHomeAsync(Ada);
            return chat.Slack.Homes.TryGetValue(Ada, out var home)
                && home.ToJsonString().Contains("config.missing-secret", StringComparison.Ordinal);
        });
        chat.Slack.Homes[Ada].ToJsonString().ShouldContain("1 episodes");
    }

    [Fact]
    public async Task A_long_investigation_shows_its_steps_as_a_stream_or_in_one_message_without_streams()
    {
        foreach (var streams in (bool[])[true, false])
        {
            await using var chat = await SlackFixture.StartAsync(SlackTransport.Sockets, "config-missing-secret");
            chat.Slack.AllowsStreams = streams;
            var gate = new TaskCompletionSource();
            chat.Cluster.Gate = gate.Task;
            var asked = await chat.Slack.Events.SayAsync(Channel, Ada, $"{Us} why is checkout crashing?");
            await chat.Slack.UntilAsync(() => asked.Reactions.Contains("eyes"), what: "the reaction");
            await chat.Slack.UntilAsync(
                () =>
                    chat
                        .Slack.ThreadOf(Channel, asked.Ts)
                        .Any(message => message.IsOurs && message.IsStreaming == streams),
                what: "the steps"
            );
            gate.SetResult();
            await chat.AnswerAsync(asked);
            await chat.Slack.UntilAsync(
                () =>
                    asked.Reactions.Count == 0
                    && chat.Slack.ThreadOf(Channel, asked.Ts).All(message => !message.IsStreaming),
                what: "the end of the steps"
            );
            var steps = chat.Slack.ThreadOf(Channel, asked.Ts).Single(message => message.IsOurs && message.Key is null);
            (streams ? steps.Chunks.ToJsonString() : steps.Text).ShouldContain("config.missing-secret");
        }
    }

    [Theory]
    [InlineData(SlackTransport.Http)]
    [InlineData(SlackTransport.Sockets)]
    public async Task An_alert_is_investigated_once_in_its_thread_until_it_is_resolved(SlackTransport transport)
    {
        await using var chat = await SlackFixture.StartAsync(
            transport,
            MemoryServer.Garnet,
            AlertSettings,
            "config-missing-secret"
        );
        var alert = await FireAsync(chat, "[FIRING:1] KubePodCrashLooping (checkout shop critical)", Alertmanager);
        (await chat.AnswerAsync(alert)).Text.ShouldContain("config.missing-secret");
        var again = await FireAsync(chat, "[FIRING:2] KubePodCrashLooping (checkout shop critical)", Alertmanager);
        (await chat.ReplyAsync(again)).Text.ShouldContain("still fires");
        await PostIgnoredAsync(chat, alert);
        await ResolveByEditAsync(chat, alert);
        await ResolvedAsync(chat, alert);

        var next = await FireAsync(chat, "[FIRING:1] KubePodCrashLooping (checkout shop critical)", Alertmanager);
        await chat.AnswerAsync(next);
        // An alert of another system with the same cause joins the incident, which lasts while one of the two fires.
        var grafana = await FireAsync(
            chat,
            "[FIRING:1] Restarts",
            "B0GRAFANA",
            "**Firing**\n\nLabels:\n - alertname = Restarts\n - pod = checkout\n"
        );
        (await chat.ReplyAsync(grafana)).Text.ShouldContain("has the same cause");
        await FireAsync(
            chat,
            "[RESOLVED] Restarts",
            "B0GRAFANA",
            "**Resolved**\n\nLabels:\n - alertname = Restarts\n - pod = checkout\n"
        );
        await FireAsync(chat, "[RESOLVED] KubePodCrashLooping (checkout shop critical)", Alertmanager);
        await ResolvedAsync(chat, next);
        chat.Slack.Messages.Values.Count(message => message.IsAnswer).ShouldBe(2);
    }

    [Fact]
    public async Task A_silenced_alert_is_not_linked_again_until_the_answer_is_called_wrong_and_its_resolution_is_told()
    {
        await using var chat = await SlackFixture.StartAsync(
            SlackTransport.Http,
            MemoryServer.Garnet,
            AlertSettings,
            "config-missing-secret"
        );
        var alert = await FireAsync(chat, "[FIRING:1] KubePodCrashLooping (checkout shop warning)", Alertmanager);
        await chat.AnswerAsync(alert);
        await chat.Slack.Events.SayAsync(Channel, Ada, $"{Us} silence this for 2h", alert.Ts);
        (await chat.ReplyAsync(alert)).Text.ShouldContain("Silenced for 120 min");

        var again = await FireAsync(chat, "[FIRING:2] KubePodCrashLooping (checkout shop warning)", Alertmanager);
        await chat.UntilIdleAsync();
        chat.Slack.ThreadOf(Channel, again.Ts).ShouldNotContain(message => message.IsReply);

        await chat.Slack.Events.SayAsync(Channel, Ada, $"{Us} that is wrong", alert.Ts);
        await chat.UntilIdleAsync();
        var third = await FireAsync(chat, "[FIRING:3] KubePodCrashLooping (checkout shop warning)", Alertmanager);
        (await chat.ReplyAsync(third)).Text.ShouldContain("still fires");

        await chat.Slack.Events.SayAsync(Channel, Ada, $"{Us} silence this for 2h", alert.Ts);
        await chat.UntilIdleAsync();
        await FireAsync(chat, "[RESOLVED] KubePodCrashLooping (checkout shop warning)", Alertmanager);
        await ResolvedAsync(chat, alert);
    }

    [Fact]
    public async Task A_thumb_down_ends_the_silence_and_a_critical_alert_breaks_it()
    {
        await using var chat = await SlackFixture.StartAsync(
            SlackTransport.Http,
            MemoryServer.Garnet,
            AlertSettings,
            "config-missing-secret"
        );
        var alert = await FireAsync(chat, "[FIRING:1] KubePodCrashLooping (checkout shop warning)", Alertmanager);
        var answer = await chat.AnswerAsync(alert);
        await chat.Slack.Events.SayAsync(Channel, Ada, $"{Us} silence this for 2h", alert.Ts);
        await chat.ReplyAsync(alert);
        await chat.Slack.Events.ReactAsync(Bob, answer, "thumbsdown");
        await chat.UntilIdleAsync();
        var second = await FireAsync(chat, "[FIRING:2] KubePodCrashLooping (checkout shop warning)", Alertmanager);
        (await chat.ReplyAsync(second)).Text.ShouldContain("still fires");

        await chat.Slack.Events.SayAsync(Channel, Ada, $"{Us} silence this for 2h", alert.Ts);
        await chat.UntilIdleAsync();
        var third = await FireAsync(
            chat,
            "[FIRING:1] Restarts",
            "B0GRAFANA",
            "**Firing**\n\nLabels:\n - alertname = Restarts\n - pod = checkout\n - severity = critical\n"
        );
        (await chat.ReplyAsync(third)).Text.ShouldContain("has the same cause");
    }

    [Fact]
    public async Task Notes_of_people_are_kept_in_the_thread_and_shown_in_the_next_answer()
    {
        await using var chat = await SlackFixture.StartAsync(SlackTransport.Http, "config-missing-secret");
        var asked = await chat.Slack.Events.SayAsync(Channel, Ada, $"{Us} why is checkout crashing?");
        await chat.DetailsAsync(asked);
        await chat.Slack.Events.SayAsync(
            Channel,
            Ada,
            $"{Us} note: the secret moves to Vault on Friday. Ask Bob before a change.",
            asked.Ts
        );
        (await chat.ReplyAsync(asked)).Text.ShouldStartWith("Noted for ");
        await chat.Slack.Events.SayAsync(Channel, Bob, $"{Us} show notes", asked.Ts);
        await chat.UntilIdleAsync();
        Last(chat, asked).ShouldContain("moves to Vault on Friday. Ask Bob before a change");

        var again = await chat.Slack.Events.SayAsync(Channel, Bob, $"{Us} checkout crashes again");
        await chat.DetailsAsync(again);
        string.Join('\n', chat.Slack.ThreadOf(Channel, again.Ts).Select(message => message.Text))
            .ShouldContain("moves to Vault on Friday");

        await chat.Slack.Events.SayAsync(Channel, Bob, $"{Us} forget note 1", asked.Ts);
        await chat.UntilIdleAsync();
        Last(chat, asked).ShouldStartWith("Forgotten: ");
    }

    private static string Last(SlackFixture chat, FakeMessage asked) =>
        chat.Slack.ThreadOf(Channel, asked.Ts).Last(message => message.IsReply).Text;

    private const string Alertmanager = "B0ALERTMANAGER";

    private static readonly Dictionary<string, string> AlertSettings = new()
    {
        ["Slack:AlertChannels:0"] = Channel,
        ["Slack:AlertSenders:0"] = Alertmanager,
        ["Slack:AlertSenders:1"] = "Grafana",
        ["Alerts:ReopenWithin"] = "00:00:00",
    };

    /// <summary>Posts an alert as a monitoring system's bot does.</summary>
    private static Task<FakeMessage> FireAsync(SlackFixture chat, string title, string bot, string text = "")
    {
        var attachment = new JsonObject
        {
            ["title"] = title,
            ["text"] = text,
            ["color"] = "danger",
        };
        return chat.Slack.Events.SayAsync(
            Channel,
            "",
            "",
            more: new()
            {
                ["subtype"] = "bot_message",
                ["bot_id"] = bot,
                ["username"] = bot switch
                {
                    Alertmanager => "Alertmanager",
                    "B0OTHER" => "Other",
                    _ => "Grafana",
                },
                ["attachments"] = new JsonArray(attachment),
            }
        );
    }

    /// <summary>Posts an alert of a bot that is not configured, and a bot's reply in the thread.</summary>
    private static async Task PostIgnoredAsync(SlackFixture chat, FakeMessage alert)
    {
        await FireAsync(chat, "[FIRING:1] KubePodCrashLooping (checkout shop critical)", "B0OTHER");
        await chat.Slack.Events.SayAsync(
            Channel,
            "U0HOLMES",
            $"{Us} I think it is checkout",
            alert.Ts,
            new() { ["bot_id"] = Alertmanager, ["app_id"] = "A0OTHER" }
        );
    }

    /// <summary>Edits the message of the alert, as Alertmanager may be configured to do.</summary>
    private static async Task ResolveByEditAsync(SlackFixture chat, FakeMessage alert)
    {
        var resolved = (JsonObject)alert.Content.DeepClone();
        resolved["ts"] = alert.Ts;
        resolved["attachments"]![0]!["title"] = "[RESOLVED] KubePodCrashLooping (checkout shop critical)";
        await chat.Slack.Events.DeliverAsync(
            new()
            {
                ["type"] = "message",
                ["subtype"] = "message_changed",
                ["channel"] = Channel,
                ["ts"] = "1900000000.000001",
                ["event_ts"] = "1900000000.000001",
                ["message"] = resolved,
            }
        );
    }

    private static Task ResolvedAsync(SlackFixture chat, FakeMessage alert) =>
        chat.Slack.UntilAsync(
            () =>
                chat
                    .Slack.ThreadOf(Channel, alert.Ts)
                    .Any(message => message.IsReply && message.Text.Contains("Resolved", StringComparison.Ordinal)),
            what: "the resolution in the thread"
        );
}
