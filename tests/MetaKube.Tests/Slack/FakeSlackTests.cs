using System;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using MetaKube.ChatOps.Slack;
using MetaKube.Fakes.Chat;
using MetaKube.Fakes.Slack;

namespace MetaKube.Tests.Slack;

/// <summary>Slack's own clients in the fake workspace: what they understand, Slack would have said.</summary>
public sealed class FakeSlackTests
{
    private const string Channel = "C0BOLT",
        Ada = "U0ADA";

    [Theory]
    [InlineData("socket")]
    [InlineData("http")]
    public async Task Slacks_own_framework_hears_answers_opens_forms_and_reads_them(string mode)
    {
        await using var slack = await FakeSlack.StartAsync();
        using var app = new BoltApp(slack, mode);
        await app.UntilAsync("ready");
        if (mode == "http")
            slack.Events.Endpoint = new($"http://127.0.0.1:{app.Port}");
        slack.Scopes.UnionWith(["pins:write"]);

        var mention = await slack.Events.SayAsync(Channel, Ada, $"<@{FakeSlack.BotUser}> hello");
        await slack.UntilAsync(
            () => slack.ThreadOf(Channel, mention.Ts).Count == 2,
            what: "the echo",
            more: () => app.Log
        );
        var echo = slack.ThreadOf(Channel, mention.Ts)[1];
        echo.Text.ShouldContain("heard: ");
        var direct = await slack.Events.SayAsync("D0ADA", Ada, "direct");
        await slack.UntilAsync(() => slack.ThreadOf("D0ADA", direct.Ts).Count == 2, what: "the echo in private");

        await slack.Events.ReactAsync(Ada, echo, "eyes");
        (await app.UntilAsync("reaction")).GetProperty("on").GetString().ShouldBe(echo.Ts);
        await slack.Events.ClickAsync(Ada, echo, "form");
        await slack.UntilAsync(() => slack.Views.Count == 1, what: "the form", more: () => app.Log);
        var form = slack.Views.Keys.Single();
        (await slack.Events.SubmitAsync(Ada, form, "", null))!.ToJsonString().ShouldContain("say it");
        await slack.Events.SubmitAsync(Ada, form, "done", null);
        (await app.UntilAsync("submitted", line => line.GetProperty("value").GetString() == "done"))
            .GetProperty("value")
            .GetString()
            .ShouldBe("done");
    }

    [Fact]
    public async Task Slacks_own_framework_survives_a_refresh_of_its_socket()
    {
        await using var slack = await FakeSlack.StartAsync();
        using var app = new BoltApp(slack, "socket");
        await app.UntilAsync("ready");
        await slack.Sockets.RefreshAsync();
        await slack.UntilAsync(() => slack.Sockets.Opened >= 2, what: "another socket", more: () => app.Log);
        var again = await slack.Events.SayAsync(Channel, Ada, $"<@{FakeSlack.BotUser}> again");
        await slack.UntilAsync(() => slack.ThreadOf(Channel, again.Ts).Count == 2, what: "the echo after a refresh");
    }

    [Fact]
    public async Task Slacks_own_client_understands_answers_errors_scopes_streams_and_limits()
    {
        await using var slack = await FakeSlack.StartAsync();
        var limits = 1;
        slack.Fault = method => method == "team.info" && limits-- > 0 ? FakeFault.Limited : FakeFault.None;
        slack.Scopes.Add("team:read");
        using var app = new BoltApp(slack, "web");
        await app.EndedAsync();

        app["auth.test"].GetProperty("user").GetString().ShouldBe(FakeSlack.BotUser);
        app["conversations.replies"].GetProperty("key").GetString().ShouldBe("k1");
        app["reactions.add"].GetProperty("ok").GetBoolean().ShouldBeTrue();
        app["chat.update"].GetProperty("ok").GetBoolean().ShouldBeTrue();
        app["stream"].GetProperty("ok").GetBoolean().ShouldBeTrue();
        app["limited"].GetProperty("ok").GetBoolean().ShouldBeTrue();
        foreach (
            var (call, error) in new Dictionary<string, string>
            {
                ["reactions.add again"] = "already_reacted",
                ["chat.postMessage without a channel"] = "channel_not_found",
                ["chat.postMessage with 51 blocks"] = "invalid_blocks",
                ["pins.add"] = "missing_scope",
                ["no.method"] = "unknown_method",
                ["apps.connections.open"] = "not_allowed_token_type",
                ["views.open"] = "exchanged_trigger_id",
            }
        )
            app[call].GetProperty("error").GetString().ShouldBe(error, call);
        app["pins.add"].GetProperty("needed").GetString().ShouldBe("pins:write");
        slack.Calls.Count(call => call.Method == "team.info").ShouldBe(2);
    }

    [Fact]
    public void Each_method_that_we_use_is_known_with_its_scopes()
    {
        foreach (var method in SlackMethod.All)
        {
            FakeMethod.All.ShouldContainKey(method.Name);
            method.Scopes.ShouldBeSubsetOf(FakeMethod.All[method.Name].Scopes, method.Name);
            (method.Scopes.Count > 0).ShouldBe(FakeMethod.All[method.Name].Scopes.Count > 0, method.Name);
            if (!method.IsQuery)
                FakeMethod.All[method.Name].TakesJson.ShouldBeTrue(method.Name);
        }
    }

    private sealed class BoltApp : IDisposable
    {
        private readonly List<JsonElement> lines = [];
        private readonly System.Text.StringBuilder log = new();
        private readonly Process process;
        private readonly FakeSlack slack;

        public BoltApp(FakeSlack slack, string mode)
        {
            this.slack = slack;
            using (var free = new TcpListener(IPAddress.Loopback, 0))
            {
                free.Start();
                Port = ((IPEndPoint)free.LocalEndpoint).Port;
            }
            process = SlackNpm.Start(
                new Dictionary<string, string>
                {
                    ["SLACK_API_URL"] = slack.ApiUrl.AbsoluteUri,
                    ["SLACK_BOT_TOKEN"] = FakeSlack.BotToken,
                    ["SLACK_APP_TOKEN"] = FakeSlack.AppToken,
                    ["SLACK_SIGNING_SECRET"] = FakeSlack.SigningSecret,
                    ["PORT"] = Port.ToString(System.Globalization.CultureInfo.InvariantCulture),
                },
                "bolt.mjs",
                mode
            );
            process.OutputDataReceived += (_, line) => Note(line.Data);
            process.ErrorDataReceived += (_, line) => Note(line.Data);
            process.BeginOutputReadLine();
            process.BeginErrorReadLine();
        }

        public int Port { get; }

        public string Log
        {
            get
            {
                lock (log)
                    return log.ToString();
            }
        }

        public JsonElement this[string what]
        {
            get
            {
                lock (lines)
                    return
                        lines.FirstOrDefault(line => line.GetProperty("what").GetString() == what)
                            is { ValueKind: JsonValueKind.Object } found
                        ? found
                        : throw new InvalidOperationException($"{what} was not said:\n{Log}");
            }
        }

        public async Task<JsonElement> UntilAsync(string what, Func<JsonElement, bool>? that = null)
        {
            JsonElement found = default;
            await slack.UntilAsync(
                () =>
                {
                    lock (lines)
                        found = lines.FirstOrDefault(line =>
                            line.GetProperty("what").GetString() == what && that?.Invoke(line) != false
                        );
                    return found.ValueKind == JsonValueKind.Object;
                },
                what: what,
                more: () => Log
            );
            return found;
        }

        public async Task EndedAsync() =>
            await process
                .WaitForExitAsync(TestContext.Current.CancellationToken)
                .WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);

        public void Dispose()
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
            process.Dispose();
        }

        private void Note(string? line)
        {
            if (line is null)
                return;
            lock (log)
                log.AppendLine(line);
            if (line.StartsWith("{\"what\"", StringComparison.Ordinal))
                lock (lines)
                    lines.Add(JsonElement.Parse(line));
            slack.NoteChange();
        }
    }
}
