using System.Text.Json;
using System.Text.Json.Nodes;
using MetaKube.Chat;
using MetaKube.Redis;
using static MetaKube.Chat.ChatJson;

namespace MetaKube.ChatOps.Teams;

/// <summary>
/// Puts activities into the work queue. When it returns, the work is stored and the activity may be acknowledged.
/// </summary>
internal sealed class TeamsIntake(WorkQueue queue, ConversationStore store, TimeProvider time)
{
    private const string Toast = "application/vnd.microsoft.activity.message",
        Error = "application/vnd.microsoft.error";

    /// <summary>Stores the work of an activity whose sender is authenticated.</summary>
    /// <returns>The answer to an invoke, or null.</returns>
    public async Task<JsonObject?> AcceptAsync(JsonElement activity, Uri service, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (TeamsEvents.ThreadOf(activity) is { } thread)
        {
            // The service address of a conversation changes: only the last one that Teams has sent works.
            await store.NoteAddressAsync(
                thread.Platform,
                thread.Channel,
                new(service, Text(Below(activity, "conversation"), "conversationType")),
                cancellationToken
            );
        }
        if (Text(activity, "type") == "invoke")
            return await InvokeAsync(activity, now, cancellationToken);
        foreach (var work in TeamsEvents.Read(activity, now))
            await queue.AddAsync(work, cancellationToken);
        return null;
    }

    private async Task<JsonObject> InvokeAsync(
        JsonElement activity,
        DateTimeOffset now,
        CancellationToken cancellationToken
    )
    {
        switch (Text(activity, "name"))
        {
            case "adaptiveCard/action":
                return await ClickAsync(activity, now, cancellationToken);
            case "message/submitAction":
                if (TeamsEvents.Feedback(activity, now) is { } feedback)
                    await queue.AddAsync(feedback, cancellationToken);
                return [];
            default:
                return Failure(501, "NotImplemented", "The bot does not support this invoke.");
        }
    }

    private async Task<JsonObject> ClickAsync(
        JsonElement activity,
        DateTimeOffset now,
        CancellationToken cancellationToken
    )
    {
        var verb = Text(Below(Below(activity, "value"), "action"), "verb");
        if (TeamsEvents.Click(activity, verb, now) is not { } work)
            return verb == CardVerb.WhatFixedIt
                ? Answer(200, Toast, "Say what you did, or choose the cause.")
                : Failure(400, "BadRequest", "The bot does not know this button.");
        await queue.AddAsync(work, cancellationToken);
        return Answer(
            200,
            Toast,
            verb switch
            {
                CardVerb.Wrong => "Thank you. I will not give this answer again in similar cases. "
                    + "Use \"What fixed it?\" to tell me the cause.",
                CardVerb.Deeper or CardVerb.Propose or CardVerb.Apply or CardVerb.Undo => "I am working on it.",
                _ => "Thank you. I will recognise this cause next time.",
            }
        );
    }

    private static JsonObject Failure(int status, string code, string message) =>
        Answer(status, Error, new JsonObject { ["code"] = code, ["message"] = message });

    private static JsonObject Answer(int status, string type, JsonNode value) =>
        new()
        {
            ["statusCode"] = status,
            ["type"] = type,
            ["value"] = value,
        };
}
