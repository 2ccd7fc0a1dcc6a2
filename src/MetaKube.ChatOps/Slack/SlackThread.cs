using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using MetaKube.Chat;
using MetaKube.ChatOps.Conversations;
using MetaKube.Redis;
using Microsoft.Extensions.Logging;

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
    /// <summary>The type of the metadata that holds the key of each message.</summary>
    private const string Metadata = "metakube_message";

    private const int Tries = 3,
        PageSize = 200;

    /// <summary>The age to which a thread is searched for a message; work items are not retried for longer.</summary>
    private static readonly TimeSpan LookBack = TimeSpan.FromHours(48);

    public override ThreadRef Ref => thread;

    // Ids of direct messages begin with D.
    public override bool IsPrivate => thread.Channel.StartsWith('D');

    public override ChatProgress Show(string work, string message, string? user) =>
        new SlackProgress(api, identity, store, time, new(thread, work, message, user), logger).Start();

    public override IReadOnlyList<OutgoingMessage> Messages(AnswerView view) =>
        [new OutgoingMessage.Answer("answer", view, AnswerExtent.Summary)];

    public override async Task<string> PostAsync(
        string work,
        OutgoingMessage message,
        bool mayBeThere,
        CancellationToken cancellationToken
    )
    {
        var key = $"{work}/{message.Part}";
        var arguments = Arguments(message, key);
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
                // Slack has no idempotency key for posts: the thread is searched before the next attempt.
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
                // Slack refuses the blocks; the fallback text is posted without them.
                LogRefused(key, e.Message);
                arguments.Remove("blocks");
            }
        }
    }

    public override Task ChangeAsync(string message, OutgoingMessage content, CancellationToken cancellationToken)
    {
        var arguments = SlackMessage.Render(content);
        arguments["channel"] = thread.Channel;
        arguments["ts"] = message;
        return api.CallAsync(SlackMethod.Update, arguments, cancellationToken);
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
            // The message is optional, and the person may have left.
            LogRefused("a message for one person", e.Message);
        }
    }

    /// <summary>Composed like Slack's permalinks: chat.getPermalink would cost a call for each answer.</summary>
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

    public override Task<byte[]> ReadAsync(SharedFile file, CancellationToken cancellationToken) =>
        api.ReadAsync(file.Address, AttachedFile.Largest, cancellationToken);

    private JsonObject Arguments(OutgoingMessage message, string key)
    {
        var arguments = SlackMessage.Render(message);
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
        return arguments;
    }

    private async Task<string?> FindAsync(string key, CancellationToken cancellationToken)
    {
        try
        {
            for (var cursor = ""; ;)
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

    [LoggerMessage(LogLevel.Warning, "It is unknown if {Key} was posted ({Why}); searching the thread")]
    private partial void LogDoubt(string key, string why);

    [LoggerMessage(LogLevel.Warning, "Slack refuses {Key}: {Why}")]
    private partial void LogRefused(string key, string why);
}
