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
    public async Task A_question_is_answered_followed_up_judged_and_remembered(Platform platform, MemoryServer server)
    {
        await using var driver = await ChatDriver.StartAsync(platform, server, "config-missing-secret");

        var thread = await driver.AskAsync("why is checkout crashing?");
        var answer = await driver.AnswerAsync(thread, 1);
        answer.ShouldContain("config.missing-secret");
        answer.ShouldContain("kubectl");
        answer.ShouldContain("Secret checkout");

        await driver.FollowUpAsync(thread, "show the events please");
        (await driver.ReplyAsync(thread, "Events of")).ShouldContain("Deployment");
        await driver.ClickAsync(thread, 1, "deeper");
        // The same answer comes in words instead of by the same card.
        await driver.Chat.UntilIdleAsync();

        await JudgeAsync(driver, thread);

        var again = await driver.AskAsync("checkout crashes again");
        var remembered = await driver.AnswerAsync(again, 1);
        remembered.ShouldContain("answered from memory");
        remembered.ShouldContain(driver.AddressOf(thread, 1));
        remembered.ShouldContain("created the secret");
        await driver.Chat.UntilIdleAsync();
        (driver.AnswersIn(thread), driver.AnswersIn(again)).ShouldBe(
            (driver.Chat is MetaKube.Tests.Teams.TeamsFixture ? 2 : 1, 1)
        );
    }

    /// <summary>Ada adds and withdraws a thumb; Bob clicks that it is fixed; Ada says how.</summary>
    private static async Task JudgeAsync(ChatDriver driver, string thread)
    {
        await driver.ThumbAsync(thread, 1, isAdded: true);
        await ChatFixture.UntilAsync(async () => await VoteAsync(driver, driver.Ada) is { Kind: FeedbackKind.Helpful });
        await driver.ThumbAsync(thread, 1, isAdded: false);
        await ChatFixture.UntilAsync(async () => await VoteAsync(driver, driver.Ada) is null);
        await driver.ClickAsync(thread, 1, "fixed");
        await driver.Chat.UntilLearntAsync("config.missing-secret");
        await driver.FillInAsync(thread, 1, "created the secret", "");
        await ChatFixture.UntilAsync(async () =>
            await VoteAsync(driver, driver.Ada) is { Kind: FeedbackKind.Fixed, Fix: "created the secret" }
        );
        (await VoteAsync(driver, driver.Bob))!.Kind.ShouldBe(FeedbackKind.Fixed);
    }

    [Theory]
    [InlineData(Platform.SlackHttp)]
    [InlineData(Platform.TeamsFake)]
    [InlineData(Platform.TeamsPlayground)]
    public async Task An_alert_starts_a_thread_of_its_own_until_it_is_resolved(Platform platform)
    {
        await using var driver = await ChatDriver.StartAsync(platform, MemoryServer.Garnet, "config-missing-secret");
        // The bot learns the address of a Teams channel from an earlier message.
        await driver.AnswerAsync(await driver.AskAsync("why is checkout crashing?"), 1);

        await driver.AlertAsync("alert-1", "checkout", "KubePodCrashLooping: deployment checkout", isResolved: false);
        var thread = await driver.StartedAsync("KubePodCrashLooping");
        (await driver.AnswerAsync(thread, 1)).ShouldContain("config.missing-secret");
        // A repeated notification belongs to the same incident.
        await driver.AlertAsync("alert-2", "checkout", "KubePodCrashLooping: deployment checkout", isResolved: false);
        await driver.AlertAsync("alert-3", "checkout", "KubePodCrashLooping: deployment checkout", isResolved: true);
        await driver.ReplyAsync(thread, "Resolved");
        await driver.Chat.UntilIdleAsync();
        driver.AnswersIn(thread).ShouldBe(1);
    }

    private static async Task<Feedback?> VoteAsync(ChatDriver driver, string person) =>
        (await driver.Chat.EpisodesAsync())
            .SelectMany(episode => episode.FeedbackByPerson)
            .FirstOrDefault(vote => vote.Key.EndsWith($":{person}", StringComparison.Ordinal))
            .Value;
}
