using System.Text;
using MetaKube.ChatOps.KubeLlm;
using MetaKube.ChatOps.Platforms;
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
/// Liveness at <c>/healthz</c> and readiness at <c>/readyz</c>. Only memory and a platform that is not connected make
/// the process unready. Without a model, a cluster or a chat's answer it still accepts and stores work, and its answers
/// name what is missing.
/// </summary>
internal static class HealthEndpoints
{
    /// <summary>A part that takes longer than this counts as not answering.</summary>
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(2);

    public static void AddReadiness(this IServiceCollection services, IEnumerable<PlatformSetup> platforms)
    {
        var checks = services.AddHealthChecks();
        Add(
            "memory",
            HealthStatus.Unhealthy,
            (provider, token) => MemoryAsync(provider.GetRequiredService<WorkQueue>(), token)
        );
        Add(
            "cluster",
            HealthStatus.Degraded,
            async (provider, token) =>
                Degraded(
                    provider.GetRequiredService<IEvidenceSource>() is ClusterEvidence cluster
                        ? await cluster.ComplaintAsync(token)
                        : null
                )
        );
        Add(
            "model",
            HealthStatus.Degraded,
            async (provider, token) => Degraded(await provider.GetRequiredService<ModelAccess>().ComplaintAsync(token))
        );
        foreach (var platform in platforms)
            Add(platform.Title, HealthStatus.Degraded, (provider, _) => Task.FromResult(platform.Readiness(provider)));

        void Add(
            string part,
            HealthStatus whenSlow,
            Func<IServiceProvider, CancellationToken, Task<HealthCheckResult>> check
        ) => checks.Add(new(part, provider => new Check(token => check(provider, token)), whenSlow, tags: null));
    }

    public static void MapHealth(this IEndpointRouteBuilder routes)
    {
        routes.MapPrometheusScrapingEndpoint();
        routes.MapGet("/healthz", () => Results.Text("ok"));
        routes.MapHealthChecks("/readyz", new() { ResponseWriter = WriteAsync });
    }

    private static HealthCheckResult Degraded(string? complaint) =>
        complaint is null ? HealthCheckResult.Healthy() : HealthCheckResult.Degraded(complaint);

    private static async Task<HealthCheckResult> MemoryAsync(WorkQueue queue, CancellationToken cancellationToken)
    {
        try
        {
            await queue.CountAsync(cancellationToken).WaitAsync(cancellationToken);
            return HealthCheckResult.Healthy();
        }
        catch (StoreUnavailableException)
        {
            return HealthCheckResult.Unhealthy("it does not answer");
        }
    }

    private static Task WriteAsync(HttpContext context, HealthReport report)
    {
        var text = new StringBuilder(
            report.Status switch
            {
                HealthStatus.Healthy => "ready",
                HealthStatus.Degraded => "ready, with parts that do not work",
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
            using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            timeout.CancelAfter(Timeout);
            try
            {
                return await check(timeout.Token);
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                return new(context.Registration.FailureStatus, $"it does not answer within {Timeout.TotalSeconds:0} s");
            }
        }
    }
}
