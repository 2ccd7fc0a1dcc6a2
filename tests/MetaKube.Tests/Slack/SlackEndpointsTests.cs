using System;
using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using MetaKube.Evaluation.Slack;

namespace MetaKube.Tests.Slack;

/// <summary>Who is not Slack gets no further than the door.</summary>
public sealed class SlackEndpointsTests
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

    public static TheoryData<string, string?, string?> Forged =>
        new()
        {
            { "no headers", null, null },
            { "no signature", Now(), null },
            { "no timestamp", null, FakeSlack.Sign(Now(), Mention) },
            { "another secret", Now(), FakeSlack.Sign(Now(), Mention, "another") },
            { "an empty secret", Now(), FakeSlack.Sign(Now(), Mention, "") },
            { "the secret decoded from hex", Now(), FakeSlack.Sign(Now(), Mention, Convert.ToHexString([0x8f, 0x74])) },
            { "stale", Now(310), FakeSlack.Sign(Now(310), Mention) },
            { "from the future", Now(-310), FakeSlack.Sign(Now(-310), Mention) },
            { "a timestamp that is none", "yesterday", FakeSlack.Sign("yesterday", Mention) },
            { "a negative timestamp", "-1", FakeSlack.Sign("-1", Mention) },
            { "another body", Now(), FakeSlack.Sign(Now(), Encoding.UTF8.GetBytes("{}")) },
            { "upper case", Now(), FakeSlack.Sign(Now(), Mention).ToUpperInvariant() },
            { "without v0=", Now(), FakeSlack.Sign(Now(), Mention)[3..] },
        };

    [Theory]
    [MemberData(nameof(Forged))]
    public async Task A_request_that_slack_did_not_sign_is_refused_and_nothing_happens(
        string what,
        string? timestamp,
        string? signature
    )
    {
        await using var room = await Room.StartAsync(SlackTransport.Http);
        foreach (var path in (string[])[Events, Interactivity])
            (await PostAsync(room, path, Mention, timestamp, signature)).ShouldBe(HttpStatusCode.Unauthorized, what);
        await ShouldHaveDoneNothingAsync(room);
    }

    [Fact]
    public async Task What_is_signed_but_malformed_or_too_large_is_refused_and_nothing_happens()
    {
        await using var room = await Room.StartAsync(SlackTransport.Http);
        foreach (
            var (path, body) in ((string, string)[])
                [
                    (Events, "{"),
                    (Events, "[]"),
                    (Events, "null"),
                    (Events, ""),
                    (
                        Events,
                        """{"type":"event_callback","event":{"type":"app_mention","channel":"C1","ts":"1.1","user":7}}"""
                    ),
                    (Interactivity, "payload=%7B"),
                    (Interactivity, "no=payload"),
                    (Interactivity, "payload=[]"),
                ]
        )
            (await PostSignedAsync(room, path, Encoding.UTF8.GetBytes(body))).ShouldBe(
                HttpStatusCode.BadRequest,
                $"{path} {body}"
            );
        foreach (
            var body in (string[])
                [
                    """{"type":"event_callback"}""",
                    """{"type":"event_callback","event":[]}""",
                    """{"type":"event_callback","event":{"type":"message","ts":{}}}""",
                    """{"type":"unknown"}""",
                    """{"type":"app_rate_limited"}""",
                    """{"type":"event_callback","event":{"type":"app_mention","channel":"C1","ts":"x"}}""",
                ]
        )
            (await PostSignedAsync(room, Events, Encoding.UTF8.GetBytes(body))).ShouldBe(HttpStatusCode.OK, body);
        foreach (
            var payload in (string[])
                [
                    """{"type":"block_actions","actions":[{"action_id":"metakube.fixed","value":"x"}]}""",
                    """{"type":"view_submission","view":{"callback_id":"metakube.what"}}""",
                ]
        )
            (
                await PostSignedAsync(
                    room,
                    Interactivity,
                    Encoding.UTF8.GetBytes($"payload={Uri.EscapeDataString(payload)}")
                )
            ).ShouldBeOneOf(HttpStatusCode.OK, HttpStatusCode.BadRequest);
        (await PostSignedAsync(room, Events, new byte[2 * 1024 * 1024])).ShouldBe(HttpStatusCode.RequestEntityTooLarge);
        await ShouldHaveDoneNothingAsync(room);
    }

    [Fact]
    public async Task The_same_request_again_is_accepted_and_does_nothing_more()
    {
        await using var room = await Room.StartAsync(SlackTransport.Http);
        var root = room.Slack.Write(Channel, "U0ADA", "help");
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
            (await PostAsync(room, Events, body, timestamp, signature)).ShouldBe(HttpStatusCode.OK);
        await room.ReplyAsync(root);
        await ShouldHaveDoneNothingAsync(room, replies: 1);
    }

    [Fact]
    public async Task Slack_may_verify_the_address_by_a_challenge()
    {
        await using var room = await Room.StartAsync(SlackTransport.Http);
        var body = Encoding.UTF8.GetBytes("""{"type":"url_verification","challenge":"3eZbrw1a","token":"x"}""");
        using var answer = await room.Slack.Events.PostAsync(Events, body, isForm: false);
        (await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).ShouldBe(
            """{"challenge":"3eZbrw1a"}"""
        );
    }

    /// <summary>A question that comes after it is answered, and that is all there is.</summary>
    private static async Task ShouldHaveDoneNothingAsync(Room room, int replies = 0)
    {
        await room.ReplyAsync(await room.Slack.Events.SayAsync("D0ADA", "U0ADA", "help"));
        room.Slack.Messages.Values.Count(message => message.IsOurs).ShouldBe(replies + 1);
    }

    private static Task<HttpStatusCode> PostSignedAsync(Room room, string path, byte[] body)
    {
        var timestamp = Now();
        return PostAsync(room, path, body, timestamp, FakeSlack.Sign(timestamp, body));
    }

    private static async Task<HttpStatusCode> PostAsync(
        Room room,
        string path,
        byte[] body,
        string? timestamp,
        string? signature
    )
    {
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(room.Bot.Address, path))
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
