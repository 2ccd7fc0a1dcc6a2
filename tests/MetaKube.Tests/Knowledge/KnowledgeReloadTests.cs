using MetaKube.ChatOps.Health;
using MetaKube.ChatOps.Knowledge;
using MetaKube.Fakes.Slack;
using MetaKube.Faults;
using MetaKube.Tests.Chat;
using MetaKube.Tests.Redis;
using MetaKube.Tests.Slack;
using Microsoft.Extensions.Options;

namespace MetaKube.Tests.Knowledge;

/// <summary>The bot as a whole, with a folder that changes while it runs.</summary>
[Collection(nameof(KnowledgeLibrary))]
public sealed class KnowledgeReloadTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose()
    {
        KnowledgeLibrary.Use(KnowledgeLibrary.BuiltIn);
        folder.Dispose();
    }

    [Fact]
    public async Task A_runbook_that_is_dropped_in_stands_in_the_next_answer_and_a_broken_one_is_named()
    {
        await using var chat = await SlackFixture.StartAsync(
            SlackTransport.Http,
            MemoryServer.Garnet,
            new Dictionary<string, string> { ["Knowledge:Directories:0"] = folder.Path },
            "config-missing-secret"
        );
        (await AnswerAsync(chat)).ShouldNotContain("Your runbook");

        folder.Write("broken.md", "---\nname: broken\n---\n");
        folder.Write(
            "secret.md",
            """
            ---
            name: checkout-secret
            description: Use when a Secret is missing.
            faults: [config.missing-secret]
            ---
            # <!channel> *Mend* the Secret
            1. Ask <@U1> for the vault role, see https://wiki.example.com/vault
            2. Sync it.
            """
        );
        await ChatFixture.UntilAsync(() => Task.FromResult(KnowledgeLibrary.Current.Runbooks.Count == 1));

        var answer = await AnswerAsync(chat);
        answer.ShouldContain("Your runbook: <!channel> *Mend* the Secret");
        answer.ShouldContain("1. Ask <@U1> for the vault role");
        answer.ShouldContain("2. Sync it.");
        answer.ShouldContain("https://wiki.example.com/vault");
        await NamesTheBrokenOneAsync();

        File.Delete(Path.Combine(folder.Path, "secret.md"));
        await ChatFixture.UntilAsync(() => Task.FromResult(KnowledgeLibrary.Current.Runbooks.Count == 0));
        (await AnswerAsync(chat)).ShouldNotContain("Your runbook");
    }

    private static async Task<string> AnswerAsync(SlackFixture chat)
    {
        var asked = await chat.Slack.Events.SayAsync(
            "C0INCIDENTS",
            "U0ADA",
            $"<@{FakeSlack.BotUser}> why is checkout crashing?"
        );
        return $"{(await chat.AnswerAsync(asked)).Text}\n{(await chat.DetailsAsync(asked)).Text}";
    }

    private async Task NamesTheBrokenOneAsync()
    {
        var options = new KnowledgeOptions();
        options.Directories.Add(folder.Path);
        var results = await new KnowledgeCheck(Options.Create(options)).RunAsync(TestContext.Current.CancellationToken);
        results[0].Summary.ShouldContain("1 runbooks");
        results[1].Summary.ShouldContain("broken.md, line 2, column 1: 'description' is missing");
    }
}
