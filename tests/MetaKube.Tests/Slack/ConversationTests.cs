using MetaKube.Evaluation;
using MetaKube.Evaluation.Slack;
using MetaKube.Tests.Redis;

namespace MetaKube.Tests.Slack;

/// <summary>The whole bot, in a workspace, asked about a simulated cluster.</summary>
public sealed class ConversationTests
{
    private const string Channel = "C0INCIDENTS", Ada = "U0ADA", Bob = "U0BOB";

    private static readonly string Us = $"<@{FakeSlack.BotUser}>";

    [Theory]
    [InlineData(SlackTransport.Http, MemoryServer.Garnet)]
    [InlineData(SlackTransport.Sockets, MemoryServer.Garnet)]
    [InlineData(SlackTransport.Sockets, MemoryServer.Redis)]
    public async Task What_fixed_it_in_one_thread_answers_the_next_from_memory_with_a_link_to_it(SlackTransport transport, MemoryServer server)
    {
        await using var room = await Room.StartAsync(transport, server, "config-missing-secret");

        var asked = await room.Slack.Events.SayAsync(Channel, Ada, $"{Us} why is checkout crashing?");
        var first = await room.AnswerAsync(asked);
        first.Text.ShouldContain("config.missing-secret");
        first.Text.ShouldContain("kubectl");
        await room.Slack.UntilAsync(() => room.Slack.ThreadOf(Channel, asked.Ts).Any(message => message.Key?.EndsWith("/details", StringComparison.Ordinal) == true));
        await room.Slack.UntilAsync(() => asked.Reactions.Count == 0 && room.Slack.Calls.Any(call => call.Method == "reactions.remove"), what: "the reaction goes away");

        await room.Slack.Events.ReactAsync(Bob, first, "white_check_mark");
        await room.UntilLearntAsync();

        var again = await room.Slack.Events.SayAsync(Channel, Bob, $"{Us} checkout crashes again");
        var second = await room.AnswerAsync(again);
        second.Text.ShouldContain("config.missing-secret");
        var details = await room.DetailsAsync(again);
        details.Text.ShouldContain("answered from memory");
        details.Text.ShouldContain($"https://fake.slack.com/archives/{Channel}/p{first.Ts.Replace(".", "", StringComparison.Ordinal)}");
    }
}
