using System;
using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using MetaKube.Fakes.Chat;
using Microsoft.AspNetCore.Http;

namespace MetaKube.Fakes.Slack;

/// <summary>The Web API of the fake: checks token, arguments, scopes and limits, then runs the method.</summary>
internal sealed class FakeWebApi(FakeSlack slack)
{
    private readonly ConcurrentDictionary<string, ConcurrentQueue<DateTimeOffset>> recent = new();

    public async Task AnswerAsync(string name, HttpContext context)
    {
        var arguments = await ArgumentsAsync(context.Request);
        var fault = slack.Fault(name);
        if (fault == FakeFault.Down)
        {
            Note(name, arguments, "down");
            context.Abort();
            return;
        }
        if (fault == FakeFault.Limited || IsTooMuch(name, arguments))
        {
            Note(name, arguments, "ratelimited");
            context.Response.StatusCode = 429;
            context.Response.Headers.RetryAfter = "1";
            await WriteAsync(context, Error("ratelimited"));
            return;
        }
        if (fault == FakeFault.Failed)
        {
            Note(name, arguments, "internal_error");
            await WriteAsync(context, Error("internal_error"));
            return;
        }
        var answer = Do(name, arguments, TokenOf(context.Request, arguments));
        Note(name, arguments, (string?)answer["error"]);
        context.Response.Headers["x-oauth-scopes"] = string.Join(',', slack.Scopes);
        if (fault == FakeFault.LostAnswer)
            context.Abort();
        else
            await WriteAsync(context, fault == FakeFault.DoneButFailed ? Error("internal_error") : answer);
    }

    private void Note(string name, JsonObject arguments, string? error)
    {
        slack.Calls.Enqueue(new(name, arguments, TimeProvider.System.GetUtcNow(), error));
        slack.NoteChange();
    }

    private JsonObject Do(string name, JsonObject arguments, string token)
    {
        if (!FakeMethod.All.TryGetValue(name, out var method))
            return Error("unknown_method");
        if (method.Token != "none")
        {
            if (token.Length == 0)
                return Error("not_authed");
            if (token is not (FakeSlack.BotToken or FakeSlack.AppToken))
                return Error("invalid_auth");
            if (token != (method.Token == "app" ? FakeSlack.AppToken : FakeSlack.BotToken))
                return Error("not_allowed_token_type");
        }
        if (method.Check(arguments) is { } wrong)
            return wrong.Contains(':', StringComparison.Ordinal) ? Error("invalid_arguments", wrong) : Error(wrong);
        return MissingScope(method) ?? CarryOut(name, arguments);
    }

    private JsonObject? MissingScope(FakeMethod method)
    {
        if (method.Scopes.Count > 0 && !method.Scopes.Any(slack.Scopes.Contains))
        {
            var missing = Error("missing_scope");
            missing["needed"] = string.Join(',', method.Scopes);
            missing["provided"] = string.Join(',', slack.Scopes);
            return missing;
        }
        return null;
    }

    private JsonObject CarryOut(string name, JsonObject arguments) =>
        name switch
        {
            "api.test" => Ok(),
            "auth.test" => AuthTest(),
            "bots.info" => Ok(("bot", BotInfo())),
            "apps.connections.open" => slack.Sockets.Open(),
            "chat.postMessage" => Post(arguments),
            "chat.postEphemeral" => PostEphemeral(arguments),
            "chat.update" => Update(arguments),
            "chat.delete" => Delete(arguments),
            "chat.getPermalink" => Permalink(arguments),
            "chat.startStream" => StartStream(arguments),
            "chat.appendStream" => Stream(arguments, isEnd: false),
            "chat.stopStream" => Stream(arguments, isEnd: true),
            "conversations.replies" => Replies(arguments),
            "conversations.history" => History(arguments),
            "conversations.info" => Ok(
                ("channel", new JsonObject { ["id"] = Text(arguments, "channel"), ["is_member"] = true })
            ),
            "reactions.add" => React(arguments, isAdded: true),
            "reactions.remove" => React(arguments, isAdded: false),
            "views.open" => OpenView(arguments),
            "views.publish" => PublishView(arguments),
            "users.info" => Ok(("user", new JsonObject { ["id"] = Text(arguments, "user"), ["name"] = "somebody" })),
            "team.info" => Ok(("team", new JsonObject { ["id"] = FakeSlack.Team, ["name"] = "Fake" })),
            "assistant.threads.setStatus" or "agents.sessions.setStatus" => Error("feature_disabled"),
            // The method is known, with its arguments and scopes; it has no effect here.
            _ => Ok(),
        };

    private static JsonObject AuthTest() =>
        Ok(
            ("url", "https://fake.slack.com/"),
            ("team", "Fake"),
            ("user", "metakube"),
            ("team_id", FakeSlack.Team),
            ("user_id", FakeSlack.BotUser),
            ("bot_id", FakeSlack.Bot),
            ("is_enterprise_install", false)
        );

    private static JsonObject BotInfo() =>
        new()
        {
            ["id"] = FakeSlack.Bot,
            ["deleted"] = false,
            ["name"] = "metakube",
            ["app_id"] = FakeSlack.App,
            ["user_id"] = FakeSlack.BotUser,
        };

    private JsonObject Delete(JsonObject arguments)
    {
        var (channel, ts) = (Text(arguments, "channel"), Text(arguments, "ts"));
        return slack.Messages.TryRemove((channel, ts), out _)
            ? Ok(("channel", channel), ("ts", ts))
            : Error("message_not_found");
    }

    private JsonObject Permalink(JsonObject arguments)
    {
        if (slack.Find(Text(arguments, "channel"), Text(arguments, "message_ts")) is not { } message)
            return Error("message_not_found");
        var number = message.Ts.Replace(".", "", StringComparison.Ordinal);
        var thread = message.Thread is null ? "" : $"?thread_ts={message.Thread}&cid={message.Channel}";
        return Ok(
            ("channel", message.Channel),
            ("permalink", $"https://fake.slack.com/archives/{message.Channel}/p{number}{thread}")
        );
    }

    private JsonObject Post(JsonObject arguments)
    {
        if (BlockKit.CheckMessage(arguments) is { } wrong)
            return Error(wrong.Split(':')[0], wrong);
        var message = Add(arguments);
        slack.Events.Echo(message);
        return Ok(("channel", message.Channel), ("ts", message.Ts), ("message", Shown(message, withMetadata: true)));
    }

    private FakeMessage Add(JsonObject arguments, bool isStreaming = false)
    {
        var content = (JsonObject)arguments.DeepClone();
        foreach (var name in (string[])["channel", "thread_ts", "token"])
            content.Remove(name);
        content["type"] = "message";
        content["user"] = FakeSlack.BotUser;
        content["bot_id"] = FakeSlack.Bot;
        content["app_id"] = FakeSlack.App;
        var message = new FakeMessage
        {
            Channel = Text(arguments, "channel"),
            Ts = slack.NextTs(),
            Thread = Text(arguments, "thread_ts") is { Length: > 0 } root ? root : null,
            Content = content,
            IsOurs = true,
            IsStreaming = isStreaming,
        };
        slack.Messages[(message.Channel, message.Ts)] = message;
        return message;
    }

    private JsonObject PostEphemeral(JsonObject arguments)
    {
        if (BlockKit.CheckMessage(arguments) is { } wrong)
            return Error(wrong.Split(':')[0], wrong);
        slack.Ephemerals.Enqueue((Text(arguments, "channel"), Text(arguments, "user"), Text(arguments, "text")));
        return Ok(("message_ts", slack.NextTs()));
    }

    private JsonObject Update(JsonObject arguments)
    {
        if (slack.Find(Text(arguments, "channel"), Text(arguments, "ts")) is not { } message)
            return Error("message_not_found");
        if (!message.IsOurs)
            return Error("cant_update_message");
        if (message.IsStreaming)
            return Error("streaming_state_conflict");
        if (Text(arguments, "text").Length > 4000)
            return Error("msg_too_long");
        if (BlockKit.CheckMessage(arguments) is { } wrong)
            return Error(wrong.Split(':')[0], wrong);
        foreach (var name in (string[])["text", "blocks", "metadata"])
            if (arguments[name] is { } value)
                message.Content[name] = value.DeepClone();
        slack.Events.EchoChange(message);
        return Ok(("channel", message.Channel), ("ts", message.Ts), ("text", Text(arguments, "text")));
    }

    private JsonObject StartStream(JsonObject arguments)
    {
        if (!slack.AllowsStreams)
            return Error("channel_type_not_supported");
        if (Text(arguments, "thread_ts").Length == 0)
            return Error("invalid_thread_ts");
        if (!Text(arguments, "channel").StartsWith('D') && Text(arguments, "recipient_user_id").Length == 0)
            return Error("missing_recipient_user_id");
        if (!Text(arguments, "channel").StartsWith('D') && Text(arguments, "recipient_team_id").Length == 0)
            return Error("missing_recipient_team_id");
        if (CheckChunks(arguments) is { } wrong)
            return Error("invalid_chunks", wrong);
        var message = Add(arguments, isStreaming: true);
        Append(message, arguments);
        return Ok(("channel", message.Channel), ("ts", message.Ts));
    }

    private JsonObject Stream(JsonObject arguments, bool isEnd)
    {
        if (slack.Find(Text(arguments, "channel"), Text(arguments, "ts")) is not { } message)
            return Error("message_not_found");
        if (!message.IsStreaming)
            return Error("message_not_in_streaming_state");
        if (!isEnd && arguments["chunks"] is null && arguments["markdown_text"] is null)
            return Error("no_text");
        if (CheckChunks(arguments) is { } wrong)
            return Error("invalid_chunks", wrong);
        Append(message, arguments);
        if (!isEnd)
            return Ok(("channel", message.Channel), ("ts", message.Ts));
        message.IsStreaming = false;
        slack.Events.Echo(message);
        return Ok(("channel", message.Channel), ("ts", message.Ts), ("message", Shown(message, withMetadata: true)));
    }

    private static void Append(FakeMessage message, JsonObject arguments)
    {
        if (arguments["chunks"] is JsonArray chunks)
            lock (message.Chunks)
                foreach (var chunk in chunks)
                    message.Chunks.Add(chunk!.DeepClone());
    }

    private static string? CheckChunks(JsonObject arguments)
    {
        if (arguments["chunks"] is not JsonArray chunks)
            return null;
        foreach (var chunk in chunks.OfType<JsonObject>())
        {
            var isRight = Text(chunk, "type") switch
            {
                "plan_update" => Text(chunk, "title").Length is > 0 and <= 256,
                "task_update" => Text(chunk, "id").Length > 0
                    && Text(chunk, "title").Length is > 0 and <= 256
                    && Text(chunk, "status") is "pending" or "in_progress" or "complete" or "error",
                "markdown_text" => Text(chunk, "text").Length > 0,
                _ => false,
            };
            if (!isRight)
                return chunk.ToJsonString();
        }
        return null;
    }

    private JsonObject Replies(JsonObject arguments)
    {
        var (channel, root) = (Text(arguments, "channel"), Text(arguments, "ts"));
        if (slack.Find(channel, root) is null)
            return Error("thread_not_found");
        var oldest = Text(arguments, "oldest");
        var all = slack
            .ThreadOf(channel, root)
            .Where(message => string.CompareOrdinal(message.Ts, oldest) >= 0 || message.Ts == root)
            .ToList();
        return Page(all, arguments);
    }

    private JsonObject History(JsonObject arguments) =>
        Page(
            [
                .. slack
                    .Messages.Values.Where(message =>
                        message.Channel == Text(arguments, "channel") && message.Thread is null
                    )
                    .OrderByDescending(message => message.Ts, StringComparer.Ordinal),
            ],
            arguments
        );

    private static JsonObject Page(IReadOnlyList<FakeMessage> all, JsonObject arguments)
    {
        var limit = int.TryParse(Text(arguments, "limit"), out var given) ? given : 100;
        var from = int.TryParse(Text(arguments, "cursor"), out var cursor) ? cursor : 0;
        var isMore = all.Count > from + limit;
        var withMetadata = Text(arguments, "include_all_metadata") is "true" or "1";
        return Ok(
            (
                "messages",
                new JsonArray([.. all.Skip(from).Take(limit).Select(message => Shown(message, withMetadata))])
            ),
            ("has_more", isMore),
            (
                "response_metadata",
                new JsonObject { ["next_cursor"] = isMore ? (from + limit).ToString(CultureInfo.InvariantCulture) : "" }
            )
        );
    }

    private JsonObject React(JsonObject arguments, bool isAdded)
    {
        if (slack.Find(Text(arguments, "channel"), Text(arguments, "timestamp")) is not { } message)
            return Error("message_not_found");
        lock (message.Reactions)
        {
            var name = Text(arguments, "name");
            if (isAdded)
            {
                if (message.Reactions.Contains(name))
                    return Error("already_reacted");
                message.Reactions.Add(name);
            }
            else if (!message.Reactions.Remove(name))
                return Error("no_reaction");
        }
        return Ok();
    }

    private JsonObject OpenView(JsonObject arguments)
    {
        if (slack.Events.UseTrigger(Text(arguments, "trigger_id")) is { } wrong)
            return Error(wrong);
        if (arguments["view"] is not JsonObject view || BlockKit.CheckView(view) is not null)
            return Error(
                "invalid_arguments",
                arguments["view"] is JsonObject given ? BlockKit.CheckView(given) ?? "" : "view"
            );
        var kept = (JsonObject)view.DeepClone();
        kept["id"] = $"V{Guid.NewGuid():N}"[..12].ToUpperInvariant();
        slack.Views[(string)kept["id"]!] = kept;
        return Ok(("view", kept.DeepClone()));
    }

    private JsonObject PublishView(JsonObject arguments)
    {
        if (arguments["view"] is not JsonObject view || BlockKit.CheckView(view) is not null)
            return Error(
                "invalid_arguments",
                arguments["view"] is JsonObject given ? BlockKit.CheckView(given) ?? "" : "view"
            );
        slack.Homes[Text(arguments, "user_id")] = (JsonObject)view.DeepClone();
        return Ok(("view", view.DeepClone()));
    }

    private bool IsTooMuch(string name, JsonObject arguments)
    {
        if (!slack.KeepsLimits || !FakeMethod.All.TryGetValue(name, out var method))
            return false;
        var isPost = name == "chat.postMessage";
        var calls = recent.GetOrAdd(isPost ? $"{name} {Text(arguments, "channel")}" : name, _ => new());
        var now = TimeProvider.System.GetUtcNow();
        // A channel accepts one message a second, with short bursts.
        var (window, most) = isPost ? (TimeSpan.FromSeconds(10), 20) : (TimeSpan.FromMinutes(1), method.PerMinute + 10);
        while (calls.TryPeek(out var first) && now - first > window)
            calls.TryDequeue(out _);
        if (calls.Count >= most)
            return true;
        calls.Enqueue(now);
        return false;
    }

    private static JsonNode Shown(FakeMessage message, bool withMetadata)
    {
        var shown = (JsonObject)message.Content.DeepClone();
        shown["ts"] = message.Ts;
        if (message.Thread is not null)
            shown["thread_ts"] = message.Thread;
        if (!withMetadata)
            shown.Remove("metadata");
        return shown;
    }

    private static async Task<JsonObject> ArgumentsAsync(HttpRequest request)
    {
        var arguments = new JsonObject();
        foreach (var (name, value) in request.Query)
            arguments[name] = value.ToString();
        if (request.Method != "POST")
            return arguments;
        using var reader = new StreamReader(request.Body, Encoding.UTF8);
        var body = await reader.ReadToEndAsync();
        if (request.ContentType?.StartsWith("application/json", StringComparison.Ordinal) == true)
            return body.Length > 0 ? (JsonObject)JsonNode.Parse(body)! : arguments;
        foreach (var (name, value) in Microsoft.AspNetCore.WebUtilities.QueryHelpers.ParseQuery(body))
        {
            // Forms carry composite arguments as JSON.
            var text = value.ToString();
            arguments[name] = text.StartsWith('{') || text.StartsWith('[') ? Parsed(text) : text;
        }
        return arguments;
    }

    private static JsonNode? Parsed(string text)
    {
        try
        {
            return JsonNode.Parse(text);
        }
        catch (JsonException)
        {
            return text;
        }
    }

    private static string TokenOf(HttpRequest request, JsonObject arguments) =>
        request.Headers.Authorization.ToString() is { Length: > 7 } header
            ? header["Bearer ".Length..]
            : Text(arguments, "token");

    private static async Task WriteAsync(HttpContext context, JsonObject answer)
    {
        context.Response.ContentType = "application/json; charset=utf-8";
        await context.Response.WriteAsync(answer.ToJsonString());
    }

    public static JsonObject Ok(params (string Name, JsonNode? Value)[] more)
    {
        var answer = new JsonObject { ["ok"] = true };
        foreach (var (name, value) in more)
            answer[name] = value;
        return answer;
    }

    private static JsonObject Error(string error, string? why = null)
    {
        var answer = new JsonObject { ["ok"] = false, ["error"] = error };
        if (why is not null)
            answer["response_metadata"] = new JsonObject { ["messages"] = new JsonArray(why) };
        return answer;
    }

    private static string Text(JsonObject map, string name) => map[name]?.ToString() ?? "";
}
