using System.Text.Json;
using MetaKube.Chat;
using MetaKube.ChatOps.Conversations;
using MetaKube.Redis;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.WebUtilities;

namespace MetaKube.ChatOps.Slack;

/// <summary>
/// Receives events and interactions over HTTP. The signature is verified first, over the raw bytes of the body.
/// </summary>
internal static class SlackEndpoints
{
    public const string Events = "/slack/events",
        Interactivity = "/slack/interactivity";

    /// <summary>In bytes. Slack's largest bodies, submitted forms, are much smaller.</summary>
    private const int LargestBody = 1024 * 1024;

    public static void MapSlack(this IEndpointRouteBuilder routes, SlackOptions options)
    {
        if (!options.IsConfigured || options.SigningSecret is not { } secret)
            return;
        routes.MapPost(
            Events,
            (HttpContext context, SlackIntake intake, TimeProvider time) =>
                AcceptAsync(context, secret, intake, time, isForm: false)
        );
        routes.MapPost(
            Interactivity,
            (HttpContext context, SlackIntake intake, TimeProvider time) =>
                AcceptAsync(context, secret, intake, time, isForm: true)
        );
    }

    private static async Task<IResult> AcceptAsync(
        HttpContext context,
        string secret,
        SlackIntake intake,
        TimeProvider time,
        bool isForm
    )
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
            return await AnswerAsync(
                isForm ? Form(body) : JsonElement.Parse(body.Span),
                intake,
                context.RequestAborted
            );
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

    private static async Task<IResult> AnswerAsync(
        JsonElement payload,
        SlackIntake intake,
        CancellationToken cancellationToken
    )
    {
        if (payload.ValueKind != JsonValueKind.Object)
            return Results.BadRequest();
        if (ChatJson.Text(payload, "type") == "url_verification")
            return Results.Json(new Dictionary<string, string> { ["challenge"] = ChatJson.Text(payload, "challenge") });
        var answer = await intake.AcceptAsync(payload, cancellationToken);
        return answer is null ? Results.Ok() : Results.Text(answer.ToJsonString(), "application/json");
    }

    private static JsonElement Form(ReadOnlyMemory<byte> body)
    {
        using var reader = new FormReader(System.Text.Encoding.UTF8.GetString(body.Span));
        return reader.ReadForm().TryGetValue("payload", out var payload)
            ? JsonElement.Parse(payload.ToString())
            : default;
    }
}
