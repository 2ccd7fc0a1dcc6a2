using System.Text.Json;
using System.Text.Json.Nodes;
using MetaKube.Chat;
using MetaKube.ChatOps.Conversations;
using MetaKube.Redis;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Logging;

namespace MetaKube.ChatOps.Slack;

/// <summary>
/// Receives events and interactions, over HTTP or from Socket Mode, and puts them into the work queue. A delivery is
/// acknowledged once its work is stored.
/// </summary>
internal sealed partial class SlackIntake(
    SlackIdentity identity,
    SlackEvents events,
    SlackForms forms,
    WorkQueue queue,
    TimeProvider time,
    ILogger<SlackIntake> logger
)
{
    public const string Events = "/slack/events",
        Interactivity = "/slack/interactivity";

    /// <summary>In bytes. Slack's largest bodies, submitted forms, are much smaller.</summary>
    private const int LargestBody = 1024 * 1024;

    /// <summary>Maps the routes of events and of interactions.</summary>
    /// <param name="routes">The host's routes.</param>
    /// <param name="secret">The app's signing secret.</param>
    public void Map(IEndpointRouteBuilder routes, string secret)
    {
        // With the handler's type in sight ASP.NET Core would ignore its result.
        Delegate onEvent = (HttpContext context) => ReceiveAsync(context, secret, isForm: false),
            onInteraction = (HttpContext context) => ReceiveAsync(context, secret, isForm: true);
        routes.MapPost(Events, onEvent);
        routes.MapPost(Interactivity, onInteraction);
    }

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
                    if (ChatJson.Text(action, "action_id") == SlackCard.Action(CardVerb.WhatFixedIt))
                        await forms.OpenAsync(payload, action, cancellationToken);
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

    /// <summary>Verifies the signature over the raw bytes of the body before anything else.</summary>
    private async Task<IResult> ReceiveAsync(HttpContext context, string secret, bool isForm)
    {
        var headers = context.Request.Headers;
        if (await RequestBody.ReadAsync(context.Request, LargestBody) is not { } body)
            return Results.StatusCode(StatusCodes.Status413PayloadTooLarge);
        if (
            !SlackSignature.IsValid(
                secret,
                headers["X-Slack-Request-Timestamp"],
                headers["X-Slack-Signature"],
                body.Span,
                time.GetUtcNow()
            )
        )
            return Results.Unauthorized();
        try
        {
            return await AnswerAsync(isForm ? Form(body) : JsonElement.Parse(body.Span), context.RequestAborted);
        }
        catch (Exception e)
            when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            return Results.BadRequest();
        }
        catch (Exception e) when (e is ChatUnavailableException or StoreUnavailableException)
        {
            // Slack redelivers events that are not acknowledged.
            return Results.StatusCode(StatusCodes.Status503ServiceUnavailable);
        }
    }

    private async Task<IResult> AnswerAsync(JsonElement payload, CancellationToken cancellationToken)
    {
        if (payload.ValueKind != JsonValueKind.Object)
            return Results.BadRequest();
        if (ChatJson.Text(payload, "type") == "url_verification")
            return Results.Json(new Dictionary<string, string> { ["challenge"] = ChatJson.Text(payload, "challenge") });
        var answer = await AcceptAsync(payload, cancellationToken);
        return answer is null ? Results.Ok() : Results.Text(answer.ToJsonString(), "application/json");
    }

    private static JsonElement Form(ReadOnlyMemory<byte> body)
    {
        using var reader = new FormReader(System.Text.Encoding.UTF8.GetString(body.Span));
        return reader.ReadForm().TryGetValue("payload", out var payload)
            ? JsonElement.Parse(payload.ToString())
            : default;
    }

    [LoggerMessage(LogLevel.Warning, "Slack rate-limits events: more than 30,000 came within an hour")]
    private partial void LogLimited();
}
