using System;
using System.Diagnostics;
using k8s;
using MetaKube.Cluster;
using MetaKube.Cluster.Reading;
using MetaKube.Fakes;
using MetaKube.Fakes.Clusters;
using MetaKube.Investigations;
using Microsoft.Extensions.Time.Testing;

namespace MetaKube.Evaluation;

/// <summary>
/// Asks about each recorded failure within a cluster of 500 nodes, 10,000 pods and 50,000 events, then about the whole
/// cluster. The API server is a process of its own, so that the printed memory is that of the bot.
/// </summary>
internal static class ScaleBenchmark
{
    // Composed failures define nodes; two of them on one cluster would conflict.
    private static IReadOnlyList<Scenario> SideBySide(IReadOnlyList<Scenario> scenarios) =>
        [.. scenarios.Where(scenario => scenario is { Exclusive: false, IsComposed: false })];

    /// <summary>Serves the cluster until standard input ends; the first line that it prints is its address.</summary>
    public static async Task ServeAsync(IReadOnlyList<Scenario> scenarios)
    {
        await using var cluster = await SimulatedCluster.StartAsync();
        LargeCluster.Fill(cluster, SideBySide(scenarios).Max(scenario => scenario.RecordedAt));
        foreach (var scenario in SideBySide(scenarios))
            cluster.AddDump(scenario.Dump);
        Console.WriteLine(cluster.Url);
        await Console.In.ReadToEndAsync();
    }

    public static async Task<bool> RunAsync(IReadOnlyList<Scenario> scenarios, TextWriter output)
    {
        using var server = Process.Start(
            new ProcessStartInfo(Environment.ProcessPath!, ["serve-large"])
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
            }
        )!;
        try
        {
            return await MeasureAsync((await server.StandardOutput.ReadLineAsync())!, SideBySide(scenarios), output);
        }
        finally
        {
            server.StandardInput.Close();
        }
    }

    private static async Task<bool> MeasureAsync(string url, IReadOnlyList<Scenario> scenarios, TextWriter output)
    {
        using var counter = new Counter();
        using var client = new Kubernetes(new KubernetesClientConfiguration { Host = url }, counter);
        var clock = new FakeTimeProvider(scenarios.Min(scenario => scenario.RecordedAt));
        var source = new ClusterEvidence(() => new(client, "large", []), clock);
        var accuracy = new Accuracy();
        var (times, calls) = (new List<double>(), new List<double>());
        foreach (
            var scenario in scenarios
                .Where(scenario => scenario.Resource is not null)
                .OrderBy(scenario => scenario.RecordedAt)
        )
        {
            // Recorded failures are judged by the clock of their recording.
            clock.SetUtcNow(scenario.RecordedAt);
            counter.Requests = 0;
            var watch = Stopwatch.StartNew();
            var ns = IsAmbiguous(scenario, scenarios) ? scenario.Namespace : null;
            var investigation = await MemorylessInvestigation.RunAsync(source, scenario.Question, ns, default);
            times.Add(watch.Elapsed.TotalMilliseconds);
            calls.Add(counter.Requests);
            if (counter.Requests > ClusterReader.MostRequests)
                output.WriteLine($"{counter.Requests} calls: {scenario.Name}");
            accuracy.Add(scenario, investigation);
        }
        accuracy.Print(output);
        output.WriteLine(
            $"one object: p50 {Percentile(times, 0.5):0} ms, p95 {Percentile(times, 0.95):0} ms, longest "
                + $"{times.Max():0} ms; API calls p50 {Percentile(calls, 0.5)}, p95 {Percentile(calls, 0.95)}, most "
                + $"{calls.Max()}"
        );
        output.WriteLine($"peak memory so far: {Process.GetCurrentProcess().PeakWorkingSet64 / 1024 / 1024} MB");
        await TriageAsync(source, counter, output);
        return accuracy.AllRight;
    }

    /// <summary>Two recorded objects may have the same name; a person would then give the namespace.</summary>
    private static bool IsAmbiguous(Scenario scenario, IReadOnlyList<Scenario> all) =>
        all.Any(other => other != scenario && other.Resource?.Name == scenario.Resource!.Name);

    private static async Task TriageAsync(ClusterEvidence source, Counter counter, TextWriter output)
    {
        counter.Requests = 0;
        var triage = Stopwatch.StartNew();
        var whole = await MemorylessInvestigation.RunAsync(source, "what is wrong", null, default);
        output.WriteLine(
            $"whole cluster: {triage.Elapsed.TotalSeconds:0.0} s, {counter.Requests} API calls; worst: "
                + $"{whole.Diagnosis.Fault} at {whole.Diagnosis.Resource}, {whole.Others.Count} others"
        );
        output.WriteLine($"peak memory: {Process.GetCurrentProcess().PeakWorkingSet64 / 1024 / 1024} MB");
    }

    private static double Percentile(IEnumerable<double> values, double share)
    {
        var sorted = values.Order().ToList();
        return sorted[Math.Min(sorted.Count - 1, (int)(share * sorted.Count))];
    }

    private sealed class Counter : DelegatingHandler
    {
        private int requests;

        public int Requests
        {
            get => requests;
            set => requests = value;
        }

        protected override Task<HttpResponseMessage> SendAsync(
            HttpRequestMessage request,
            CancellationToken cancellationToken
        )
        {
            Interlocked.Increment(ref requests);
            return base.SendAsync(request, cancellationToken);
        }
    }
}
