using MetaKube.ChatOps.Diagnostics;
using MetaKube.ChatOps.Platforms;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace MetaKube.ChatOps.Health;

/// <summary>
/// Metrics at <c>/metrics</c>, and readiness. With OTEL_EXPORTER_OTLP_ENDPOINT metrics and traces also go to that
/// endpoint.
/// </summary>
internal static class HealthSetup
{
    public static void AddHealth(
        this IServiceCollection services,
        IConfiguration configuration,
        IEnumerable<PlatformSetup> platforms
    )
    {
        var telemetry = services
            .AddOpenTelemetry()
            .ConfigureResource(resource =>
                resource.AddService(
                    "metakube",
                    serviceVersion: typeof(HealthSetup).Assembly.GetName().Version?.ToString()
                )
            )
            // The framework's meters cover incoming requests, outgoing calls (chats among them), memory and threads.
            .WithMetrics(metrics =>
                metrics
                    .AddMeter(
                        Telemetry.Name,
                        StateGauges.Name,
                        "Microsoft.AspNetCore.Hosting",
                        "System.Net.Http",
                        "System.Runtime"
                    )
                    .AddPrometheusExporter()
            )
            .WithTracing(tracing => tracing.AddSource(Telemetry.Name));
        if (configuration["OTEL_EXPORTER_OTLP_ENDPOINT"] is { Length: > 0 })
            telemetry.UseOtlpExporter();
        services.AddHostedService<StateGauges>();
        services.AddReadiness(platforms);
    }
}
