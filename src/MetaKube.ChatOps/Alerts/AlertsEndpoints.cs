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

/// <summary>Webhooks of monitoring systems: who sends it first, then what it says.</summary>
internal static class AlertsEndpoints
{
    /// <summary>A group of some thousand alerts.</summary>
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
                    var result = await TakeAsync(context, options, read, intake, queue, connection, outage);
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

    private static async Task<IResult> TakeAsync(
        HttpContext context,
        AlertsOptions options,
        Func<JsonElement, AlertGroup> read,
        AlertIntake intake,
        WorkQueue queue,
        IRedisConnection connection,
        StoreOutageNotice outage
    )
    {
        if (!await IsAllowedAsync(context, options))
            return Results.Unauthorized();
        if (await RequestBody.ReadAsync(context.Request, LargestBody) is not { } body)
            return Results.StatusCode(StatusCodes.Status413PayloadTooLarge);
        WorkItem.Alert? alert;
        try
        {
            alert = intake.Read(read(JsonElement.Parse(body.Span)));
        }
        catch (Exception e) when (e is JsonException or FormatException or InvalidOperationException)
        {
            // Monitoring systems do not send again what was refused so, and log why.
            return Results.Text(
                e is FormatException ? e.Message : "It is no JSON that can be read.",
                statusCode: StatusCodes.Status400BadRequest
            );
        }
        try
        {
            // Where the connection is known to be lost, nobody waits for it.
            if (!connection.IsConnected)
                throw new StoreUnavailableException("The memory's server cannot be reached.");
            if (alert is not null)
                await queue.AddAsync(alert, context.RequestAborted);
            outage.End();
            return Results.Ok();
        }
        catch (StoreUnavailableException)
        {
            // This they do send again.
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
        // Whose certificate is not of the authority gets no connection.
        return options.ClientAuthority.Length > 0
            && await context.Connection.GetClientCertificateAsync(context.RequestAborted) is not null;
    }
}
