using MetaKube.ChatOps.Redis;
using MetaKube.ChatOps.Slack;
using MetaKube.ChatOps.Teams;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using StackExchange.Redis;

namespace MetaKube.ChatOps.Health;

/// <summary>Whether the process lives, and whether it can do its work.</summary>
internal static class HealthEndpoints
{
    public static void MapHealth(this IEndpointRouteBuilder routes)
    {
        routes.MapPrometheusScrapingEndpoint();
        routes.MapGet("/healthz", () => Results.Text("ok"));
        routes.MapGet("/readyz", async (WorkLanes lanes, IServiceProvider services, CancellationToken cancellationToken) =>
        {
            var lacking = new List<string>();
            try
            {
                await lanes.CountAsync(cancellationToken);
            }
            catch (Exception e) when (e is RedisException or TimeoutException or MemoryUnavailableException)
            {
                lacking.Add("memory does not answer");
            }
            if (services.GetService<SlackIdentity>() is { IsKnown: false }) lacking.Add("Slack has not answered");
            if (services.GetService<SlackSocketMode>() is { Open: 0 }) lacking.Add("no socket to Slack is open");
            if (services.GetService<TeamsGreeting>() is { IsReady: false }) lacking.Add("Entra has given no token for Teams");
            return lacking.Count == 0 ? Results.Text("ready") : Results.Text(string.Join('\n', lacking), statusCode: StatusCodes.Status503ServiceUnavailable);
        });
    }
}
