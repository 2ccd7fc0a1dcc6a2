using System;
using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using MetaKube.Fakes.Slack;

namespace MetaKube.Tests.Slack;

/// <summary>Requests that Slack did not sign, and signed requests that are malformed.</summary>
public sealed class SlackIntakeTests
{
    private const string Channel = "C0INCIDENTS",
        Events = "/slack/events",
        Interactivity = "/slack/interactivity";

    private static readonly byte[] Mention = Encoding.UTF8.GetBytes(
        FakeEvents
            .Envelope(
                new()
                {
                    ["type"] = "app_mention",
                    ["user"] = "U0EVE",
                    ["text"] = $"<@{FakeSlack.BotUser}> help",
                    ["channel"] = Channel,
                    ["ts"] = "1700000000.000100",
                    ["event_ts"] = "1700000000.000100",
                },
                "EvDOOR"
            )
            .ToJsonString()
    );

    private static string Now(int secondsAgo = 0) =>
        TimeProvider
            .System.GetUtcNow()
            .AddSeconds(-secondsAgo)
            .ToUnixTimeSeconds()
            .ToString(CultureInfo.InvariantCulture);

    /// <summary>
    /// Timestamp and signature by what is wrong with them. They are made when the test runs: those made when the tests
    /// are listed would be five minutes old, or no longer from the future, in a long run.
    /// </summary>
    private static readonly Dictionary<string, Func<(string? Timestamp, string? Signature)>> Forgeries = new()
    {
        ["no headers"] = () => (null, null),
        ["no signature"] = () => (Now(), null),
        ["no timestamp"] = () => (null, FakeSlack.Sign(Now(), Mention)),
        ["another secret"] = () => Signed(Now(), timestamp => FakeSlack.Sign(timestamp, Mention, "another")),
        ["an empty secret"] = () => Signed(Now(), timestamp => FakeSlack.Sign(timestamp, Mention, "")),
        ["the secret decoded from hex"] = () =>
            Signed(Now(), timestamp => FakeSlack.Sign(timestamp, Mention, Convert.ToHexString([0x8f, 0x74]))),
        ["stale"] = () => Signed(Now(310), timestamp => FakeSlack.Sign(timestamp, Mention)),
        ["from the future"] = () => Signed(Now(-310), timestamp => FakeSlack.Sign(timestamp, Mention)),
        ["a timestamp that is not a number"] = () =>
            Signed("yesterday", timestamp => FakeSlack.Sign(timestamp, Mention)),
        ["a negative timestamp"] = () => Signed("-1", timestamp => FakeSlack.Sign(timestamp, Mention)),
        ["another body"] = () => Signed(Now(), timestamp => FakeSlack.Sign(timestamp, "{}"u8.ToArray())),
        ["upper case"] = () => Signed(Now(), timestamp => FakeSlack.Sign(timestamp, Mention).ToUpperInvariant()),
        ["without v0="] = () => Signed(Now(), timestamp => FakeSlack.Sign(timestamp, Mention)[3..]),
    };

    public static TheoryData<string> ForgeryNames => [.. Forgeries.Keys];

    [Theory]
    [MemberData(nameof(ForgeryNames))]
    public async Task A_request_that_slack_did_not_sign_is_refused_and_nothing_happens(string forgery)
    {
        await using var chat = await SlackFixture.StartAsync(SlackTransport.Http);
        foreach (var path in (string[])[Events, Interactivity])
        {
            var (timestamp, signature) = Forgeries[forgery]();
            (await PostAsync(chat, path, Mention, timestamp, signature)).ShouldBe(HttpStatusCode.Unauthorized, forgery);
        }
        await ShouldHaveDoneNothingAsync(chat);
    }

    private static (string Timestamp, string Signature) Signed(string timestamp, Func<string, string> sign) =>
        (timestamp, sign(timestamp));

    /// <summary>Signed requests without the required content: 400.</summary>
    private static readonly (string Path, string Body)[] Malformed =
    [
        (Events, "{"),
        (Events, "[]"),
        (Events, "null"),
        (Events, ""),
        (Events, """{"type":"event_callback","event":{"type":"app_mention","channel":"C1","ts":"1.1","user":7}}"""),
        (Interactivity, "payload=%7B"),
        (Interactivity, "no=payload"),
        (Interactivity, "payload=[]"),
    ];

    /// <summary>Signed events that the bot ignores: 200, so that Slack does not send them again.</summary>
    private static readonly string[] Ignored =
    [
        """{"type":"event_callback"}""",
        """{"type":"event_callback","event":[]}""",
        """{"type":"event_callback","event":{"type":"message","ts":{}}}""",
        """{"type":"unknown"}""",
        """{"type":"app_rate_limited"}""",
        """{"type":"event_callback","event":{"type":"app_mention","channel":"C1","ts":"x"}}""",
    ];

    /// <summary>Signed interactions that lack parts.</summary>
    private static readonly string[] Incomplete =
    [
        """{"type":"block_actions","actions":[{"action_id":"metakube.fixed","value":"x"}]}""",
        """{"type":"view_submission","view":{"callback_id":"metakube.what"}}""",
    ];

    [Fact]
    public async Task A_signed_request_that_is_malformed_or_too_large_is_refused_and_nothing_happens()
    {
        await using var chat = await SlackFixture.StartAsync(SlackTransport.Http);
        foreach (var (path, body) in Malformed)
            (await PostSignedAsync(chat, path, Encoding.UTF8.GetBytes(body))).ShouldBe(
                HttpStatusCode.BadRequest,
                $"{path} {body}"
            );
        foreach (var body in Ignored)
            (await PostSignedAsync(chat, Events, Encoding.UTF8.GetBytes(body))).ShouldBe(HttpStatusCode.OK, body);
        foreach (var payload in Incomplete)
        {
            var body = Encoding.UTF8.GetBytes($"payload={Uri.EscapeDataString(payload)}");
            (await PostSignedAsync(chat, Interactivity, body)).ShouldBeOneOf(
                HttpStatusCode.OK,
                HttpStatusCode.BadRequest
            );
        }
        (await PostSignedAsync(chat, Events, new byte[2 * 1024 * 1024])).ShouldBe(HttpStatusCode.RequestEntityTooLarge);
        await ShouldHaveDoneNothingAsync(chat);
    }

    [Fact]
    public async Task The_same_request_again_is_accepted_and_does_nothing_more()
    {
        await using var chat = await SlackFixture.StartAsync(SlackTransport.Http);
        var root = chat.Slack.Write(Channel, "U0ADA", "help");
        var body = Encoding.UTF8.GetBytes(
            FakeEvents
                .Envelope(
                    new()
                    {
                        ["type"] = "app_mention",
                        ["user"] = "U0ADA",
                        ["text"] = $"<@{FakeSlack.BotUser}> help",
                        ["channel"] = Channel,
                        ["ts"] = root.Ts,
                        ["event_ts"] = root.Ts,
                    }
                )
                .ToJsonString()
        );
        var (timestamp, signature) = (Now(), "");
        signature = FakeSlack.Sign(timestamp, body);
        for (var i = 0; i < 5; i++)
            (await PostAsync(chat, Events, body, timestamp, signature)).ShouldBe(HttpStatusCode.OK);
        await chat.ReplyAsync(root);
        await ShouldHaveDoneNothingAsync(chat, replies: 1);
    }

    [Fact]
    public async Task Slack_may_verify_the_address_by_a_challenge()
    {
        await using var chat = await SlackFixture.StartAsync(SlackTransport.Http);
        var body = Encoding.UTF8.GetBytes("""{"type":"url_verification","challenge":"3eZbrw1a","token":"x"}""");
        using var answer = await chat.Slack.Events.PostAsync(Events, body, isForm: false);
        (await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).ShouldBe(
            """{"challenge":"3eZbrw1a"}"""
        );
    }

    /// <summary>A question that comes after it is answered, and that is all there is.</summary>
    private static async Task ShouldHaveDoneNothingAsync(SlackFixture chat, int replies = 0)
    {
        await chat.ReplyAsync(await chat.Slack.Events.SayAsync("D0ADA", "U0ADA", "help"));
        chat.Slack.Messages.Values.Count(message => message.IsOurs).ShouldBe(replies + 1);
    }

    private static Task<HttpStatusCode> PostSignedAsync(SlackFixture chat, string path, byte[] body)
    {
        var timestamp = Now();
        return PostAsync(chat, path, body, timestamp, FakeSlack.Sign(timestamp, body));
    }

    private static async Task<HttpStatusCode> PostAsync(
        SlackFixture chat,
        string path,
        byte[] body,
        string? timestamp,
        string? signature
    )
    {
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(chat.Bot.Address, path))
        {
            Content = new ByteArrayContent(body),
        };
        if (timestamp is not null)
            request.Headers.TryAddWithoutValidation("X-Slack-Request-Timestamp", timestamp);
        if (signature is not null)
            request.Headers.TryAddWithoutValidation("X-Slack-Signature", signature);
        using var response = await http.SendAsync(request, TestContext.Current.CancellationToken);
        return response.StatusCode;
    }
}
