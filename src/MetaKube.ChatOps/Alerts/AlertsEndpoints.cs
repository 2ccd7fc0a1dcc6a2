using System.Text.Json;
using MetaKube.Chat;
using MetaKube.ChatOps.Configuration;
using MetaKube.ChatOps.Conversations;
using MetaKube.ChatOps.Diagnostics;
using MetaKube.Redis;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace MetaKube.ChatOps.Alerts;

/// <summary>Webhooks of monitoring systems. The sender is authenticated before the body is parsed.</summary>
internal static class AlertsEndpoints
{
    /// <summary>In bytes: enough for a group of some thousand alerts.</summary>
    private const int LargestBody = 4 * 1024 * 1024;

    public static void MapAlerts(this IEndpointRouteBuilder routes, AlertsOptions options)
    {
        if (!options.HasWebhooks)
            return;
        Map("/alerts/alertmanager", AlertWebhooks.Alertmanager);
        Map("/alerts/grafana", AlertWebhooks.Grafana);
        Map("/alerts/generic", AlertWebhooks.Generic);

        void Map(string route, Func<JsonElement, AlertGroup> read) =>
            routes.MapPost(
                route,
                async (
                    HttpContext context,
                    AlertIntake intake,
                    WorkQueue queue,
                    IRedisConnection connection,
                    StoreOutageNotice outage
                ) =>
                {
                    var result = await IsAllowedAsync(context, options)
                        ? await AcceptAsync(context, read, intake, queue, connection, outage)
                        : Results.Unauthorized();
                    Telemetry.CountAlert(
                        route.Split('/')[^1],
                        (result as IStatusCodeHttpResult)?.StatusCode switch
                        {
                            StatusCodes.Status200OK => "taken",
                            StatusCodes.Status503ServiceUnavailable => "unavailable",
                            StatusCodes.Status401Unauthorized => "refused",
                            _ => "malformed",
                        }
                    );
                    return result;
                }
            );
    }

    private static async Task<IResult> AcceptAsync(
        HttpContext context,
        Func<JsonElement, AlertGroup> read,
        AlertIntake intake,
        WorkQueue queue,
        IRedisConnection connection,
        StoreOutageNotice outage
    )
    {
        if (await RequestBody.ReadAsync(context.Request, LargestBody) is not { } body)
            return Results.StatusCode(StatusCodes.Status413PayloadTooLarge);
        WorkItem.Alert? alert;
        try
        {
            alert = intake.Read(read(JsonElement.Parse(body.Span)));
        }
        catch (Exception e) when (e is JsonException or FormatException or InvalidOperationException)
        {
            // Monitoring systems do not repeat a notification that gets status 400, and log the reason.
            return Results.Text(
                e is FormatException ? e.Message : "The body is not readable JSON.",
                statusCode: StatusCodes.Status400BadRequest
            );
        }
        return await StoreAsync(context, alert, queue, connection, outage);
    }

    private static async Task<IResult> StoreAsync(
        HttpContext context,
        WorkItem.Alert? alert,
        WorkQueue queue,
        IRedisConnection connection,
        StoreOutageNotice outage
    )
    {
        try
        {
            // The request does not wait for a connection that is known to be lost.
            if (!connection.IsConnected)
                throw new StoreUnavailableException("The memory's server cannot be reached.");
            if (alert is not null)
                await queue.AddAsync(alert, context.RequestAborted);
            outage.End();
            return Results.Ok();
        }
        catch (StoreUnavailableException)
        {
            // Monitoring systems repeat a notification that gets status 503.
            outage.Begin();
            context.Response.Headers.RetryAfter = "5";
            return Results.StatusCode(StatusCodes.Status503ServiceUnavailable);
        }
    }

    private static async Task<bool> IsAllowedAsync(HttpContext context, AlertsOptions options)
    {
        var authorization = context.Request.Headers.Authorization.ToString();
        if (
            options.Token.Length > 0
            && authorization.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase)
            && SharedSecret.Matches(authorization["Bearer ".Length..].Trim(), options.Token)
        )
            return true;
        // A certificate of another authority has already failed the TLS handshake.
        return options.ClientAuthority.Length > 0
            && await context.Connection.GetClientCertificateAsync(context.RequestAborted) is not null;
    }
}
