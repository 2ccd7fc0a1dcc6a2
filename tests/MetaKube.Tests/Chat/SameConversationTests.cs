using MetaKube.Memory;
using MetaKube.Tests.Redis;

namespace MetaKube.Tests.Chat;

/// <summary>The same conversation on each platform, with the whole bot.</summary>
public sealed class SameConversationTests
{
    [Theory]
    [InlineData(Platform.SlackHttp, MemoryServer.Garnet)]
    [InlineData(Platform.SlackSockets, MemoryServer.Redis)]
    [InlineData(Platform.TeamsFake, MemoryServer.Garnet)]
    [InlineData(Platform.TeamsPlayground, MemoryServer.Garnet)]
    [InlineData(Platform.TeamsPlayground, MemoryServer.Redis)]
    public async Task A_question_is_answered_gone_on_with_judged_and_remembered(Platform platform, MemoryServer server)
    {
        await using var talk = await Talk.StartAsync(platform, server, "config-missing-secret");

        var thread = await talk.AskAsync("why is checkout crashing?");
        var answer = await talk.AnswerAsync(thread, 1);
        answer.ShouldContain("config.missing-secret");
        answer.ShouldContain("kubectl");
        answer.ShouldContain("Secret checkout");

        await talk.FollowUpAsync(thread, "show the events please");
        (await talk.ReplyAsync(thread, "Events of")).ShouldContain("Deployment");
        await talk.ClickAsync(thread, 1, "deeper");
        (await talk.AnswerAsync(thread, 2)).ShouldContain("worked out");

        await talk.ThumbAsync(thread, 1, isAdded: true);
        await ChatRoom.UntilAsync(async () => await VoteAsync(talk, talk.Ada) is { Verdict: FeedbackKind.Helpful });
        await talk.ThumbAsync(thread, 1, isAdded: false);
        await ChatRoom.UntilAsync(async () => await VoteAsync(talk, talk.Ada) is null);
        await talk.ClickAsync(thread, 1, "fixed");
        await talk.Room.UntilLearntAsync("config.missing-secret");
        await talk.FillInAsync(thread, 1, "created the secret", "");
        await ChatRoom.UntilAsync(async () =>
            await VoteAsync(talk, talk.Ada) is { Verdict: FeedbackKind.Fixed, Fix: "created the secret" }
        );
        (await VoteAsync(talk, talk.Bob))!.Verdict.ShouldBe(FeedbackKind.Fixed);

        var again = await talk.AskAsync("checkout crashes again");
        var remembered = await talk.AnswerAsync(again, 1);
        remembered.ShouldContain("answered from memory");
        remembered.ShouldContain(talk.AddressOf(thread, 1));
        remembered.ShouldContain("created the secret");
        await talk.Room.UntilIdleAsync();
        (talk.AnswersIn(thread), talk.AnswersIn(again)).ShouldBe((2, 1));
    }

    [Theory]
    [InlineData(Platform.SlackHttp)]
    [InlineData(Platform.TeamsFake)]
    [InlineData(Platform.TeamsPlayground)]
    public async Task An_alert_starts_a_thread_of_its_own_until_it_is_resolved(Platform platform)
    {
        await using var talk = await Talk.StartAsync(platform, MemoryServer.Garnet, "config-missing-secret");
        // Somebody has written there before: where a channel of Teams is reached is known from that.
        await talk.AnswerAsync(await talk.AskAsync("why is checkout crashing?"), 1);

        await talk.AlertAsync("alert-1", "checkout", "KubePodCrashLooping: deployment checkout", isResolved: false);
        var thread = await talk.StartedAsync("KubePodCrashLooping");
        (await talk.AnswerAsync(thread, 1)).ShouldContain("config.missing-secret");
        // Told again, it is the same incident.
        await talk.AlertAsync("alert-2", "checkout", "KubePodCrashLooping: deployment checkout", isResolved: false);
        await talk.AlertAsync("alert-3", "checkout", "KubePodCrashLooping: deployment checkout", isResolved: true);
        await talk.ReplyAsync(thread, "Resolved");
        await talk.Room.UntilIdleAsync();
        talk.AnswersIn(thread).ShouldBe(1);
    }

    private static async Task<Feedback?> VoteAsync(Talk talk, string person) =>
        (await talk.Room.EpisodesAsync())
            .SelectMany(episode => episode.Votes)
            .FirstOrDefault(vote => vote.Key.EndsWith($":{person}", StringComparison.Ordinal))
            .Value;
}
