using System.Text.Json.Nodes;
using MetaKube.Evaluation;
using MetaKube.Evaluation.Slack;
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
    public async Task What_fixed_it_in_one_thread_answers_the_next_from_memory_with_a_link_to_it(
        SlackTransport transport,
        MemoryServer server
    )
    {
        await using var room = await Room.StartAsync(transport, server, "config-missing-secret");

        var asked = await room.Slack.Events.SayAsync(Channel, Ada, $"{Us} why is checkout crashing?");
        var first = await room.AnswerAsync(asked);
        first.Text.ShouldContain("config.missing-secret");
        first.Text.ShouldContain("kubectl");
        await room.Slack.UntilAsync(() =>
            room
                .Slack.ThreadOf(Channel, asked.Ts)
                .Any(message => message.Key?.EndsWith("/details", StringComparison.Ordinal) == true)
        );
        await room.Slack.UntilAsync(
            () => asked.Reactions.Count == 0 && room.Slack.Calls.Any(call => call.Method == "reactions.remove"),
            what: "the reaction goes away"
        );

        await room.Slack.Events.ReactAsync(Bob, first, "white_check_mark");
        await room.UntilLearntAsync();

        var again = await room.Slack.Events.SayAsync(Channel, Bob, $"{Us} checkout crashes again");
        var second = await room.AnswerAsync(again);
        second.Text.ShouldContain("config.missing-secret");
        var details = await room.DetailsAsync(again);
        details.Text.ShouldContain("answered from memory");
        details.Text.ShouldContain(
            $"https://fake.slack.com/archives/{Channel}/p{first.Ts.Replace(".", "", StringComparison.Ordinal)}"
        );
    }

    [Fact]
    public async Task People_go_on_in_the_thread_and_talk_with_each_other_there()
    {
        await using var room = await Room.StartAsync(SlackTransport.Sockets, "config-missing-secret");
        var asked = await room.Slack.Events.SayAsync(Channel, Ada, $"{Us} why is checkout crashing?");
        await room.DetailsAsync(asked);

        await room.Slack.Events.SayAsync(Channel, Bob, "I think the secret is gone, who deleted it?", asked.Ts);
        await room.Slack.Events.SayAsync(Channel, Bob, "<@U0ADA> show me the logs", asked.Ts);
        await room.Slack.Events.SayAsync(Channel, Bob, "how about we roll it back to what we had", asked.Ts);
        var shown = await room.Slack.Events.SayAsync(Channel, Bob, "show the events please", asked.Ts);
        (await room.ReplyAsync(shown)).Text.ShouldContain("Events of Deployment");
        await room.Slack.Events.SayAsync(Channel, Bob, "dig deeper", asked.Ts);
        (await room.DetailsAsync(asked, 2)).Text.ShouldContain("worked out");
        // Work of a thread is done in order: what was not answered by now will not be.
        room.Slack.ThreadOf(Channel, asked.Ts).Count(message => message.IsReply).ShouldBe(1);
        room.Slack.AnswersIn(Channel, asked.Ts).Count.ShouldBe(2);
    }

    [Fact]
    public async Task Elsewhere_is_the_same_object_in_another_namespace_or_what_the_words_name()
    {
        await using var room = await Room.StartAsync(
            SlackTransport.Sockets,
            "config-missing-secret",
            "resource-oom-killed"
        );
        var asked = await room.Slack.Events.SayAsync(Channel, Ada, $"{Us} why is checkout crashing?");
        await room.DetailsAsync(asked);
        var other = Scenario.LoadAll().Single(scenario => scenario.Name == "resource-oom-killed");

        await room.Slack.Events.SayAsync(Channel, Ada, $"and what about {other.Resource!.Name}?", asked.Ts);
        (await room.AnswerAsync(asked, 2)).Text.ShouldContain(other.Fault);
    }

    [Fact]
    public async Task In_private_no_mention_is_needed_and_help_says_what_can_be_asked()
    {
        await using var room = await Room.StartAsync(SlackTransport.Http, "config-missing-secret");
        var hello = await room.Slack.Events.SayAsync("D0ADA", Ada, "help");
        (await room.ReplyAsync(hello)).Text.ShouldContain("why is checkout crashing");
        var asked = await room.Slack.Events.SayAsync("D0ADA", Ada, "why is checkout crashing");
        (await room.AnswerAsync(asked)).Text.ShouldContain("config.missing-secret");
    }

    [Fact]
    public async Task Pasted_output_and_text_files_are_evidence_and_no_cluster_is_read()
    {
        await using var room = await Room.StartAsync(SlackTransport.Sockets);
        var paste = await File.ReadAllTextAsync(
            Scenario.LoadAll().Single(scenario => scenario.Name == "config-missing-secret").Paste,
            TestContext.Current.CancellationToken
        );

        var pasted = await room.Slack.Events.SayAsync(
            Channel,
            Ada,
            $"{Us} why is checkout failing?\n```{paste.Replace("&", "&amp;", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal).Replace(">", "&gt;", StringComparison.Ordinal)}```"
        );
        (await room.AnswerAsync(pasted)).Text.ShouldContain("config.missing-secret");

        room.Slack.Files["F1"] = ("text/plain", paste);
        var attached = await room.Slack.Events.SayAsync(
            Channel,
            Ada,
            $"{Us} why is checkout failing?",
            more: new()
            {
                ["subtype"] = "file_share",
                ["files"] = new JsonArray(
                    new JsonObject
                    {
                        ["id"] = "F1",
                        ["name"] = "describe.txt",
                        ["mimetype"] = "text/plain",
                        ["size"] = paste.Length,
                        ["url_private_download"] = $"{room.Slack.Url}/files/F1",
                    }
                ),
            }
        );
        (await room.AnswerAsync(attached)).Text.ShouldContain("config.missing-secret");
        room.Cluster.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task The_token_goes_to_nobody_but_slack()
    {
        await using var room = await Room.StartAsync(SlackTransport.Sockets);
        await using var stranger = await FakeSlack.StartAsync();
        var asked = await room.Slack.Events.SayAsync(
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
        (await room.ReplyAsync(asked)).Text.ShouldContain("not kept by Slack");
        await room.Slack.UntilAsync(() => asked.Reactions.Count == 0, what: "the reaction goes away");
        stranger.Calls.ShouldBeEmpty();
    }

    [Fact]
    public async Task Buttons_are_votes_and_the_form_names_another_cause()
    {
        await using var room = await Room.StartAsync(SlackTransport.Http, "config-missing-secret");
        var answer = await room.AnswerAsync(
            await room.Slack.Events.SayAsync(Channel, Ada, $"{Us} why is checkout crashing?")
        );

        await room.Slack.Events.ClickAsync(Ada, answer, "metakube.fixed");
        await room.Slack.UntilAsync(
            () =>
                room.Slack.Ephemerals.Any(told =>
                    told.User == Ada && told.Text.Contains("config.missing-secret", StringComparison.Ordinal)
                ),
            what: "thanks"
        );
        await room.UntilLearntAsync("config.missing-secret");
        // An emoji that comes and goes does not take a plain word back.
        await room.Slack.Events.ReactAsync(Ada, answer, "+1");
        await room.Slack.Events.ReactAsync(Ada, answer, "+1", isAdded: false);
        await room.UntilIdleAsync();
        (await room.Bot.Memory.Store!.ListAsync(TestContext.Current.CancellationToken))
            .Single()
            .Votes[$"slack:{Ada}"]
            .Verdict.ShouldBe(FeedbackKind.Fixed);

        await room.Slack.Events.ClickAsync(Bob, answer, "metakube.what");
        await room.Slack.UntilAsync(() => room.Slack.Views.Count == 1, what: "the form");
        var form = room.Slack.Views.Keys.Single();
        (await room.Slack.Events.SubmitAsync(Bob, form, "", null))!.ToJsonString().ShouldContain("errors");
        await room.Slack.Events.SubmitAsync(Bob, form, "mounted the other secret", "config.missing-configmap");
        await ChatRoom.UntilAsync(async () =>
            (await room.Bot.Memory.Store!.ListAsync(TestContext.Current.CancellationToken))
                .Single()
                .Votes.Values.Any(vote =>
                    vote is { Fault: "config.missing-configmap", Fix: "mounted the other secret" }
                )
        );
    }

    [Fact]
    public async Task A_form_that_opens_too_late_is_said_to_the_one_who_clicked()
    {
        await using var room = await Room.StartAsync(SlackTransport.Sockets, "config-missing-secret");
        var answer = await room.AnswerAsync(
            await room.Slack.Events.SayAsync(Channel, Ada, $"{Us} why is checkout crashing?")
        );
        room.Slack.Events.TriggersExpire = true;
        await room.Slack.Events.ClickAsync(Bob, answer, "metakube.what");
        await room.Slack.UntilAsync(
            () =>
                room.Slack.Ephemerals.Any(told =>
                    told.User == Bob && told.Text.Contains("once more", StringComparison.Ordinal)
                ),
            what: "the excuse"
        );
        // Written instead, it counts as well.
        await room.Slack.Events.SayAsync(Channel, Bob, "this fixed it: created the secret", answer.Thread);
        await ChatRoom.UntilAsync(async () =>
            (await room.Bot.Memory.Store!.ListAsync(TestContext.Current.CancellationToken)).Single().Fix
            == "created the secret"
        );
    }

    [Fact]
    public async Task Reactions_count_by_their_own_time_whatever_their_skin_and_are_withdrawn()
    {
        await using var room = await Room.StartAsync(SlackTransport.Sockets, "config-missing-secret");
        var answer = await room.AnswerAsync(
            await room.Slack.Events.SayAsync(Channel, Ada, $"{Us} why is checkout crashing?")
        );
        async Task<IReadOnlyDictionary<string, Feedback>> VotesAsync() =>
            (await room.Bot.Memory.Store!.ListAsync(TestContext.Current.CancellationToken)).Single().Votes;

        await room.Slack.Events.ReactAsync(Ada, answer, "+1::skin-tone-3");
        await ChatRoom.UntilAsync(async () =>
            (await VotesAsync()).GetValueOrDefault($"slack:{Ada}")?.Verdict == FeedbackKind.Helpful
        );
        await room.Slack.Events.ReactAsync(Ada, answer, "white_check_mark");
        await ChatRoom.UntilAsync(async () =>
            (await VotesAsync()).GetValueOrDefault($"slack:{Ada}")?.Verdict == FeedbackKind.Fixed
        );
        await room.Slack.Events.ReactAsync(Ada, answer, "white_check_mark", isAdded: false);
        await ChatRoom.UntilAsync(async () =>
            (await VotesAsync()).GetValueOrDefault($"slack:{Ada}")?.Verdict == FeedbackKind.Helpful
        );
        await room.Slack.Events.ReactAsync(Ada, answer, "+1::skin-tone-3", isAdded: false);
        await ChatRoom.UntilAsync(async () => (await VotesAsync()).Count == 0);

        // What was put there first and arrives last does not come back.
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
        await room.Slack.Events.DeliverAsync(Event("reaction_removed", "1900000002.000000"));
        await room.Slack.Events.DeliverAsync(Event("reaction_added", "1900000001.000000"));
        await room.Slack.Events.ReactAsync(Ada, answer, "-1");
        await ChatRoom.UntilAsync(async () => (await VotesAsync()).ContainsKey($"slack:{Ada}"));
        (await VotesAsync()).ContainsKey($"slack:{Bob}").ShouldBeFalse();
    }

    [Fact]
    public async Task Who_may_not_ask_is_told_so_in_private_and_other_namespaces_stay_closed()
    {
        await using var room = await Room.StartAsync(
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
        var asked = await room.Slack.Events.SayAsync(Channel, Ada, $"{Us} why is checkout crashing?");
        await room.Slack.UntilAsync(() => room.Slack.Ephemerals.Any(told => told.User == Ada), what: "a refusal");
        await room.Slack.Events.SayAsync("C0ELSEWHERE", Ada, $"{Us} why is checkout crashing?");
        await room.Slack.UntilAsync(
            () => room.Slack.Ephemerals.Count(told => told.User == Ada) == 2,
            what: "another refusal"
        );
        room.Slack.Messages.Values.ShouldNotContain(message => message.IsOurs);

        await room.AnswerAsync(await room.Slack.Events.SayAsync("C0ELSEWHERE", Bob, $"{Us} why is checkout crashing?"));
    }

    [Fact]
    public async Task The_home_tab_shows_the_last_investigations_and_memory()
    {
        await using var room = await Room.StartAsync(SlackTransport.Sockets, "config-missing-secret");
        await room.DetailsAsync(await room.Slack.Events.SayAsync(Channel, Ada, $"{Us} why is checkout crashing?"));
        await ChatRoom.UntilAsync(async () =>
        {
            await room.Slack.Events.OpenHomeAsync(Ada);
            return room.Slack.Homes.TryGetValue(Ada, out var home)
                && home.ToJsonString().Contains("config.missing-secret", StringComparison.Ordinal);
        });
        room.Slack.Homes[Ada].ToJsonString().ShouldContain("1 episodes");
    }

    [Fact]
    public async Task What_takes_long_shows_its_steps_as_a_stream_or_where_there_is_none_in_one_message()
    {
        foreach (var streams in (bool[])[true, false])
        {
            await using var room = await Room.StartAsync(SlackTransport.Sockets, "config-missing-secret");
            room.Slack.AllowsStreams = streams;
            var gate = new TaskCompletionSource();
            room.Cluster.Gate = gate.Task;
            var asked = await room.Slack.Events.SayAsync(Channel, Ada, $"{Us} why is checkout crashing?");
            await room.Slack.UntilAsync(() => asked.Reactions.Contains("eyes"), what: "the reaction");
            await room.Slack.UntilAsync(
                () =>
                    room
                        .Slack.ThreadOf(Channel, asked.Ts)
                        .Any(message => message.IsOurs && message.IsStreaming == streams),
                what: "the steps"
            );
            gate.SetResult();
            await room.AnswerAsync(asked);
            await room.Slack.UntilAsync(
                () =>
                    asked.Reactions.Count == 0
                    && room.Slack.ThreadOf(Channel, asked.Ts).All(message => !message.IsStreaming),
                what: "the end of the steps"
            );
            var steps = room.Slack.ThreadOf(Channel, asked.Ts).Single(message => message.IsOurs && message.Key is null);
            (streams ? steps.Chunks.ToJsonString() : steps.Text).ShouldContain("config.missing-secret");
        }
    }

    [Theory]
    [InlineData(SlackTransport.Http)]
    [InlineData(SlackTransport.Sockets)]
    public async Task An_alert_is_looked_into_once_in_its_thread_until_it_is_resolved(SlackTransport transport)
    {
        await using var room = await Room.StartAsync(
            transport,
            MemoryServer.Garnet,
            new Dictionary<string, string>
            {
                ["Slack:AlertChannels:0"] = Channel,
                ["Slack:AlertSenders:0"] = "B0ALERTMANAGER",
                ["Slack:AlertSenders:1"] = "Grafana",
                ["Alerts:ReopenWithin"] = "00:00:00",
            },
            "config-missing-secret"
        );
        Task<FakeMessage> FireAsync(string title, string bot, string text = "") =>
            room.Slack.Events.SayAsync(
                Channel,
                "",
                "",
                more: new()
                {
                    ["subtype"] = "bot_message",
                    ["bot_id"] = bot,
                    ["username"] =
                        bot == "B0ALERTMANAGER" ? "Alertmanager"
                        : bot == "B0OTHER" ? "Other"
                        : "Grafana",
                    ["attachments"] = new JsonArray(
                        new JsonObject
                        {
                            ["title"] = title,
                            ["text"] = text,
                            ["color"] = "danger",
                        }
                    ),
                }
            );

        var alert = await FireAsync("[FIRING:1] KubePodCrashLooping (checkout shop critical)", "B0ALERTMANAGER");
        (await room.AnswerAsync(alert)).Text.ShouldContain("config.missing-secret");
        var again = await FireAsync("[FIRING:2] KubePodCrashLooping (checkout shop critical)", "B0ALERTMANAGER");
        (await room.ReplyAsync(again)).Text.ShouldContain("still fires");
        // Nobody's alert: another program, and a program's words in the thread.
        await FireAsync("[FIRING:1] KubePodCrashLooping (checkout shop critical)", "B0OTHER");
        await room.Slack.Events.SayAsync(
            Channel,
            "U0HOLMES",
            $"{Us} I think it is checkout",
            alert.Ts,
            new() { ["bot_id"] = "B0ALERTMANAGER", ["app_id"] = "A0OTHER" }
        );

        var resolved = (JsonObject)alert.Content.DeepClone();
        resolved["ts"] = alert.Ts;
        resolved["attachments"]![0]!["title"] = "[RESOLVED] KubePodCrashLooping (checkout shop critical)";
        await room.Slack.Events.DeliverAsync(
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
        await room.Slack.UntilAsync(
            () =>
                room
                    .Slack.ThreadOf(Channel, alert.Ts)
                    .Any(message => message.IsReply && message.Text.Contains("Resolved", StringComparison.Ordinal)),
            what: "resolved"
        );

        var next = await FireAsync("[FIRING:1] KubePodCrashLooping (checkout shop critical)", "B0ALERTMANAGER");
        await room.AnswerAsync(next);
        // Another system's alert of the same cause is the same incident, which lasts as long as one of the two fires.
        var grafana = await FireAsync(
            "[FIRING:1] Restarts",
            "B0GRAFANA",
            "**Firing**\n\nLabels:\n - alertname = Restarts\n - pod = checkout\n"
        );
        (await room.ReplyAsync(grafana)).Text.ShouldContain("comes of the same cause");
        await FireAsync("[RESOLVED] Restarts", "B0GRAFANA");
        await FireAsync("[RESOLVED] KubePodCrashLooping (checkout shop critical)", "B0ALERTMANAGER");
        await room.Slack.UntilAsync(
            () =>
                room
                    .Slack.ThreadOf(Channel, next.Ts)
                    .Any(message => message.IsReply && message.Text.Contains("Resolved", StringComparison.Ordinal)),
            what: "resolved by a message of its own"
        );
        room.Slack.Messages.Values.Count(message => message.IsAnswer).ShouldBe(2);
    }
}
