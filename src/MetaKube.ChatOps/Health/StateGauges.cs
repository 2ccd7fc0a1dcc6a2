using System.Diagnostics.Metrics;
using MetaKube.ChatOps.Diagnostics;
using MetaKube.ChatOps.Memory;
using MetaKube.Memory;
using MetaKube.Redis;
using Microsoft.Extensions.Hosting;

namespace MetaKube.ChatOps.Health;

/// <summary>
/// Gauges of stored state. A background loop reads them, so that a scrape never waits for the store.
/// </summary>
internal sealed class StateGauges : BackgroundService
{
    public const string Name = $"{Telemetry.Name}.State";

    private static readonly TimeSpan Every = TimeSpan.FromSeconds(15);

    private readonly MemoryAccess memory;
    private readonly WorkQueue queue;
    private readonly IncidentStore incidents;
    private readonly TimeProvider time;
    private readonly Meter meter;

    private long episodes,
        patterns,
        waiting,
        open;
    private double threshold,
        settled;
    private int isUp;

    public StateGauges(
        MemoryAccess memory,
        WorkQueue queue,
        IncidentStore incidents,
        TimeProvider time,
        IMeterFactory meters
    )
    {
        (this.memory, this.queue, this.incidents, this.time) = (memory, queue, incidents, time);
        meter = meters.Create(Name);
        AddMemoryGauges();
        meter.CreateObservableGauge(
            "metakube.queue.lanes",
            () => Volatile.Read(ref waiting),
            description: "Threads, incidents and votes with work in the queue"
        );
        meter.CreateObservableGauge(
            "metakube.incidents.open",
            () => Volatile.Read(ref open),
            description: "Incidents that are not resolved"
        );
    }

    private void AddMemoryGauges()
    {
        meter.CreateObservableGauge(
            "metakube.memory.up",
            () => Volatile.Read(ref isUp),
            description: "1 while memory answers, else 0"
        );
        meter.CreateObservableGauge(
            "metakube.memory.episodes",
            () => Volatile.Read(ref episodes),
            description: "Episodes in memory"
        );
        meter.CreateObservableGauge(
            "metakube.memory.patterns",
            () => Volatile.Read(ref patterns),
            description: "Patterns in memory"
        );
        meter.CreateObservableGauge(
            "metakube.memory.settled",
            () => Volatile.Read(ref settled),
            description: "Share of episodes whose outcome was known at the last consolidation"
        );
        meter.CreateObservableGauge(
            "metakube.memory.threshold",
            () => Volatile.Read(ref threshold),
            description: "Confidence above which memory answers"
        );
    }

    public override void Dispose()
    {
        base.Dispose();
        meter.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every, time);
        do
        {
            try
            {
                var store = await memory.OpenAsync(stoppingToken);
                var state = await store.StateAsync(stoppingToken);
                Volatile.Write(ref episodes, await store.CountAsync(stoppingToken));
                Volatile.Write(ref patterns, (await store.ListPatternsAsync(stoppingToken)).Count);
                Volatile.Write(ref threshold, state.Controller.Threshold);
                Volatile.Write(
                    ref settled,
                    state.Consolidated is { Episodes: > 0 } last ? (double)last.Outcomes / last.Episodes : 0
                );
                Volatile.Write(ref waiting, await queue.CountAsync(stoppingToken));
                Volatile.Write(ref open, await incidents.CountOpenAsync(stoppingToken));
                Volatile.Write(ref isUp, 1);
            }
            catch (StoreUnavailableException)
            {
                Volatile.Write(ref isUp, 0);
            }
        } while (await timer.WaitForNextTickAsync(stoppingToken));
    }
}
