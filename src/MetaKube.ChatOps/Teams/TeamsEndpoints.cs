using System.Net;
using System.Text.Json;
using MetaKube.Chat;
using MetaKube.ChatOps.Conversations;
using MetaKube.Redis;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using static MetaKube.Chat.ChatJson;

namespace MetaKube.ChatOps.Teams;

/// <summary>
/// Receives activities of the Bot Framework. The token is verified first, and then its right to send the activity.
/// </summary>
internal static class TeamsEndpoints
{
    public const string Messages = "/api/messages";

    /// <summary>In bytes. A message has at most 100 KB, which the body holds as text and as HTML.</summary>
    private const int LargestBody = 1024 * 1024;

    private const string Channel = "msteams";

    public static void MapTeams(this IEndpointRouteBuilder routes, TeamsOptions options)
    {
        if (options.IsConfigured)
            routes.MapPost(
                Messages,
                (HttpContext context, TeamsAuthentication authentication, TeamsIntake intake) =>
                    AnswerAsync(context, options, authentication, intake)
            );
    }

    private static async Task<IResult> AnswerAsync(
        HttpContext context,
        TeamsOptions options,
        TeamsAuthentication authentication,
        TeamsIntake intake
    )
    {
        try
        {
            return await AcceptAsync(context, options, authentication, intake);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException)
        {
            return Results.BadRequest();
        }
        catch (Exception e) when (e is ChatUnavailableException or StoreUnavailableException)
        {
            // Teams redelivers an activity that is not acknowledged.
            return Results.StatusCode(StatusCodes.Status503ServiceUnavailable);
        }
    }

    private static async Task<IResult> AcceptAsync(
        HttpContext context,
        TeamsOptions options,
        TeamsAuthentication authentication,
        TeamsIntake intake
    )
    {
        var authorization = context.Request.Headers.Authorization.ToString();
        // The development client runs on this machine and sends no token.
        var isDevelopment =
            options.AllowUnauthenticated
            && authorization.Length == 0
            && context.Connection.RemoteIpAddress is { } address
            && IPAddress.IsLoopback(address);
        var caller = isDevelopment
            ? new(null, null)
            : await authentication.CheckAsync(authorization, context.RequestAborted);
        if (caller is null)
            return Results.Unauthorized();
        if (await RequestBody.ReadAsync(context.Request, LargestBody) is not { } body)
            return Results.StatusCode(StatusCodes.Status413PayloadTooLarge);
        var activity = JsonElement.Parse(body.Span);
        if (
            activity.ValueKind != JsonValueKind.Object
            || !Uri.TryCreate(Text(activity, "serviceUrl"), UriKind.Absolute, out var service)
        )
            return Results.BadRequest();
        if (Refusal(activity, service, caller, options, isDevelopment) is { } why)
        {
            authentication.Refuse(why);
            return Results.StatusCode(StatusCodes.Status403Forbidden);
        }
        var answer = await intake.AcceptAsync(activity, service, context.RequestAborted);
        return answer is null
            ? Results.StatusCode(StatusCodes.Status202Accepted)
            : Results.Text(answer.ToJsonString(), "application/json");
    }

    /// <summary>The reason to refuse an activity whose token is valid, or null.</summary>
    private static string? Refusal(
        JsonElement activity,
        Uri service,
        TeamsAuthentication.Caller caller,
        TeamsOptions options,
        bool isDevelopment
    )
    {
        // A sub-channel follows a colon.
        var channel = Text(activity, "channelId").Split(':')[0];
        if (channel != Channel)
            return $"it is of channel \"{ChatText.Cut(channel, 50)}\"";
        if (caller.Channels is { } channels && !channels.Contains(Channel))
            return "its key is not endorsed for Teams";
        // The caller's token is for one service address; the bot must not send its own token to a different one.
        if (
            caller.Channels is not null
            && !string.Equals(
                caller.ServiceUrl?.TrimEnd('/'),
                Text(activity, "serviceUrl").TrimEnd('/'),
                StringComparison.OrdinalIgnoreCase
            )
        )
            return "its token is for another serviceUrl";
        if (!options.IsConnector(service))
            return $"{service.Host} is no host of the Bot Connector";
        if (isDevelopment)
            return null;
        var tenant = Text(Below(activity, "conversation"), "tenantId") is { Length: > 0 } named
            ? named
            : Text(Below(Below(activity, "channelData"), "tenant"), "id");
        return options.AllowedTenants.Contains(tenant, StringComparer.OrdinalIgnoreCase)
            ? null
            : $"tenant {ChatText.Cut(tenant, 50)} may not write";
    }
}
