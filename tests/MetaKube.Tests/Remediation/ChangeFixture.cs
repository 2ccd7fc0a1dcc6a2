using MetaKube.Chat;
using MetaKube.Fakes.Clusters;
using MetaKube.Fakes.Slack;
using MetaKube.Redis;
using MetaKube.Tests.Chat;
using MetaKube.Tests.Redis;
using MetaKube.Tests.Slack;
using Microsoft.Extensions.DependencyInjection;

namespace MetaKube.Tests.Remediation;

/// <summary>
/// A Slack channel in which Bob asked why orders is down. Ada may approve changes in namespace shop, Bob may not.
/// </summary>
internal sealed class ChangeFixture(SlackFixture chat, FakeMessage question, FakeMessage answer) : IAsyncDisposable
{
    public const string Channel = "C0INCIDENTS",
        Ada = "U0ADA",
        Bob = "U0BOB";

    public FakeSlack Slack => chat.Slack;

    public SimulatedCluster Cluster => chat.Cluster;

    public SlackFixture Chat => chat;

    public FakeMessage Answer => answer;

    public FakeMessage Question => question;

    /// <summary>The patches that were to be stored.</summary>
    public List<SimulatedWrite> Stored => [.. Cluster.Writes.Received.Where(write => !write.IsDryRun)];

    public int Replicas => ScaledToZero.ReplicasIn(Cluster);

    /// <param name="isHealthy">True if the pods become ready when the Deployment is scaled up.</param>
    /// <param name="more">Settings beside those that enable changes.</param>
    public static async Task<ChangeFixture> StartAsync(bool isHealthy = true, params (string Name, string Value)[] more)
    {
        var settings = new Dictionary<string, string>
        {
            ["Remediation:Enabled"] = "true",
            ["Remediation:As"] = ScaledToZero.Account,
            ["Remediation:Approvers:0:Users:0"] = $"slack:{Ada}",
            ["Remediation:Approvers:0:Namespaces:0"] = "shop",
        };
        foreach (var (name, value) in more)
            settings[name] = value;
        var chat = await SlackFixture.StartAsync(SlackTransport.Http, MemoryServer.Garnet, settings);
        ScaledToZero.AddTo(chat.Cluster);
        chat.Cluster.Writes.Reconcile = deployment => ScaledToZero.Reconcile(chat.Cluster, deployment, isHealthy);
        var question = await chat.Slack.Events.SayAsync(
            Channel,
            Bob,
            $"<@{FakeSlack.BotUser}> why is orders down in namespace shop?"
        );
        var answer = await chat.AnswerAsync(question);
        answer.Text.ShouldContain("scheduling.scaled-to-zero");
        return new(chat, question, answer);
    }

    /// <summary>Bob asks to see the change.</summary>
    public async Task<FakeMessage> ProposeAsync(int number = 1)
    {
        await ClickAsync(Bob, answer, "propose");
        return await ReplyAsync("accepts it as a dry run", number);
    }

    public Task ClickAsync(string user, FakeMessage message, string verb) =>
        Slack.Events.ClickAsync(user, message, $"metakube.{verb}");

    /// <summary>A reply in the thread that contains a text, by its number from 1.</summary>
    public async Task<FakeMessage> ReplyAsync(string containing, int number = 1)
    {
        List<FakeMessage> Found() =>
            [
                .. Slack
                    .ThreadOf(Channel, question.Ts)
                    .Where(message => message.IsReply && message.Text.Contains(containing, StringComparison.Ordinal)),
            ];
        await Slack.UntilAsync(
            () => Found().Count >= number,
            what: $"reply {number} with {containing}",
            more: () => string.Join('\n', Slack.ThreadOf(Channel, question.Ts).Select(message => message.Text))
        );
        return Found()[number - 1];
    }

    /// <summary>Waits until a person gets a message that only this person sees.</summary>
    public Task UntilToldAsync(string user, string containing) =>
        Slack.UntilAsync(
            () =>
                Slack.Ephemerals.Any(one =>
                    one.User == user && one.Text.Contains(containing, StringComparison.Ordinal)
                ),
            what: $"{user} is told {containing}"
        );

    /// <summary>The change as it is stored.</summary>
    public async Task<ProposedChange> ChangeAsync() =>
        (
            await chat.Bot.Services.GetRequiredService<ChangeStore>().ListAsync(TestContext.Current.CancellationToken)
        ).Single();

    /// <summary>The entries of the change's history, each with the id of the person before it.</summary>
    public async Task<IEnumerable<string>> HistoryAsync() =>
        (await ChangeAsync()).History.Select(one => $"{one.Who.Split(' ')[0]} {one.Description}");

    public ValueTask DisposeAsync() => chat.DisposeAsync();
}
