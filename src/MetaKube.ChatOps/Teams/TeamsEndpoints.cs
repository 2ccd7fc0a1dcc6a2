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

/// <summary>Activities of the Bot Framework: the token first, then what it is for.</summary>
internal static class TeamsEndpoints
{
    public const string Messages = "/api/messages";

    /// <summary>A message may have 100 KB, and comes twice: as text and as HTML.</summary>
    private const int LargestBody = 1024 * 1024;

    private const string Channel = "msteams";

    public static void MapTeams(this IEndpointRouteBuilder routes, TeamsOptions options)
    {
        if (options.IsConfigured)
            routes.MapPost(
                Messages,
                (HttpContext context, TeamsAuthentication authentication, TeamsIntake intake) =>
                    TakeAsync(context, options, authentication, intake)
            );
    }

    private static async Task<IResult> TakeAsync(
        HttpContext context,
        TeamsOptions options,
        TeamsAuthentication authentication,
        TeamsIntake intake
    )
    {
        try
        {
            var authorization = context.Request.Headers.Authorization.ToString();
            // The development client sends no token, and is on this machine.
            var isLetIn =
                options.AllowUnauthenticated
                && authorization.Length == 0
                && context.Connection.RemoteIpAddress is { } address
                && IPAddress.IsLoopback(address);
            var caller = isLetIn
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
            if (WhyNot(activity, service, caller, options, isLetIn) is { } why)
            {
                authentication.Refuse(why);
                return Results.StatusCode(StatusCodes.Status403Forbidden);
            }
            var answer = await intake.TakeAsync(activity, service, context.RequestAborted);
            return answer is null
                ? Results.StatusCode(StatusCodes.Status202Accepted)
                : Results.Text(answer.ToJsonString(), "application/json");
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException)
        {
            return Results.BadRequest();
        }
        catch (Exception e) when (e is ChatUnavailableException or StoreUnavailableException)
        {
            // Not acknowledged, it comes again.
            return Results.StatusCode(StatusCodes.Status503ServiceUnavailable);
        }
    }

    /// <summary>Why an activity is refused though its token is good, or null.</summary>
    private static string? WhyNot(
        JsonElement activity,
        Uri service,
        TeamsAuthentication.Caller caller,
        TeamsOptions options,
        bool isLetIn
    )
    {
        // Sub-channels stand behind a colon.
        var channel = Text(activity, "channelId").Split(':')[0];
        if (channel != Channel)
            return $"it is of channel \"{ChatText.Cut(channel, 50)}\"";
        if (caller.Channels is { } channels && !channels.Contains(Channel))
            return "its key is not endorsed for Teams";
        // Who has a token for one address must not have us send ours to another.
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
        if (isLetIn)
            return null;
        var tenant = Text(Below(activity, "conversation"), "tenantId") is { Length: > 0 } named
            ? named
            : Text(Below(Below(activity, "channelData"), "tenant"), "id");
        return options.AllowedTenants.Contains(tenant, StringComparer.OrdinalIgnoreCase)
            ? null
            : $"tenant {ChatText.Cut(tenant, 50)} may not write";
    }
}
