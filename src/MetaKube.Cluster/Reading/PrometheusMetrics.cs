using System.Globalization;
using System.Text.Json;
using MetaKube.Cluster.Objects;

namespace MetaKube.Cluster.Reading;

/// <summary>
/// Reads throttled containers and full volumes of a namespace from a Prometheus that scrapes the kubelets.
/// </summary>
internal static class PrometheusMetrics
{
    private static readonly TimeSpan RequestTimeout = TimeSpan.FromSeconds(5);

    /// <summary>Adds the measurements. Returns the reason of a failure, or null.</summary>
    public static async Task<string?> ReadAsync(
        Uri prometheus,
        string ns,
        Metrics metrics,
        CancellationToken cancellationToken
    )
    {
        using var client = new HttpClient { BaseAddress = prometheus, Timeout = RequestTimeout };
        try
        {
            foreach (var (labels, value) in await QueryAsync(client, Throttled(ns), cancellationToken))
                if (labels.TryGetValue("pod", out var pod) && labels.TryGetValue("container", out var container))
                    metrics.Add(ns, pod, container, new(Throttled: value));
            foreach (var (labels, value) in await QueryAsync(client, FreeSpace(ns), cancellationToken))
                if (labels.TryGetValue("persistentvolumeclaim", out var claim))
                    metrics.FreeOfClaims[(ns, claim)] = value;
            return null;
        }
        catch (Exception e)
            when (e is HttpRequestException or JsonException or KeyNotFoundException or InvalidOperationException
                || e is OperationCanceledException && !cancellationToken.IsCancellationRequested
            )
        {
            return e is OperationCanceledException ? "no answer in time" : e.Message;
        }
    }

    /// <summary>The share of throttled periods of each container.</summary>
    private static string Throttled(string ns) =>
        $"{Rate("container_cpu_cfs_throttled_periods_total", ns)} / {Rate("container_cpu_cfs_periods_total", ns)}";

    private static string Rate(string metric, string ns) =>
        $"sum by (pod, container) (rate({metric}{{namespace=\"{ns}\", container!=\"\"}}[5m]))";

    private static string FreeSpace(string ns) =>
        $"kubelet_volume_stats_available_bytes{{namespace=\"{ns}\"}}"
        + $" / kubelet_volume_stats_capacity_bytes{{namespace=\"{ns}\"}}";

    private static async Task<List<(Dictionary<string, string> Labels, double Value)>> QueryAsync(
        HttpClient client,
        string query,
        CancellationToken cancellationToken
    )
    {
        using var response = await client.GetAsync(
            new Uri($"api/v1/query?query={Uri.EscapeDataString(query)}", UriKind.Relative),
            cancellationToken
        );
        response.EnsureSuccessStatusCode();
        await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        using var document = await JsonDocument.ParseAsync(stream, cancellationToken: cancellationToken);
        return
        [
            .. document
                .RootElement.GetProperty("data")
                .GetProperty("result")
                .EnumerateArray()
                .Select(item =>
                    (
                        item.GetProperty("metric")
                            .EnumerateObject()
                            .ToDictionary(label => label.Name, label => label.Value.GetString() ?? ""),
                        double.Parse(item.GetProperty("value")[1].GetString() ?? "NaN", CultureInfo.InvariantCulture)
                    )
                )
                .Where(item => double.IsFinite(item.Item2)),
        ];
    }
}
