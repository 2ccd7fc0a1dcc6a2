using System;
using System.Text.Json;
using System.Text.Json.Nodes;
using MetaKube.Chat;
using MetaKube.Redis;
using Microsoft.Extensions.Logging;

namespace MetaKube.ChatOps.Slack;

/// <summary>
/// Takes in what Slack sends, by whichever way: once this returns the work is kept, and may be acknowledged.
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
    /// <summary>Takes in an event or an interaction.</summary>
    /// <returns>What goes back with the acknowledgement, or null.</returns>
    /// <exception cref="ChatUnavailableException">It cannot be taken in now: it must not be acknowledged, so that it
    /// comes again.</exception>
    public async Task<JsonObject?> TakeAsync(JsonElement payload, CancellationToken cancellationToken)
    {
        if (!identity.IsKnown)
            throw new ChatUnavailableException("Slack has not told yet who we are.");
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

    /// <summary>What opens a form lives for three seconds: this cannot wait for its turn among the work.</summary>
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
            await TellAsync(payload, thread, cancellationToken);
        }
    }

    private async Task TellAsync(JsonElement payload, ThreadRef thread, CancellationToken cancellationToken)
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
                        "The form could not be opened in time; click once more, or write here: this fixed it: what you did",
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

    [LoggerMessage(LogLevel.Warning, "Slack held events back: more than 30,000 came within an hour")]
    private partial void LogLimited();
}
