using System;
using System.Text.Json;
using System.Text.Json.Nodes;
using MetaKube.Chat;
using MetaKube.Redis;
using Microsoft.Extensions.Logging;

namespace MetaKube.ChatOps.Slack;

/// <summary>
/// Puts events and interactions into the work queue, whether they came over HTTP or Socket Mode. When it returns, the
/// work is stored and the delivery may be acknowledged.
/// </summary>
internal sealed partial class SlackIntake(
    SlackIdentity identity,
    SlackEvents events,
    SlackApi api,
    WorkQueue queue,
    TimeProvider time,
    ILogger<SlackIntake> logger
)
{
    /// <summary>Stores the work of an event or an interaction.</summary>
    /// <returns>The payload of the acknowledgement, or null.</returns>
    /// <exception cref="ChatUnavailableException">The bot's identity is not known yet. The delivery must not be
    /// acknowledged, so that Slack repeats it.</exception>
    public async Task<JsonObject?> AcceptAsync(JsonElement payload, CancellationToken cancellationToken)
    {
        if (!identity.IsKnown)
            throw new ChatUnavailableException("Slack has not confirmed the bot's identity yet.");
        switch (ChatJson.Text(payload, "type"))
        {
            case "event_callback":
                if (events.Read(payload) is { } work)
                    await queue.AddAsync(work, cancellationToken);
                return null;
            case "block_actions"
                when payload.TryGetProperty("actions", out var actions) && actions.ValueKind == JsonValueKind.Array:
                foreach (var action in actions.EnumerateArray())
                {
                    if (ChatJson.Text(action, "action_id") == SlackCard.Action(CardVerb.What))
                        await OpenFormAsync(payload, action, cancellationToken);
                    else if (SlackEvents.Click(payload, action) is { } click)
                        await queue.AddAsync(click, cancellationToken);
                }
                return null;
            case "view_submission"
                when payload.TryGetProperty("view", out var view)
                    && ChatJson.Text(view, "callback_id") == SlackViews.WhatFixedIt:
                var (opinion, answer) = SlackViews.Read(payload, time.GetUtcNow());
                if (opinion is not null)
                    await queue.AddAsync(opinion, cancellationToken);
                return answer;
            case "app_rate_limited":
                LogLimited();
                return null;
            default:
                return null;
        }
    }

    /// <summary>
    /// Opens a form at once: its trigger_id expires after three seconds, before the queue would get to it.
    /// </summary>
    private async Task OpenFormAsync(JsonElement payload, JsonElement action, CancellationToken cancellationToken)
    {
        if (SlackEvents.ThreadOf(payload) is not { } thread)
            return;
        try
        {
            await api.CallOnceAsync(
                SlackMethod.OpenView,
                new()
                {
                    ["trigger_id"] = ChatJson.Text(payload, "trigger_id"),
                    ["view"] = SlackViews.Form(ChatJson.Text(action, "value"), thread),
                },
                cancellationToken
            );
        }
        catch (Exception e) when (e is ChatRefusedException or ChatUnavailableException or ChatDoubtException)
        {
            LogNoForm(e.Message);
            await ExplainAsync(payload, thread, cancellationToken);
        }
    }

    /// <summary>Tells the person who clicked that the form could not be opened.</summary>
    private async Task ExplainAsync(JsonElement payload, ThreadRef thread, CancellationToken cancellationToken)
    {
        try
        {
            await api.CallOnceAsync(
                SlackMethod.PostEphemeral,
                new()
                {
                    ["channel"] = thread.Channel,
                    ["thread_ts"] = thread.Root,
                    ["user"] = ChatJson.Text(payload.GetProperty("user"), "id"),
                    ["text"] =
                        "The form could not be opened in time; click once more, "
                        + "or write here: this fixed it: what you did",
                },
                cancellationToken
            );
        }
        catch (Exception e) when (e is ChatRefusedException or ChatUnavailableException or ChatDoubtException)
        {
            LogNoForm(e.Message);
        }
    }

    [LoggerMessage(LogLevel.Warning, "The form could not be opened: {Why}")]
    private partial void LogNoForm(string why);

    [LoggerMessage(LogLevel.Warning, "Slack rate-limits events: more than 30,000 came within an hour")]
    private partial void LogLimited();
}
