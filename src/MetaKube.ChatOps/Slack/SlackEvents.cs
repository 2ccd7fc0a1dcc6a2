using System.Globalization;
using System.Text.Json;
using MetaKube.Chat;
using MetaKube.ChatOps.Alerts;
using MetaKube.ChatOps.Conversations;
using static MetaKube.Chat.ChatJson;

namespace MetaKube.ChatOps.Slack;

/// <summary>Reads Slack's events and button clicks into work items, and ignores those that need no work.</summary>
internal sealed class SlackEvents(SlackIdentity identity, SlackOptions options, AlertsOptions alerts)
{
    /// <summary>The platform's name in thread references and ids.</summary>
    public const string Platform = "slack";

    /// <summary>The events to subscribe to, with the scopes that they need.</summary>
    public static IReadOnlyDictionary<string, string[]> Subscribed { get; } =
        new Dictionary<string, string[]>
        {
            ["app_mention"] = ["app_mentions:read"],
            ["message.channels"] = ["channels:history"],
            ["message.groups"] = ["groups:history"],
            ["message.im"] = ["im:history"],
            ["reaction_added"] = ["reactions:read"],
            ["reaction_removed"] = ["reactions:read"],
            ["app_home_opened"] = [],
        };

    private const int LongestText = 40_000,
        MostFiles = 20;

    /// <summary>Reads an event.</summary>
    /// <param name="envelope">The event's envelope, of type event_callback.</param>
    /// <returns>The work item, or null.</returns>
    public WorkItem? Read(JsonElement envelope)
    {
        if (!envelope.TryGetProperty("event", out var e) || e.ValueKind != JsonValueKind.Object)
            return null;
        return Text(e, "type") switch
        {
            "app_mention" or "message" => Message(e, Text(envelope, "team_id")),
            "reaction_added" => Reaction(e, envelope, isAdded: true),
            "reaction_removed" => Reaction(e, envelope, isAdded: false),
            "app_home_opened" when Text(e, "tab") == "home" => new WorkItem.HomeOpened
            {
                Id = IdOf(envelope),
                At = When(Text(e, "event_ts")),
                Platform = Platform,
                User = Text(e, "user"),
            },
            _ => null,
        };
    }

    private WorkItem? Message(JsonElement e, string team)
    {
        var channel = Text(e, "channel");
        var subtype = Text(e, "subtype");
        if (subtype == "message_changed")
            return Changed(e, channel, team);
        // The bot's own messages come back as events that carry its user, bot or app id, not always all three.
        if (identity.IsOurs(e) || channel.Length == 0 || Text(e, "ts").Length == 0)
            return null;
        var ts = Text(e, "ts");
        var thread = Text(e, "thread_ts") is { Length: > 0 } started ? started : ts;
        if (e.TryGetProperty("bot_id", out _) || subtype == "bot_message")
            return thread == ts && IsAlertOf(channel, e)
                ? Alert(channel, ts, e, $"{Platform}:{team}:{channel}:{ts}")
                : null;
        if (subtype is not ("" or "file_share" or "thread_broadcast") || Text(e, "user").Length == 0)
            return null;
        return Mention(e, team, channel, thread);
    }

    private WorkItem.Mention? Mention(JsonElement e, string team, string channel, string thread)
    {
        var (ts, raw) = (Text(e, "ts"), Text(e, "text"));
        // A mention in a channel that the bot reads arrives as two events, app_mention and message. Both get the same
        // id, of which the queue drops the second.
        var isAddressed =
            Text(e, "type") == "app_mention"
            || Text(e, "channel_type") == "im"
            || raw.Contains($"<@{identity.User}", StringComparison.Ordinal);
        var text = MentionEvidence.RedactedAround(ChatText.Cut(SlackText.Plain(raw, identity.User), LongestText));
        if (!isAddressed && (thread == ts || !IntentReader.MayBeForUs(text)))
            return null;
        return new WorkItem.Mention
        {
            Id = $"{Platform}:{team}:{channel}:{ts}",
            At = When(ts),
            Thread = new(Platform, channel, thread),
            Message = ts,
            User = Text(e, "user"),
            Text = text,
            IsAddressed = isAddressed,
            Files = Files(e),
        };
    }

    /// <summary>
    /// Reads an edited message. Only alerts matter: Alertmanager may replace "firing" by "resolved" in its message.
    /// </summary>
    private WorkItem.Alert? Changed(JsonElement e, string channel, string team)
    {
        if (!e.TryGetProperty("message", out var message) || identity.IsOurs(message) || !IsAlertOf(channel, message))
            return null;
        var (ts, changedAt) = (Text(message, "ts"), Text(e, "event_ts"));
        if (Text(message, "thread_ts") is { Length: > 0 } root && root != ts)
            return null;
        return
            Alert(channel, ts, message, $"{Platform}:{team}:{channel}:{ts}:{changedAt}")
                is { IsResolved: true } resolved
            ? resolved with
            {
                At = When(changedAt),
            }
            : null;
    }

    private bool IsAlertOf(string channel, JsonElement message) =>
        options.AlertChannels.Contains(channel)
        && options.AlertSenders.Any(sender =>
            sender == Text(message, "bot_id")
            || sender == Text(message, "app_id")
            || sender.Equals(Text(message, "username"), StringComparison.OrdinalIgnoreCase)
        );

    private WorkItem.Alert? Alert(string channel, string ts, JsonElement message, string id) =>
        SlackAlert.Read(message, channel, alerts.Ignored) is { } alert
            ? new()
            {
                Id = id,
                At = When(ts),
                Threads = [new(Platform, channel, ts)],
                Group = alert.Incident,
                Text = alert.Symptoms[0].Question,
                Namespace = alert.Symptoms[0].Namespace,
                Severity = alert.Severity,
                Others = [.. alert.Symptoms.Skip(1)],
                IsResolved = alert.IsResolved,
            }
            : null;

    private WorkItem.Reaction? Reaction(JsonElement e, JsonElement envelope, bool isAdded)
    {
        if (
            !e.TryGetProperty("item", out var item)
            || Text(item, "type") != "message"
            || Text(e, "user") == identity.User
        )
            return null;
        if (Text(e, "item_user") is { Length: > 0 } author && author != identity.User)
            return null;
        return new()
        {
            Id = IdOf(envelope),
            At = When(Text(e, "event_ts")),
            Platform = Platform,
            Channel = Text(item, "channel"),
            Message = Text(item, "ts"),
            User = Text(e, "user"),
            // The name may carry a skin tone: +1::skin-tone-3.
            Name = Text(e, "reaction").Split("::")[0],
            IsAdded = isAdded,
            Order = Seconds(Text(e, "event_ts")),
        };
    }

    /// <summary>Reads a click on a button of one of the bot's cards, or returns null.</summary>
    public static WorkItem? Click(JsonElement payload, JsonElement action)
    {
        var investigation = Text(action, "value");
        if (ThreadOf(payload) is not { } thread || investigation.Length is 0 or > ButtonClick.LongestValue)
            return null;
        var person = payload.GetProperty("user");
        var user = Text(person, "id");
        var message = Text(payload.GetProperty("container"), "message_ts");
        var id =
            $"{Platform}:click:{thread.Channel}:{message}:{user}:{Text(action, "action_id")}:"
            + Text(action, "action_ts");
        return new ButtonClick
        {
            Id = id,
            At = When(Text(action, "action_ts")),
            Thread = thread,
            Message = message,
            User = user,
            UserName = SlackViews.NameOf(person),
            Verb = SlackCard.Verb(Text(action, "action_id")),
            Value = investigation,
        }.ToWorkItem();
    }

    /// <summary>The thread of the message that holds a button, or null.</summary>
    public static ThreadRef? ThreadOf(JsonElement payload)
    {
        if (
            !payload.TryGetProperty("container", out var container)
            || Text(container, "channel_id") is not { Length: > 0 } channel
            || Text(container, "message_ts") is not { Length: > 0 } message
        )
            return null;
        return new(Platform, channel, Text(container, "thread_ts") is { Length: > 0 } root ? root : message);
    }

    private static List<SharedFile> Files(JsonElement e) =>
        e.TryGetProperty("files", out var files) && files.ValueKind == JsonValueKind.Array
            ?
            [
                .. files
                    .EnumerateArray()
                    .Select(file => (File: file, Address: AddressOf(file)))
                    .Where(pair => pair.Address is not null)
                    .Take(MostFiles)
                    .Select(pair => new SharedFile(
                        Text(pair.File, "id"),
                        Text(pair.File, "name"),
                        pair.Address!,
                        pair.File.TryGetProperty("size", out var size) && size.TryGetInt64(out var bytes) ? bytes : 0
                    )),
            ]
            : [];

    private static Uri? AddressOf(JsonElement file)
    {
        var address = Text(file, "url_private_download") is { Length: > 0 } download
            ? download
            : Text(file, "url_private");
        return Uri.TryCreate(address, UriKind.Absolute, out var uri) ? uri : null;
    }

    private static string IdOf(JsonElement envelope) => $"{Platform}:{Text(envelope, "event_id")}";

    private static double Seconds(string ts) =>
        double.TryParse(ts, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds)
            ? seconds
            : 0;

    private static DateTimeOffset When(string ts) =>
        DateTimeOffset.FromUnixTimeMilliseconds((long)(Math.Min(Seconds(ts), 1e11) * 1000));
}
