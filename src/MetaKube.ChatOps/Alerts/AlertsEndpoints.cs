using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using MetaKube.ChatOps.Conversations;
using MetaKube.ChatOps.Jobs;
using MetaKube.ChatOps.Redis;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using StackExchange.Redis;

namespace MetaKube.ChatOps.Alerts;

/// <summary>Webhooks of monitoring systems: the token first, then what they say.</summary>
internal static class AlertsEndpoints
{
    public const string Alertmanager = "/alerts/alertmanager";

    /// <summary>A group of some thousand alerts.</summary>
    private const int LargestBody = 4 * 1024 * 1024;

    public static void MapAlerts(this IEndpointRouteBuilder routes, AlertsOptions options)
    {
        if (options.IsConfigured) routes.MapPost(Alertmanager, (HttpContext context, LaneDispatch dispatch, TimeProvider time) => TakeAsync(context, options, dispatch, time));
    }

    private static async Task<IResult> TakeAsync(HttpContext context, AlertsOptions options, LaneDispatch dispatch, TimeProvider time)
    {
        if (!IsAllowed(context.Request.Headers.Authorization.ToString(), options.Token)) return Results.Unauthorized();
        if (await RequestBody.ReadAsync(context.Request, LargestBody) is not { } body) return Results.StatusCode(StatusCodes.Status413PayloadTooLarge);
        try
        {
            foreach (var alert in AlertmanagerWebhook.Read(JsonElement.Parse(body.Span), options, time.GetUtcNow())) await dispatch.AddAsync(alert, context.RequestAborted);
            return Results.Ok();
        }
        catch (Exception e) when (e is JsonException or FormatException or InvalidOperationException)
        {
            // Alertmanager does not send again what was refused so.
            return Results.BadRequest();
        }
        catch (Exception e) when (e is RedisException or TimeoutException or MemoryUnavailableException)
        {
            // This it does.
            return Results.StatusCode(StatusCodes.Status503ServiceUnavailable);
        }
    }

    private static bool IsAllowed(string authorization, string token) =>
        authorization.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase)
        // Of one length, so that comparing takes one time whatever was sent.
        && CryptographicOperations.FixedTimeEquals(SHA256.HashData(Encoding.UTF8.GetBytes(authorization["Bearer ".Length..].Trim())), SHA256.HashData(Encoding.UTF8.GetBytes(token)));
}
