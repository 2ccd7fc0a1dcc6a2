using MetaKube.Chat;
using MetaKube.Fakes.Slack;
using MetaKube.Redis;
using Microsoft.Extensions.DependencyInjection;

namespace MetaKube.Tests.Slack;

public sealed class StoredOutboxTests
{
    private const string Channel = "C0INCIDENTS",
        Ada = "U0ADA",
        Work = "slack:event:stored";

    [Fact]
    public async Task The_outbox_of_an_older_version_is_posted_once()
    {
        await using var chat = await SlackFixture.StartAsync(SlackTransport.Http);
        var asked = await chat.Slack.Events.SayAsync(Channel, Ada, "checkout is down");
        var connection = await chat.Bot.Memory.ConnectAsync(TestContext.Current.CancellationToken);
        await connection.RunAsync(
            db =>
                db.StringSetAsync(
                    chat.Bot.Memory.Keys.Outbox(Work),
                    """{"messages":[{"part":"reply","payload":"{\"text\":\"decided before the upgrade\"}"}]}"""
                ),
            TestContext.Current.CancellationToken
        );
        await chat
            .Bot.Services.GetRequiredService<WorkQueue>()
            .AddAsync(
                new WorkItem.Mention
                {
                    Id = Work,
                    At = TimeProvider.System.GetUtcNow(),
                    Thread = new("slack", Channel, asked.Ts),
                    Message = asked.Ts,
                    User = Ada,
                    Text = "why is checkout down?",
                    IsAddressed = true,
                },
                TestContext.Current.CancellationToken
            );
        (await chat.ReplyAsync(asked)).Text.ShouldContain("decided before the upgrade");
        await chat.UntilIdleAsync();
        chat.Slack.ThreadOf(Channel, asked.Ts).Count(message => message.IsOurs).ShouldBe(1);
    }
}
