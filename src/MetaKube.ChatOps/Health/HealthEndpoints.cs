using System;
using System.Text;
using MetaKube.ChatOps.KubeLlm;
using MetaKube.ChatOps.Slack;
using MetaKube.ChatOps.Teams;
using MetaKube.Cluster;
using MetaKube.Model;
using MetaKube.Redis;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace MetaKube.ChatOps.Health;

/// <summary>
/// Whether the process lives, and how its parts are. Only what keeps it from taking work in makes it unready: without a
/// model, a cluster or a chat's answer it still takes work, keeps
/// it, and says in its answers what it lacks.
/// </summary>
internal static class HealthEndpoints
{
    /// <summary>A part that takes longer than this does not answer.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    public static void AddReadiness(this IServiceCollection services)
    {
        var checks = services.AddHealthChecks();
        Add(
            "memory",
            async (provider, token) =>
                await MemoryAsync(provider.GetRequiredService<WorkQueue>(), token) is { } why
                    ? HealthCheckResult.Unhealthy(why)
                    : HealthCheckResult.Healthy()
        );
        Add(
            "cluster",
            async (provider, token) =>
                Degraded(
                    provider.GetRequiredService<IEvidenceSource>() is ClusterEvidence cluster
                        ? await cluster.ComplaintAsync(token)
                        : null
                )
        );
        Add(
            "model",
            async (provider, token) => Degraded(await provider.GetRequiredService<ModelAccess>().ComplaintAsync(token))
        );
        Add(
            "Slack",
            (provider, _) =>
                Task.FromResult(
                    provider.GetService<SlackIdentity>() is { IsKnown: false }
                        ? HealthCheckResult.Unhealthy("it has not answered yet")
                    : provider.GetService<SlackSocketMode>() is { Open: 0 }
                        ? HealthCheckResult.Unhealthy("no socket is open")
                    : Degraded(provider.GetService<SlackApi>()?.Health.Complaint)
                )
        );
        Add(
            "Teams",
            (provider, _) =>
                Task.FromResult(
                    provider.GetService<TeamsTokenWarmup>() is { IsReady: false }
                        ? HealthCheckResult.Unhealthy("Entra has given no token yet")
                        : Degraded(provider.GetService<TeamsApi>()?.Health.Complaint)
                )
        );

        void Add(string part, Func<IServiceProvider, CancellationToken, Task<HealthCheckResult>> check) =>
            checks.Add(
                new(
                    part,
                    provider => new Check(token => check(provider, token)),
                    failureStatus: part == "memory" ? HealthStatus.Unhealthy : HealthStatus.Degraded,
                    tags: null
                )
            );
    }

    public static void MapHealth(this IEndpointRouteBuilder routes)
    {
        routes.MapPrometheusScrapingEndpoint();
        routes.MapGet("/healthz", () => Results.Text("ok"));
        routes.MapHealthChecks("/readyz", new() { ResponseWriter = WriteAsync });
    }

    private static HealthCheckResult Degraded(string? complaint) =>
        complaint is null ? HealthCheckResult.Healthy() : HealthCheckResult.Degraded(complaint);

    private static async Task<string?> MemoryAsync(WorkQueue lanes, CancellationToken cancellationToken)
    {
        try
        {
            await lanes.CountAsync(cancellationToken).WaitAsync(cancellationToken);
            return null;
        }
        catch (StoreUnavailableException)
        {
            return "it does not answer";
        }
    }

    private static Task WriteAsync(HttpContext context, HealthReport report)
    {
        var text = new StringBuilder(
            report.Status switch
            {
                HealthStatus.Healthy => "ready",
                HealthStatus.Degraded => "ready, but not whole",
                _ => "not ready",
            }
        );
        foreach (var (part, entry) in report.Entries.Where(entry => entry.Value.Status != HealthStatus.Healthy))
            text.Append('\n').Append(part).Append(": ").Append(entry.Description);
        context.Response.ContentType = "text/plain; charset=utf-8";
        return context.Response.WriteAsync(text.ToString(), context.RequestAborted);
    }

    private sealed class Check(Func<CancellationToken, Task<HealthCheckResult>> check) : IHealthCheck
    {
        public async Task<HealthCheckResult> CheckHealthAsync(
            HealthCheckContext context,
            CancellationToken cancellationToken = default
        )
        {
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            patience.CancelAfter(Patience);
            try
            {
                return await check(patience.Token);
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                return new(
                    context.Registration.FailureStatus,
                    $"it does not answer within {Patience.TotalSeconds:0} s"
                );
            }
        }
    }
}
