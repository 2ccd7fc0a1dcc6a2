using MetaKube.Chat;
using MetaKube.ChatOps.Slack;
using MetaKube.ChatOps.Teams;

namespace MetaKube.Tests.Chat;

public sealed class OutboxTests
{
    /// <summary>As versions up to November 2026 stored it.</summary>
    private const string Old = """
        {
          "messages": [
            { "part": "answer", "payload": "{\"text\":\"the Secret is missing\",\"blocks\":[]}" },
            { "part": "details", "payload": "{\"text\":\"details\"}" }
          ],
          "answer": { "question": "why?", "investigation": "261120-aaaaaaaaaa" }
        }
        """;

    [Fact]
    public void Each_kind_of_message_is_the_same_after_it_was_stored()
    {
        var outbox = new Outbox(
            [
                new OutgoingMessage.Answer("details", SampleAnswer.View, AnswerExtent.Details),
                new OutgoingMessage.Reply(
                    "Events of pod web:",
                    "BackOff",
                    new("https://fake.slack.com/p1"),
                    new("261127-aaaaaaaaaa.2", [new(CardVerb.Undo, "Undo")])
                )
                {
                    Part = "more-1",
                },
                new OutgoingMessage.AlertHeadline("checkout is down", IsResolved: true),
            ],
            new("why?", "shop", SampleAnswer.Deployment, "261127-aaaaaaaaaa"),
            null
        );
        var read = Outbox.Parse(outbox.ToJson());
        read.Messages[0].ShouldBeOfType<OutgoingMessage.Answer>().Extent.ShouldBe(AnswerExtent.Details);
        read.Messages[1]
            .ShouldBeOfType<OutgoingMessage.Reply>()
            .Buttons!.Buttons.Single()
            .ShouldBe(new(CardVerb.Undo, "Undo"));
        read.Messages[2].ShouldBe(outbox.Messages[2]);
        read.Messages.Select(message => message.Part).ShouldBe(["details", "more-1", "alert"]);
        read.ToJson().ShouldBe(outbox.ToJson());
    }

    [Fact]
    public void An_outbox_of_an_older_version_is_posted_as_it_was_rendered_then()
    {
        var outbox = Outbox.Parse(Old);
        outbox.Answer!.Investigation.ShouldBe("261120-aaaaaaaaaa");
        outbox.Messages.Select(message => message.Part).ShouldBe(["answer", "details"]);
        ((string?)SlackMessage.Render(outbox.Messages[0])["text"]).ShouldBe("the Secret is missing");
        ((string?)TeamsCard.Render(outbox.Messages[1])["text"]).ShouldBe("details");
    }

    [Fact]
    public void A_stored_message_renders_as_it_did_before()
    {
        var message = new OutgoingMessage.Answer("answer", SampleAnswer.View);
        var stored = Outbox.Parse(Outbox.Of(message).ToJson()).Messages.Single();
        SlackMessage.Render(stored).ToJsonString().ShouldBe(SlackMessage.Render(message).ToJsonString());
        TeamsCard.Render(stored).ToJsonString().ShouldBe(TeamsCard.Render(message).ToJsonString());
    }

    [Theory]
    [InlineData("{\"id\":\"1.2\",\"isStream\":true}", "1.2", true)]
    [InlineData("~1700000000000", "1700000000000", true)]
    [InlineData("1700000000000", "1700000000000", false)]
    public void The_message_that_shows_progress_is_read_as_this_and_older_versions_stored_it(
        string stored,
        string id,
        bool isStream
    )
    {
        var message = ProgressMessage.Parse(stored);
        message.ShouldBe(new(id, isStream));
        ProgressMessage.Parse(message.ToJson()).ShouldBe(message);
    }
}
