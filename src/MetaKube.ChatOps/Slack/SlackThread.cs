using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using MetaKube.Chat;
using MetaKube.Redis;
using Microsoft.Extensions.Logging;
using static MetaKube.ChatOps.Slack.SlackBlocks;

namespace MetaKube.ChatOps.Slack;

/// <summary>A thread in Slack.</summary>
internal sealed partial class SlackThread(
    SlackApi api,
    SlackIdentity identity,
    ConversationStore store,
    TimeProvider time,
    ThreadRef thread,
    ILogger<SlackThread> logger
) : ChatThread
{
    /// <summary>The name under which our own key goes along with each message.</summary>
    private const string Metadata = "metakube_message";

    private const int Tries = 3,
        PageSize = 200,
        LargestFile = 4 * 1024 * 1024;

    /// <summary>
    /// Clocks differ, and a message may be looked for that was posted just before the work was taken on again.
    /// </summary>
    private static readonly TimeSpan LookBack = TimeSpan.FromHours(48);

    public override ThreadRef Ref => thread;

    public override ChatProgress Show(string work, string message, string? user) =>
        new SlackProgress(api, identity, store, time, thread, work, message, user, logger).Start();

    public override IReadOnlyList<OutgoingMessage> Render(AnswerView view) =>
        [new("answer", SlackCard.Answer(view).ToJsonString()), new("details", SlackCard.Details(view).ToJsonString())];

    public override OutgoingMessage Render(
        string reply,
        string? verbatim = null,
        Uri? link = null,
        CardButtons? buttons = null
    )
    {
        var section = link is null ? Section(Text(reply)) : Section(Text(reply), Text(" "), Link(link, "the thread"));
        var block = verbatim is null ? RichText(section) : RichText(section, Preformatted(verbatim));
        var blocks = buttons is null ? new JsonArray(block) : new JsonArray(block, SlackCard.Buttons(buttons));
        return new(
            "reply",
            new JsonObject { ["text"] = SlackText.Escape(reply, 3000), ["blocks"] = blocks }.ToJsonString()
        );
    }

    public override async Task<string> PostAsync(
        string work,
        OutgoingMessage message,
        bool mayBeThere,
        CancellationToken cancellationToken
    )
    {
        var key = $"{work}/{message.Part}";
        var arguments = (JsonObject)JsonNode.Parse(message.Payload)!;
        arguments["channel"] = thread.Channel;
        if (!thread.IsWholeChat)
            arguments["thread_ts"] = thread.Root;
        arguments["unfurl_links"] = false;
        arguments["unfurl_media"] = false;
        arguments["metadata"] = new JsonObject
        {
            ["event_type"] = Metadata,
            ["event_payload"] = new JsonObject { ["key"] = key },
        };
        for (var attempt = 1; ; attempt++)
        {
            if (mayBeThere && await FindAsync(key, cancellationToken) is { } found)
                return found;
            try
            {
                return (await api.CallOnceAsync(SlackMethod.PostMessage, arguments, cancellationToken))
                    .GetProperty("ts")
                    .GetString()!;
            }
            catch (ChatDoubtException e)
            {
                // Slack has no key of the sender's that would make it safe: whether it stands there is looked up first.
                LogDoubt(key, e.Message);
                mayBeThere = true;
                if (attempt == Tries)
                    throw new ChatUnavailableException(e.Message, inner: e);
            }
            catch (ChatRefusedException e)
                when (arguments.ContainsKey("blocks")
                    && e.Error is "invalid_blocks" or "invalid_blocks_format" or "msg_blocks_too_long" or "msg_too_long"
                )
            {
                // An answer without its form is still an answer.
                LogRefused(key, e.Message);
                arguments.Remove("blocks");
            }
        }
    }

    public override async Task TellAsync(string user, string text, CancellationToken cancellationToken)
    {
        try
        {
            await api.CallAsync(
                SlackMethod.PostEphemeral,
                new()
                {
                    ["channel"] = thread.Channel,
                    ["user"] = user,
                    ["thread_ts"] = thread.Root,
                    ["text"] = SlackText.Escape(text, 3000),
                },
                cancellationToken
            );
        }
        catch (ChatRefusedException e)
        {
            // It was said for courtesy; the person may have left.
            LogRefused("to one person", e.Message);
        }
    }

    /// <summary>As Slack makes them; its method for it would be one call more for each answer.</summary>
    public override Uri? Address(string message)
    {
        if (identity.Workspace is not { } workspace)
            return null;
        var id = message.Replace(".", "", StringComparison.Ordinal);
        return new(
            workspace,
            message == thread.Root
                ? $"archives/{thread.Channel}/p{id}"
                : $"archives/{thread.Channel}/p{id}?thread_ts={thread.Root}&cid={thread.Channel}"
        );
    }

    public override Task<string> ReadAsync(SharedFile file, CancellationToken cancellationToken) =>
        api.ReadAsync(file.Address, LargestFile, cancellationToken);

    private async Task<string?> FindAsync(string key, CancellationToken cancellationToken)
    {
        try
        {
            for (var cursor = ""; ; )
            {
                var arguments = new JsonObject
                {
                    ["channel"] = thread.Channel,
                    ["include_all_metadata"] = "true",
                    ["limit"] = PageSize,
                    ["cursor"] = cursor,
                    ["oldest"] = (time.GetUtcNow() - LookBack)
                        .ToUnixTimeSeconds()
                        .ToString(CultureInfo.InvariantCulture),
                };
                if (!thread.IsWholeChat)
                    arguments["ts"] = thread.Root;
                var page = await api.CallAsync(
                    thread.IsWholeChat ? SlackMethod.History : SlackMethod.Replies,
                    arguments,
                    cancellationToken
                );
                foreach (var message in page.GetProperty("messages").EnumerateArray())
                    if (KeyOf(message) == key)
                        return message.GetProperty("ts").GetString();
                cursor =
                    page.TryGetProperty("response_metadata", out var more)
                    && more.TryGetProperty("next_cursor", out var next)
                        ? next.GetString() ?? ""
                        : "";
                if (cursor.Length == 0)
                    return null;
            }
        }
        catch (ChatRefusedException e) when (e.Error is "thread_not_found")
        {
            return null;
        }
    }

    private static string? KeyOf(JsonElement message) =>
        message.TryGetProperty("metadata", out var metadata)
        && metadata.TryGetProperty("event_type", out var type)
        && type.ValueEquals(Metadata)
        && metadata.TryGetProperty("event_payload", out var payload)
        && payload.TryGetProperty("key", out var key)
            ? key.GetString()
            : null;

    [LoggerMessage(LogLevel.Warning, "Whether {Key} was posted is not known ({Why}); looking it up")]
    private partial void LogDoubt(string key, string why);

    [LoggerMessage(LogLevel.Warning, "{Key} is refused: {Why}")]
    private partial void LogRefused(string key, string why);
}
