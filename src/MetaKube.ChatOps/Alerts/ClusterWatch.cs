using System.Text.RegularExpressions;
using MetaKube.Chat;
using MetaKube.Cluster;
using MetaKube.Cluster.Reading;
using MetaKube.Model;
using MetaKube.Redis;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace MetaKube.ChatOps.Alerts;

/// <summary>
/// Polls the cluster's Warning events and stalled rollouts, and raises alerts for them where no monitoring system does.
/// A lease makes sure that only one replica polls.
/// </summary>
internal sealed partial class ClusterWatch(
    IEvidenceSource cluster,
    AlertIntake intake,
    WorkQueue queue,
    IncidentStore store,
    TimeProvider time,
    ILogger<ClusterWatch> logger
) : BackgroundService
{
    private const string Source = "watch";

    /// <summary>A warning counts as over after the quiet period: the kubelet repeats a lasting one at least every five
    /// minutes.</summary>
    private static readonly TimeSpan PollInterval = TimeSpan.FromSeconds(15),
        QuietPeriod = TimeSpan.FromMinutes(6),
        LeaseDuration = TimeSpan.FromSeconds(60);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (cluster is not ClusterEvidence live)
            return;
        using var timer = new PeriodicTimer(PollInterval, time);
        do
        {
            try
            {
                await using var lease = await store.LeaseAsync("watch", LeaseDuration, stoppingToken);
                if (lease is not null)
                    await PollAsync(live, stoppingToken);
            }
            catch (Exception e) when (e is StoreUnavailableException or EvidenceUnavailableException)
            {
                LogNotPolled(e.Message);
            }
        } while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private async Task PollAsync(ClusterEvidence live, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var warnings = await live.WarningsAsync(now - QuietPeriod, cancellationToken);
        var firing = new HashSet<string>();
        foreach (var alert in warnings.GroupBy(WorkloadOf).Select(Alert).OfType<WorkItem.Alert>())
        {
            firing.Add(alert.Group);
            // A lasting alert is raised once, and again if it comes back after it was resolved.
            if (await store.GroupAsync(alert.Group, cancellationToken) is { IsFiring: true })
                continue;
            await queue.AddAsync(
                alert with
                {
                    Id = $"{Source}:{alert.Group}:{now.Ticks / QuietPeriod.Ticks}",
                },
                cancellationToken
            );
        }
        foreach (var open in await store.WatchedGroupsAsync(cancellationToken))
            if (!firing.Contains(open))
                await queue.AddAsync(Resolved(open, now), cancellationToken);
    }

    private WorkItem.Alert? Alert(IGrouping<string, ClusterWarning> warnings)
    {
        var first = warnings.MinBy(warning => warning.Since)!;
        var labels = new Dictionary<string, string>
        {
            ["alertname"] = first.Reason,
            [first.Resource.Kind.ToLowerInvariant()] = warnings.MaxBy(warning => warning.Last)!.Resource.Name,
        };
        if (first.Resource.Namespace is { } ns)
            labels["namespace"] = ns;
        var raised = new RaisedAlert(warnings.Key, labels, first.Reason, null, null);
        return intake.Read(new(Source, warnings.Key, IsResolved: false, [raised])) is { } alert
            ? alert with
            {
                At = first.Since,
                IsHint = true,
            }
            : null;
    }

    private static WorkItem.Alert Resolved(string group, DateTimeOffset now) =>
        new()
        {
            Id = $"{Source}:{group}:quiet-{now.Ticks / PollInterval.Ticks}",
            At = now,
            Group = group,
            Threads = [],
            Text = "",
            IsResolved = true,
            IsHint = true,
        };

    private static string WorkloadOf(ClusterWarning warning) =>
        $"{warning.Resource.Kind}/{warning.Resource.Namespace}/{PodSuffix().Replace(warning.Resource.Name, "")}";

    // The suffix that controllers append to a workload's name for its pods.
    [GeneratedRegex("(-[a-f0-9]{6,10})?-[bcdfghjklmnpqrstvwxz2456789]{5}$")]
    private static partial Regex PodSuffix();

    [LoggerMessage(LogLevel.Warning, "The cluster's warnings cannot be read: {Why}")]
    private partial void LogNotPolled(string why);
}
