using System.Text.Json;
using System.Text.Json.Nodes;
using MetaKube.Chat;
using MetaKube.Redis;
using static MetaKube.Chat.ChatJson;

namespace MetaKube.ChatOps.Teams;

/// <summary>Takes in what Teams sends: once this returns the work is kept, and may be acknowledged.</summary>
internal sealed class TeamsIntake(WorkQueue queue, ConversationStore store, TimeProvider time)
{
    private const string Toast = "application/vnd.microsoft.activity.message",
        Error = "application/vnd.microsoft.error";

    /// <summary>Takes in an activity whose sender is proven.</summary>
    /// <returns>The answer to an invoke, or null.</returns>
    public async Task<JsonObject?> TakeAsync(JsonElement activity, Uri service, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (TeamsEvents.ThreadOf(activity) is { } thread)
        {
            // The addresses of conversations change: the last one that Teams named is the one that works.
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
                var verb = Text(Below(Below(activity, "value"), "action"), "verb");
                if (TeamsEvents.Click(activity, verb, now) is not { } work)
                    return verb == CardVerb.What
                        ? Answer(200, Toast, "Say what you did, or choose the cause.")
                        : Answer(
                            400,
                            Error,
                            new JsonObject { ["code"] = "BadRequest", ["message"] = "This button means nothing to me." }
                        );
                await queue.AddAsync(work, cancellationToken);
                return Answer(
                    200,
                    Toast,
                    verb switch
                    {
                        CardVerb.Wrong =>
                            "Thank you. I will not say this again in cases like this. \"What fixed it?\" lets you tell me the cause.",
                        CardVerb.Deeper or CardVerb.Propose or CardVerb.Apply or CardVerb.Undo => "I am at it.",
                        _ => "Thank you. I will know it when I see it again.",
                    }
                );
            case "message/submitAction":
                if (TeamsEvents.Feedback(activity, now) is { } feedback)
                    await queue.AddAsync(feedback, cancellationToken);
                return [];
            default:
                return Answer(
                    501,
                    Error,
                    new JsonObject { ["code"] = "NotImplemented", ["message"] = "This bot knows no such invoke." }
                );
        }
    }

    private static JsonObject Answer(int status, string type, JsonNode value) =>
        new()
        {
            ["statusCode"] = status,
            ["type"] = type,
            ["value"] = value,
        };
}
