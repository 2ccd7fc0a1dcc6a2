using System.Text.Json;
using System.Text.Json.Nodes;
using MetaKube.ChatOps.Teams;
using MetaKube.Fakes;
using MetaKube.Fakes.Teams;
using MetaKube.Memory;
using MetaKube.Tests.Chat;
using MetaKube.Tests.Redis;

namespace MetaKube.Tests.Teams;

/// <summary>
/// Conversations as only Teams has them; the behaviour of all platforms is in <see cref="SameConversationTests"/>.
/// </summary>
public sealed class TeamsConversationTests
{
    [Theory]
    [InlineData(TeamsSide.Fake)]
    [InlineData(TeamsSide.Playground)]
    public async Task A_long_investigation_shows_its_steps_in_the_message_that_becomes_the_answer(TeamsSide side)
    {
        await using var chat = await TeamsFixture.StartAsync(side, "config-missing-secret");
        var gate = new TaskCompletionSource();
        chat.Cluster.Gate = gate.Task;
        var thread = await chat.Client.SayAsync(chat.Client.Ada, chat.Client.Channel, "why is checkout crashing?");
        await chat.Client.UntilAsync(
            () => chat.Client.ThreadOf(thread) is [{ IsWorking: true }],
            "the message for now"
        );
        var working = chat.Client.ThreadOf(thread).Single();
        await chat.Client.UntilAsync(() => working.Versions > 1, "a change of it");
        gate.SetResult();
        var answer = await chat.AnswerAsync(thread);
        await chat.UntilIdleAsync();
        // The answer replaces the message; there is no second one.
        chat.Client.ThreadOf(thread).Count.ShouldBe(1);
        answer.Id.ShouldBe(working.Id);
    }

    [Theory]
    [InlineData(TeamsSide.Fake)]
    [InlineData(TeamsSide.Playground)]
    public async Task In_private_no_mention_is_needed_and_what_takes_long_is_a_stream(TeamsSide side)
    {
        await using var chat = await TeamsFixture.StartAsync(side, "config-missing-secret");
        var gate = new TaskCompletionSource();
        chat.Cluster.Gate = gate.Task;
        var conversation = await chat.Client.SayAsync(
            chat.Client.Ada,
            chat.Client.Personal,
            "why is checkout crashing?",
            mentions: false
        );
        await chat.Client.UntilAsync(
            () =>
                chat
                    .Client.ThreadOf(conversation)
                    .Any(message => (string?)message.Content["type"] == "typing" && message.Text.Length > 0),
            "the stream"
        );
        gate.SetResult();
        var answer = await chat.AnswerAsync(conversation);
        answer.Text.ShouldContain("config.missing-secret");
        await chat.UntilIdleAsync();
        chat.Client.ThreadOf(conversation).ShouldBe([answer]);
        // In a chat without threads, the last answer is the context of a follow-up and not of a new question.
        await chat.Client.SayAsync(chat.Client.Ada, chat.Client.Personal, "dig deeper", mentions: false);
        (await chat.AnswerAsync(conversation, 2)).Text.ShouldContain("config.missing-secret");
        await chat.Client.SayAsync(chat.Client.Ada, chat.Client.Personal, "help", mentions: false);
        (await chat.ReplyAsync(conversation)).Text.ShouldContain("why is checkout crashing");
    }

    [Theory]
    [InlineData(TeamsSide.Fake)]
    [InlineData(TeamsSide.Playground)]
    public async Task Teams_own_thumbs_are_votes_with_their_words(TeamsSide side)
    {
        await using var chat = await TeamsFixture.StartAsync(side, "config-missing-secret");
        var answer = await chat.AnswerAsync(
            await chat.Client.SayAsync(chat.Client.Ada, chat.Client.Channel, "why is checkout crashing?")
        );
        ((string?)answer.Content["channelData"]!["feedbackLoop"]!["type"]).ShouldBe("default");
        await chat.UntilIdleAsync();
        await chat.Client.RateAsync(
            chat.Client.Bob,
            answer,
            "dislike",
            "it was the ConfigMap, password: hunter2-hunter2"
        );
        Feedback? vote = null;
        var voter = $"teams:{chat.Client.Bob.ObjectId}";
        await ChatFixture.UntilAsync(async () =>
            (await chat.EpisodesAsync()).Single().FeedbackByPerson.TryGetValue(voter, out vote)
        );
        (vote!.Kind, vote.Fix).ShouldBe((FeedbackKind.Unhelpful, null));
        vote.Comment!.ShouldContain("it was the ConfigMap");
        vote.Comment!.ShouldNotContain("hunter2");
    }

    [Fact]
    public async Task A_click_is_answered_at_once_and_an_empty_form_asks_for_content()
    {
        await using var chat = await TeamsFixture.StartAsync(TeamsSide.Fake, "config-missing-secret");
        var answer = await chat.AnswerAsync(
            await chat.Client.SayAsync(chat.Client.Ada, chat.Client.Channel, "why is checkout crashing?")
        );
        ((string?)(await chat.Client.ClickAsync(chat.Client.Bob, answer, "what"))["value"]).ShouldBe(
            "Say what you did, or choose the cause."
        );
        var said = await chat.Client.ClickAsync(
            chat.Client.Bob,
            answer,
            "what",
            ("what", "mounted the other one"),
            ("cause", "config.missing-configmap")
        );
        ((int)said["statusCode"]!, (string?)said["type"]).ShouldBe((200, "application/vnd.microsoft.activity.message"));
        await ChatFixture.UntilAsync(async () =>
            (await chat.EpisodesAsync())
                .Single()
                .FeedbackByPerson.Values.Any(vote =>
                    vote
                        is { Kind: FeedbackKind.Wrong, Fault: "config.missing-configmap", Fix: "mounted the other one" }
                )
        );
        await UnknownActionsAreRefusedAsync(chat, answer);
        await chat.UntilIdleAsync();
        (await chat.EpisodesAsync()).Single().FeedbackByPerson.Count.ShouldBe(1);
    }

    private static async Task UnknownActionsAreRefusedAsync(TeamsFixture chat, TeamsMessage answer)
    {
        var unknown = await chat.Client.InvokeAsync(
            chat.Client.Bob,
            answer.Conversation,
            "adaptiveCard/action",
            answer.Id,
            new()
            {
                ["action"] = new JsonObject { ["verb"] = "delete-everything", ["data"] = new JsonObject() },
            }
        );
        ((int)unknown["statusCode"]!).ShouldBe(400);
        // A code outside the catalogue is not a cause.
        await chat.Client.ClickAsync(chat.Client.Ada, answer, "what", ("cause", "no.such-cause"));
        var fetched = await chat.Client.InvokeAsync(chat.Client.Bob, answer.Conversation, "task/fetch", answer.Id, []);
        ((int)fetched["statusCode"]!).ShouldBe(501);
    }

    [Fact]
    public async Task Without_a_mention_only_a_clear_follow_up_in_a_thread_of_the_bot_is_accepted()
    {
        await using var chat = await TeamsFixture.StartAsync(TeamsSide.Fake, "config-missing-secret");
        var teams = chat.Client;
        await teams.SayAsync(teams.Ada, teams.Channel, "why is checkout crashing?", mentions: false);
        var thread = await teams.SayAsync(teams.Ada, teams.Channel, "why is checkout crashing?");
        await chat.AnswerAsync(thread);
        await chat.UntilIdleAsync();
        await teams.SayAsync(teams.Bob, thread, "I think the secret is gone, who deleted it?", mentions: false);
        await teams.SayAsync(teams.Bob, thread, "show the events please", mentions: false);
        (await chat.ReplyAsync(thread)).Text.ShouldContain("Events of Deployment");
        await teams.SayAsync(teams.Bob, thread, "this fixed it: created the secret", mentions: false);
        await chat.UntilLearntAsync("config.missing-secret");
        await chat.UntilIdleAsync();
        teams.Messages.Values.Count(message => message.IsAnswer).ShouldBe(1);
        teams.ThreadOf(thread).Count(message => message.IsReply).ShouldBe(2);
    }

    [Fact]
    public async Task Pasted_output_is_evidence_whether_it_is_set_as_code_or_between_fences()
    {
        await using var chat = await TeamsFixture.StartAsync(TeamsSide.Fake);
        var teams = chat.Fake;
        var paste = await File.ReadAllTextAsync(
            Scenario.LoadAll().Single(scenario => scenario.Name == "config-missing-secret").Paste,
            TestContext.Current.CancellationToken
        );
        var fenced = await teams.SayAsync(teams.Ada, teams.Channel, $"why is checkout failing?\n```\n{paste}\n```");
        (await chat.AnswerAsync(fenced)).Text.ShouldContain("config.missing-secret");

        var activity = teams.Message(
            teams.Ada,
            teams.Channel,
            $"why is checkout failing? {paste.ReplaceLineEndings(" ")}",
            mentions: true
        );
        var code = System
            .Net.WebUtility.HtmlEncode(paste)
            .ReplaceLineEndings("<br>")
            .Replace("  ", "&nbsp; ", StringComparison.Ordinal);
        activity["attachments"] = new JsonArray(
            new JsonObject
            {
                ["contentType"] = "text/html",
                ["content"] =
                    $"<p><span itemtype=\"http://schema.skype.com/Mention\" itemscope=\"\" "
                    + $"itemid=\"0\">MetaKube</span>&nbsp;why is checkout failing?</p><codeblock "
                    + $"class=\"PlainText\"><code>{code}</code></codeblock><p>&nbsp;</p>",
            }
        );
        await teams.DeliverAsync(activity);
        (await chat.AnswerAsync((string)activity["conversation"]!["id"]!)).Text.ShouldContain("config.missing-secret");
        chat.Cluster.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task Files_are_fetched_from_where_teams_keeps_them_only()
    {
        await using var chat = await TeamsFixture.StartAsync(TeamsSide.Fake);
        var teams = chat.Fake;
        var activity = teams.Message(teams.Ada, teams.Personal, "why?", mentions: false);
        activity["attachments"] = new JsonArray(
            new JsonObject
            {
                ["contentType"] = "application/vnd.microsoft.teams.file.download.info",
                ["name"] = "describe.txt",
                ["content"] = new JsonObject
                {
                    ["downloadUrl"] = $"{teams.Url}/v1/keys",
                    ["uniqueId"] = "f1",
                    ["fileType"] = "txt",
                },
            }
        );
        await teams.DeliverAsync(activity);
        (await chat.ReplyAsync(teams.Personal)).Text.ShouldContain("not stored at Teams");
        teams.Connector.Fetched.ShouldBe(1);
    }

    [Fact]
    public async Task A_person_who_may_not_ask_gets_a_refusal_and_the_installer_gets_instructions()
    {
        await using var chat = await TeamsFixture.StartAsync(
            TeamsSide.Fake,
            MemoryServer.Garnet,
            new()
            {
                ["Teams:Access:0:Users:0"] = "00000000-0000-0000-0000-00000000b0b0",
                ["Teams:Access:0:Namespaces:0"] = "nowhere-*",
                ["Teams:Access:1:Channels:0"] = "a:ada-and-the-bot",
            },
            "config-missing-secret"
        );
        var teams = chat.Fake;
        (
            await chat.ReplyAsync(await teams.SayAsync(teams.Ada, teams.Channel, "why is checkout crashing?"))
        ).Text.ShouldContain("You may not ask");
        (
            await chat.ReplyAsync(await teams.SayAsync(teams.Bob, teams.Channel, "why is checkout crashing?"))
        ).Text.ShouldContain("You may not ask about that here");
        teams.Messages.Values.ShouldNotContain(message => message.IsAnswer || message.IsWorking);
        await teams.SayAsync(teams.Ada, teams.Personal, "why is checkout crashing?", mentions: false);
        await chat.AnswerAsync(teams.Personal);

        var installed = teams.Activity("installationUpdate", teams.Ada, teams.Personal);
        installed["action"] = "add";
        await teams.DeliverAsync(installed);
        (await chat.ReplyAsync(teams.Personal)).Text.ShouldContain("Ask me what is wrong");
    }

    [Theory]
    [InlineData("<at>MetaKube</at> why is checkout down?", "why is checkout down?")]
    [InlineData("why is <at>MetaKube</at>&nbsp;down, <at>Bob</at>?", "why is down, <@Bob>?")]
    [InlineData("\u201cwhy\u201d it\u2019s &lt;none&gt; &amp;amp;", "\"why\" it's <none> &amp;")]
    public void Teams_text_becomes_plain_words(string text, string plain)
    {
        var activity = JsonSerializer.SerializeToElement(
            new JsonObject
            {
                ["text"] = text,
                ["recipient"] = new JsonObject { ["id"] = "28:us" },
                ["entities"] = new JsonArray(
                    new JsonObject
                    {
                        ["type"] = "mention",
                        ["text"] = "<at>MetaKube</at>",
                        ["mentioned"] = new JsonObject { ["id"] = "28:us", ["name"] = "MetaKube" },
                    },
                    new JsonObject
                    {
                        ["type"] = "mention",
                        ["text"] = "<at>Bob</at>",
                        ["mentioned"] = new JsonObject { ["id"] = "29:bob", ["name"] = "Bob" },
                    }
                ),
            }
        );
        string.Join(' ', TeamsText.Plain(activity).Split(' ', StringSplitOptions.RemoveEmptyEntries)).ShouldBe(plain);
    }
}
