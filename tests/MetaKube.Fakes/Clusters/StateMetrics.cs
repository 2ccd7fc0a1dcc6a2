using System.Globalization;
using System.Text;
using k8s;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace MetaKube.Fakes.Clusters;

/// <summary>
/// The series of kube-state-metrics that rules about crashing pods need, of one namespace of a real cluster. It
/// replaces kube-state-metrics, which is not available to the tests.
/// </summary>
internal sealed class StateMetrics : IAsyncDisposable
{
    private readonly WebApplication server;
    private readonly Kubernetes client;

    private StateMetrics(WebApplication server, Kubernetes client) => (this.server, this.client) = (server, client);

    public Uri Address => new(server.Urls.First());

    public static async Task<StateMetrics> StartAsync(string kubeconfig, string ns)
    {
        var client = new Kubernetes(KubernetesClientConfiguration.BuildConfigFromConfigFile(kubeconfig));
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        app.MapGet(
            "/metrics",
            async context =>
            {
                var text = new StringBuilder();
                foreach (
                    var pod in (
                        await client.CoreV1.ListNamespacedPodAsync(ns, cancellationToken: context.RequestAborted)
                    ).Items
                )
                    foreach (var state in pod.Status.ContainerStatuses ?? [])
                    {
                        var labels = $"namespace=\"{ns}\",pod=\"{pod.Metadata.Name}\",container=\"{state.Name}\"";
                        if (state.State?.Waiting?.Reason is { } reason)
                            text.Append(
                                CultureInfo.InvariantCulture,
                                $"kube_pod_container_status_waiting_reason{{{labels},reason=\"{reason}\"}} 1\n"
                            );
                        text.Append(
                            CultureInfo.InvariantCulture,
                            $"kube_pod_container_status_restarts_total{{{labels}}} {state.RestartCount}\n"
                        );
                    }
                context.Response.ContentType = "text/plain; version=0.0.4";
                await context.Response.WriteAsync(text.ToString(), context.RequestAborted);
            }
        );
        await app.StartAsync();
        return new(app, client);
    }

    public async ValueTask DisposeAsync()
    {
        await server.DisposeAsync();
        client.Dispose();
    }
}
