using MetaKube.Chat;
using MetaKube.Fakes.Slack;
using MetaKube.Fakes.Teams;
using MetaKube.Redis;
using MetaKube.Tests.Redis;
using MetaKube.Tests.Slack;
using MetaKube.Tests.Teams;
using Microsoft.Extensions.DependencyInjection;

namespace MetaKube.Tests.Chat;

/// <summary>The platform of a conversation and its transport.</summary>
public enum Platform
{
    SlackHttp,
    SlackSockets,
    TeamsFake,
    TeamsPlayground,
}

/// <summary>Actions of two people in one channel, on any platform.</summary>
internal abstract class ChatDriver(ChatFixture chat) : IAsyncDisposable
{
    public ChatFixture Chat => chat;

    public static async Task<ChatDriver> StartAsync(
        Platform platform,
        MemoryServer server,
        params string[] scenarios
    ) =>
        platform switch
        {
            Platform.SlackHttp or Platform.SlackSockets => new SlackDriver(
                await SlackFixture.StartAsync(
                    platform == Platform.SlackHttp ? SlackTransport.Http : SlackTransport.Sockets,
                    server,
                    scenarios
                )
            ),
            _ => new TeamsDriver(
                await TeamsFixture.StartAsync(
                    platform == Platform.TeamsFake ? TeamsSide.Fake : TeamsSide.Playground,
                    server,
                    [],
                    scenarios
                )
            ),
        };

    /// <summary>Ada asks in the channel; the thread is named.</summary>
    public abstract Task<string> AskAsync(string text);

    /// <summary>Bob says something to the bot in a thread.</summary>
    public abstract Task FollowUpAsync(string thread, string text);

    /// <summary>The whole text of an answer in a thread, by its number from 1.</summary>
    public abstract Task<string> AnswerAsync(string thread, int number);

    /// <summary>The first reply in a thread that contains something.</summary>
    public abstract Task<string> ReplyAsync(string thread, string containing);

    /// <summary>Bob clicks a button of an answer.</summary>
    public abstract Task ClickAsync(string thread, int number, string verb);

    /// <summary>Ada fills in the form of an answer.</summary>
    public abstract Task FillInAsync(string thread, int number, string what, string cause);

    /// <summary>Ada puts a thumb up to an answer, or takes it away.</summary>
    public abstract Task ThumbAsync(string thread, int number, bool isAdded);

    /// <summary>The link to an answer.</summary>
    public abstract string AddressOf(string thread, int number);

    public abstract string Ada { get; }

    public abstract string Bob { get; }

    /// <summary>The number of answers in a thread.</summary>
    public abstract int AnswersIn(string thread);

    /// <summary>Waits for a thread that the bot started, and returns it.</summary>
    public abstract Task<string> StartedAsync(string text);

    protected abstract ThreadRef Channel { get; }

    /// <summary>An alert comes from a monitoring system, for the channel.</summary>
    public Task AlertAsync(string id, string incident, string text, bool isResolved) =>
        chat
            .Bot.Services.GetRequiredService<WorkQueue>()
            .AddAsync(
                new WorkItem.Alert
                {
                    Id = id,
                    At = TimeProvider.System.GetUtcNow(),
                    Threads = [Channel],
                    Group = incident,
                    Text = text,
                    IsResolved = isResolved,
                },
                TestContext.Current.CancellationToken
            );

    public ValueTask DisposeAsync() => chat.DisposeAsync();

    private sealed class SlackDriver(SlackFixture chat) : ChatDriver(chat)
    {
        private const string ChannelId = "C0INCIDENTS";

        private FakeSlack Slack => chat.Slack;

        public override string Ada => "U0ADA";

        public override string Bob => "U0BOB";

        protected override ThreadRef Channel => new("slack", ChannelId, "");

        public override async Task<string> AskAsync(string text) =>
            (await Slack.Events.SayAsync(ChannelId, Ada, $"<@{FakeSlack.BotUser}> {text}")).Ts;

        public override Task FollowUpAsync(string thread, string text) =>
            Slack.Events.SayAsync(ChannelId, Bob, $"<@{FakeSlack.BotUser}> {text}", thread);

        public override async Task<string> AnswerAsync(string thread, int number)
        {
            await Slack.UntilAsync(() => Of(thread, "/answer").Count >= number, what: "the answer");
            var (answer, before) = (Of(thread, "/answer")[number - 1], Of(thread, "/details").Count);
            await Slack.Events.ClickAsync(Bob, answer, "metakube.details");
            await Slack.UntilAsync(() => Of(thread, "/details").Count > before, what: "the details");
            return $"{answer.Text}\n{Of(thread, "/details")[^1].Text}";
        }

        public override async Task<string> ReplyAsync(string thread, string containing)
        {
            FakeMessage? Found() =>
                Of(thread, "/reply")
                    .FirstOrDefault(message => message.Text.Contains(containing, StringComparison.Ordinal));
            await Slack.UntilAsync(() => Found() is not null, what: $"a reply with {containing}");
            return Found()!.Text;
        }

        public override Task ClickAsync(string thread, int number, string verb) =>
            Slack.Events.ClickAsync(Bob, Of(thread, "/answer")[number - 1], $"metakube.{verb}");

        public override async Task FillInAsync(string thread, int number, string what, string cause)
        {
            await Slack.Events.ClickAsync(Ada, Of(thread, "/answer")[number - 1], "metakube.what");
            await Slack.UntilAsync(() => Slack.Views.Count == 1, what: "the form");
            await Slack.Events.SubmitAsync(Ada, Slack.Views.Keys.Single(), what, cause);
        }

        public override Task ThumbAsync(string thread, int number, bool isAdded) =>
            Slack.Events.ReactAsync(Ada, Of(thread, "/answer")[number - 1], "+1", isAdded);

        public override string AddressOf(string thread, int number) =>
            $"archives/{ChannelId}/p{Of(thread, "/answer")[number - 1].Ts.Replace(".", "", StringComparison.Ordinal)}";

        public override int AnswersIn(string thread) => Of(thread, "/answer").Count;

        public override async Task<string> StartedAsync(string text)
        {
            FakeMessage? Found() =>
                Slack.Messages.Values.FirstOrDefault(message =>
                    message is { IsOurs: true, Thread: null } && message.Text.Contains(text, StringComparison.Ordinal)
                );
            await Slack.UntilAsync(() => Found() is not null, what: "a thread of the bot's own");
            return Found()!.Ts;
        }

        private List<FakeMessage> Of(string thread, string part) =>
            [
                .. Slack
                    .ThreadOf(ChannelId, thread)
                    .Where(message => message.Key?.EndsWith(part, StringComparison.Ordinal) == true),
            ];
    }

    private sealed class TeamsDriver(TeamsFixture chat) : ChatDriver(chat)
    {
        private TeamsClient Client => chat.Client;

        public override string Ada => Client.Ada.ObjectId;

        public override string Bob => Client.Bob.ObjectId;

        protected override ThreadRef Channel => new("teams", Client.Channel, "");

        public override Task<string> AskAsync(string text) => Client.SayAsync(Client.Ada, Client.Channel, text);

        public override Task FollowUpAsync(string thread, string text) => Client.SayAsync(Client.Bob, thread, text);

        public override async Task<string> AnswerAsync(string thread, int number) =>
            (await chat.AnswerAsync(thread, number)).Text;

        public override async Task<string> ReplyAsync(string thread, string containing)
        {
            TeamsMessage? Found() =>
                Client
                    .ThreadOf(thread)
                    .FirstOrDefault(message =>
                        message.IsReply && message.Text.Contains(containing, StringComparison.Ordinal)
                    );
            await Client.UntilAsync(() => Found() is not null, $"a reply with {containing}");
            return Found()!.Text;
        }

        public override Task ClickAsync(string thread, int number, string verb) =>
            Client.ClickAsync(Client.Bob, Client.AnswersIn(thread)[number - 1], verb);

        public override Task FillInAsync(string thread, int number, string what, string cause) =>
            Client.ClickAsync(
                Client.Ada,
                Client.AnswersIn(thread)[number - 1],
                "what",
                ("what", what),
                ("cause", cause)
            );

        public override Task ThumbAsync(string thread, int number, bool isAdded) =>
            Client.ReactAsync(Client.Ada, Client.AnswersIn(thread)[number - 1], "like", isAdded);

        public override string AddressOf(string thread, int number) =>
            $"l/message/{Uri.EscapeDataString(Client.Channel)}/{Client.AnswersIn(thread)[number - 1].Id}";

        public override int AnswersIn(string thread) => Client.AnswersIn(thread).Count;

        public override async Task<string> StartedAsync(string text)
        {
            string? Found() =>
                Client.Started.FirstOrDefault(conversation =>
                    Client.ThreadOf(conversation).Any(message => message.Text.Contains(text, StringComparison.Ordinal))
                );
            await Client.UntilAsync(() => Found() is not null, "a thread of the bot's own");
            return Found()!;
        }
    }
}
