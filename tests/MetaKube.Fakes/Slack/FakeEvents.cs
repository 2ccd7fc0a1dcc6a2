using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;

namespace MetaKube.Fakes.Slack;

/// <summary>
/// Events of the workspace and their delivery to the bot: by Socket Mode, or signed over HTTP with retries.
/// </summary>
internal sealed class FakeEvents(FakeSlack slack) : IDisposable
{
    private readonly HttpClient http = new() { Timeout = TimeSpan.FromSeconds(3) };
    private readonly ConcurrentDictionary<string, DateTimeOffset> triggers = new();
    private readonly ConcurrentDictionary<Task, bool> pending = new();
    private readonly CancellationTokenSource ended = new();

    /// <summary>The address of the bot; null: events go to its sockets.</summary>
    public Uri? Endpoint { get; set; }

    /// <summary>Delivers the bot's own messages to it, as Slack does.</summary>
    public bool Echoes { get; set; } = true;

    /// <summary>True if every trigger is refused as expired.</summary>
    public bool TriggersExpire { get; set; }

    public TimeSpan RetryEvery { get; set; } = TimeSpan.FromMilliseconds(200);

    /// <summary>The number of retries; Slack itself gives up after three.</summary>
    public int Retries { get; set; } = 500;

    /// <summary>Waits until every event is acknowledged.</summary>
    public Task SettledAsync() => Task.WhenAll(pending.Keys);

    /// <summary>A person writes, in a channel or thread; a mention comes as two events.</summary>
    public async Task<FakeMessage> SayAsync(
        string channel,
        string user,
        string text,
        string? thread = null,
        JsonObject? more = null
    )
    {
        var message = slack.Write(channel, user, text, thread, more);
        await Task.WhenAll(EventsOf(message).Select(one => DeliverAsync(one)));
        return message;
    }

    /// <summary>A person changes the text of a message.</summary>
    public Task EditAsync(FakeMessage message, string text)
    {
        var before = EventsOf(message).First();
        message.Content = (JsonObject)message.Content.DeepClone();
        message.Content["text"] = text;
        var after = EventsOf(message).First();
        var ts = slack.NextTs();
        after["edited"] = new JsonObject { ["user"] = (string?)message.Content["user"], ["ts"] = ts };
        return DeliverAsync(
            new()
            {
                ["type"] = "message",
                ["subtype"] = "message_changed",
                ["hidden"] = true,
                ["channel"] = message.Channel,
                ["channel_type"] = (string?)after["channel_type"],
                ["ts"] = ts,
                ["event_ts"] = ts,
                ["message"] = after,
                ["previous_message"] = before,
            }
        );
    }

    /// <summary>A person deletes a message.</summary>
    public Task DeleteAsync(FakeMessage message)
    {
        var ts = slack.NextTs();
        slack.Messages.TryRemove((message.Channel, message.Ts), out _);
        return DeliverAsync(
            new()
            {
                ["type"] = "message",
                ["subtype"] = "message_deleted",
                ["hidden"] = true,
                ["channel"] = message.Channel,
                ["ts"] = ts,
                ["event_ts"] = ts,
                ["deleted_ts"] = message.Ts,
                ["previous_message"] = EventsOf(message).First(),
            }
        );
    }

    /// <summary>The events that a message brings.</summary>
    public static IEnumerable<JsonObject> EventsOf(FakeMessage message)
    {
        var content = (JsonObject)message.Content.DeepClone();
        content["channel"] = message.Channel;
        content["ts"] = message.Ts;
        content["event_ts"] = message.Ts;
        content["client_msg_id"] = $"client-{message.Ts}";
        content["channel_type"] = message.Channel[0] switch
        {
            'D' => "im",
            'G' => "group",
            _ => "channel",
        };
        if (message.Thread is not null)
        {
            content["thread_ts"] = message.Thread;
            content["parent_user_id"] = "U0PARENT";
        }
        yield return content;
        if (
            message.Channel[0] == 'D'
            || !((string?)content["text"] ?? "").Contains($"<@{FakeSlack.BotUser}>", StringComparison.Ordinal)
            || content["bot_id"] is not null
        )
            yield break;
        var mention = (JsonObject)content.DeepClone();
        mention["type"] = "app_mention";
        mention.Remove("channel_type");
        yield return mention;
    }

    public Task ReactAsync(string user, FakeMessage message, string name, bool isAdded = true) =>
        DeliverAsync(
            new()
            {
                ["type"] = isAdded ? "reaction_added" : "reaction_removed",
                ["user"] = user,
                ["reaction"] = name,
                ["item_user"] = (string?)message.Content["user"],
                ["item"] = new JsonObject
                {
                    ["type"] = "message",
                    ["channel"] = message.Channel,
                    ["ts"] = message.Ts,
                },
                ["event_ts"] = slack.NextTs(),
            }
        );

    /// <summary>A person clicks a button of a message.</summary>
    public async Task ClickAsync(string user, FakeMessage message, string action)
    {
        var button =
            Buttons(message.Content["blocks"]).FirstOrDefault(one => (string?)one["action_id"] == action)
            ?? throw new InvalidOperationException($"There is no button {action}.");
        var clicked = (JsonObject)button.DeepClone();
        clicked["block_id"] = "b1";
        clicked["action_ts"] = slack.NextTs();
        await InteractAsync(
            new()
            {
                ["type"] = "block_actions",
                ["user"] = new JsonObject
                {
                    ["id"] = user,
                    ["username"] = user,
                    ["team_id"] = FakeSlack.Team,
                },
                ["api_app_id"] = FakeSlack.App,
                ["team"] = new JsonObject { ["id"] = FakeSlack.Team },
                ["container"] = new JsonObject
                {
                    ["type"] = "message",
                    ["message_ts"] = message.Ts,
                    ["channel_id"] = message.Channel,
                    ["is_ephemeral"] = false,
                    ["thread_ts"] = message.Thread,
                },
                ["channel"] = new JsonObject { ["id"] = message.Channel, ["name"] = "incidents" },
                ["trigger_id"] = NewTrigger(),
                ["actions"] = new JsonArray(clicked),
                ["response_url"] = "https://hooks.slack.com/actions/fake",
            }
        );
    }

    /// <summary>A person submits a form.</summary>
    /// <returns>The content of the acknowledgement.</returns>
    public Task<JsonObject?> SubmitAsync(string user, string view, string? what, string? cause)
    {
        var submitted = (JsonObject)slack.Views[view].DeepClone();
        submitted["state"] = new JsonObject
        {
            ["values"] = new JsonObject
            {
                ["what"] = new JsonObject
                {
                    ["value"] = new JsonObject { ["type"] = "plain_text_input", ["value"] = what },
                },
                ["cause"] = new JsonObject
                {
                    ["value"] = new JsonObject
                    {
                        ["type"] = "static_select",
                        ["selected_option"] = cause is null ? null : new JsonObject { ["value"] = cause },
                    },
                },
            },
        };
        return InteractAsync(
            new()
            {
                ["type"] = "view_submission",
                ["user"] = new JsonObject { ["id"] = user },
                ["team"] = new JsonObject { ["id"] = FakeSlack.Team },
                ["api_app_id"] = FakeSlack.App,
                ["view"] = submitted,
                ["trigger_id"] = NewTrigger(),
            },
            acceptsPayload: true
        );
    }

    public Task OpenHomeAsync(string user) =>
        DeliverAsync(
            new()
            {
                ["type"] = "app_home_opened",
                ["user"] = user,
                ["channel"] = "D0HOME",
                ["tab"] = "home",
                ["event_ts"] = slack.NextTs(),
            }
        );

    /// <summary>Delivers an event; the id of an earlier event makes it a repeated delivery.</summary>
    public Task DeliverAsync(JsonObject content, string? id = null) =>
        TrackAsync(SendAsync("events_api", Envelope(content, id), "/slack/events", false));

    public static JsonObject Envelope(JsonObject content, string? id = null) =>
        new()
        {
            ["token"] = "verification",
            ["team_id"] = FakeSlack.Team,
            ["api_app_id"] = FakeSlack.App,
            ["event"] = content.DeepClone(),
            ["type"] = "event_callback",
            ["event_id"] = id ?? $"Ev{Guid.NewGuid():N}"[..14],
            ["event_time"] = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds(),
            ["authorizations"] = new JsonArray(
                new JsonObject
                {
                    ["team_id"] = FakeSlack.Team,
                    ["user_id"] = FakeSlack.BotUser,
                    ["is_bot"] = true,
                    ["is_enterprise_install"] = false,
                }
            ),
        };

    public string NewTrigger()
    {
        var trigger = $"{Random.Shared.Next()}.{Guid.NewGuid():N}";
        triggers[trigger] = TimeProvider.System.GetUtcNow();
        return trigger;
    }

    /// <summary>The error of a trigger that is used twice or after three seconds, or null.</summary>
    public string? UseTrigger(string trigger)
    {
        if (TriggersExpire)
            return "expired_trigger_id";
        if (!triggers.TryRemove(trigger, out var since))
            return "exchanged_trigger_id";
        return TimeProvider.System.GetUtcNow() - since > TimeSpan.FromSeconds(3) ? "expired_trigger_id" : null;
    }

    public void Echo(FakeMessage message)
    {
        if (!Echoes || ended.IsCancellationRequested)
            return;
        foreach (var content in EventsOf(message))
            _ = DeliverAsync(content);
    }

    public void EchoChange(FakeMessage message)
    {
        if (!Echoes || ended.IsCancellationRequested)
            return;
        var changed = (JsonObject)message.Content.DeepClone();
        changed["ts"] = message.Ts;
        _ = DeliverAsync(
            new()
            {
                ["type"] = "message",
                ["subtype"] = "message_changed",
                ["hidden"] = true,
                ["channel"] = message.Channel,
                ["ts"] = slack.NextTs(),
                ["event_ts"] = slack.NextTs(),
                ["message"] = changed,
            }
        );
    }

    public void Dispose()
    {
        ended.Cancel();
        http.Dispose();
        ended.Dispose();
    }

    private static IEnumerable<JsonObject> Buttons(JsonNode? node) =>
        node switch
        {
            JsonArray array => array.SelectMany(Buttons),
            JsonObject map => (string?)map["type"] == "button" ? [map] : map.SelectMany(one => Buttons(one.Value)),
            _ => [],
        };

    private Task<JsonObject?> InteractAsync(JsonObject payload, bool acceptsPayload = false) =>
        TrackAsync(SendAsync("interactive", payload, "/slack/interactivity", acceptsPayload));

    private async Task<T> TrackAsync<T>(Task<T> sending)
    {
        pending[sending] = true;
        try
        {
            return await sending;
        }
        finally
        {
            pending.TryRemove(sending, out _);
        }
    }

    private async Task<JsonObject?> SendAsync(string type, JsonObject payload, string path, bool acceptsPayload)
    {
        if (Endpoint is null)
        {
            try
            {
                return await slack.Sockets.DeliverAsync(type, payload, acceptsPayload);
            }
            catch (Exception e)
                when (e is OperationCanceledException or ObjectDisposedException && ended.IsCancellationRequested)
            {
                return null;
            }
        }
        var isForm = type == "interactive";
        var body = Encoding.UTF8.GetBytes(
            isForm ? $"payload={Uri.EscapeDataString(payload.ToJsonString())}" : payload.ToJsonString()
        );
        for (var attempt = 0; attempt <= Retries && !ended.IsCancellationRequested; attempt++)
        {
            try
            {
                using var response = await PostAsync(path, body, isForm, attempt);
                if (response.StatusCode == HttpStatusCode.OK)
                    return await response.Content.ReadAsStringAsync() is { Length: > 0 } text
                        ? JsonNode.Parse(text) as JsonObject
                        : null;
            }
            catch (Exception e)
                when (e is HttpRequestException or TaskCanceledException or ObjectDisposedException or IOException)
            {
                // The event is delivered again.
            }
            await Task.Delay(RetryEvery);
        }
        return null;
    }

    /// <summary>One signed request.</summary>
    public async Task<HttpResponseMessage> PostAsync(string path, byte[] body, bool isForm, int attempt = 0)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(Endpoint!, path))
        {
            Content = new ByteArrayContent(body),
        };
        request.Content.Headers.ContentType = new(isForm ? "application/x-www-form-urlencoded" : "application/json");
        var timestamp = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        request.Headers.Add("X-Slack-Request-Timestamp", timestamp);
        request.Headers.Add("X-Slack-Signature", FakeSlack.Sign(timestamp, body));
        if (attempt > 0)
        {
            request.Headers.Add("X-Slack-Retry-Num", attempt.ToString(CultureInfo.InvariantCulture));
            request.Headers.Add("X-Slack-Retry-Reason", "http_timeout");
        }
        return await http.SendAsync(request);
    }
}
