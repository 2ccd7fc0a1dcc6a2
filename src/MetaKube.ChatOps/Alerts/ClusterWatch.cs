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
/// Looks for what the cluster complains of, and makes it an alert where no monitoring system does. Of several replicas
/// one looks.
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

    /// <summary>The kubelet repeats what stays at least every five minutes.</summary>
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(15),
        Quiet = TimeSpan.FromMinutes(6),
        Turn = TimeSpan.FromSeconds(60);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (cluster is not ClusterEvidence live)
            return;
        using var timer = new PeriodicTimer(LookEvery, time);
        do
        {
            try
            {
                await using var lease = await store.LeaseAsync("watch", Turn, stoppingToken);
                if (lease is not null)
                    await LookAsync(live, stoppingToken);
            }
            catch (Exception e) when (e is StoreUnavailableException or EvidenceUnavailableException)
            {
                LogNotSeen(e.Message);
            }
        } while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private async Task LookAsync(ClusterEvidence live, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var firing = new HashSet<string>();
        foreach (
            var warnings in (await live.WarningsAsync(now - Quiet, cancellationToken)).GroupBy(warning =>
                (warning.Resource.Kind, warning.Resource.Namespace, Name: Workload().Replace(warning.Resource.Name, ""))
            )
        )
        {
            var first = warnings.MinBy(warning => warning.Since)!;
            var labels = new Dictionary<string, string>
            {
                ["alertname"] = first.Reason,
                [first.Resource.Kind.ToLowerInvariant()] = warnings.MaxBy(warning => warning.Last)!.Resource.Name,
            };
            if (first.Resource.Namespace is { } ns)
                labels["namespace"] = ns;
            var key = $"{warnings.Key.Kind}/{warnings.Key.Namespace}/{warnings.Key.Name}";
            if (
                intake.Read(new(Source, key, IsResolved: false, [new(key, labels, first.Reason, null, null)]))
                is not { } alert
            )
                continue;
            firing.Add(alert.Group);
            // Told once while it lasts; what was resolved and comes again is told anew.
            if (await store.GroupAsync(alert.Group, cancellationToken) is { IsFiring: true })
                continue;
            await queue.AddAsync(
                alert with
                {
                    Id = $"{Source}:{alert.Group}:{now.Ticks / Quiet.Ticks}",
                    At = first.Since,
                    IsHint = true,
                },
                cancellationToken
            );
        }
        foreach (var open in await store.WatchedGroupsAsync(cancellationToken))
        {
            if (firing.Contains(open))
                continue;
            await queue.AddAsync(
                new WorkItem.Alert
                {
                    Id = $"{Source}:{open}:quiet-{now.Ticks / LookEvery.Ticks}",
                    At = now,
                    Group = open,
                    Threads = [],
                    Text = "",
                    IsResolved = true,
                    IsHint = true,
                },
                cancellationToken
            );
        }
    }

    // A pod's name without what its controller put behind the workload's.
    [GeneratedRegex("(-[a-f0-9]{6,10})?-[bcdfghjklmnpqrstvwxz2456789]{5}$")]
    private static partial Regex Workload();

    [LoggerMessage(LogLevel.Warning, "The cluster's own warnings cannot be looked at: {Why}")]
    private partial void LogNotSeen(string why);
}
