using System;
using System.Globalization;
using MetaKube.Chat;
using MetaKube.ChatOps.Conversations;
using MetaKube.ChatOps.Diagnostics;
using MetaKube.ChatOps.Memory;
using MetaKube.Cluster;
using MetaKube.Cluster.Redaction;
using MetaKube.Investigations;
using MetaKube.Memory;
using MetaKube.Model;
using MetaKube.Redis;
using Microsoft.Extensions.Logging;

namespace MetaKube.ChatOps.Alerts;

/// <summary>
/// Deals with alerts: groups with one cause become one incident, which is investigated once. What it decides is kept,
/// and <see cref="IncidentNotifier"/> says it in each channel
/// beside it, so that a chat that is away holds up nothing else. Every step may be done again after a crash.
/// </summary>
internal sealed partial class IncidentCoordinator(
    IEvidenceSource cluster,
    MemoryAccess memory,
    Answering answering,
    ConversationStore conversations,
    IncidentStore store,
    WorkQueue queue,
    IEnumerable<ChatPlatform> platforms,
    AlertsOptions options,
    TimeProvider time,
    ILogger<IncidentCoordinator> logger
)
{
    /// <summary>Between two looks whether it is well: two of three.</summary>
    private static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan BlindRetry = TimeSpan.FromSeconds(10),
        OpeningRetry = TimeSpan.FromSeconds(1),
        LongestBlind = TimeSpan.FromHours(1),
        Recent = TimeSpan.FromDays(7);

    /// <summary>The incident of alerts that nothing can be said about as long as the cluster cannot be read.</summary>
    private const string Blind = "blind";

    /// <summary>Takes in how a group of alerts is now.</summary>
    public async Task TakeAsync(WorkItem.Alert alert, CancellationToken cancellationToken)
    {
        var group = await store.GroupAsync(alert.Group, cancellationToken);
        if (alert.IsResolved)
        {
            if (group is { IsFiring: true } || group?.Work == alert.Id)
                await LeaveAsync(alert, group, cancellationToken);
            return;
        }
        var known = group is null ? null : await store.FindAsync(group.Incident, cancellationToken);
        if (
            group is not null
            && known is not null
            && group.Work != alert.Id
            && known.Key != Blind
            && (
                group.IsFiring || known.ResolvedAt is null || time.GetUtcNow() - known.ResolvedAt < options.ReopenWithin
            )
        )
        {
            await JoinAsync(alert, known, cancellationToken);
            return;
        }
        await LookIntoAsync(alert, group, cancellationToken);
    }

    /// <summary>Closes an incident whose alerts are all resolved, with what the cluster shows of its end.</summary>
    public async Task CloseAsync(WorkItem.IncidentClosing closing, CancellationToken cancellationToken)
    {
        if (await store.FindAsync(closing.Incident, cancellationToken) is not { } incident)
            return;
        if (incident.ResolvedAt is null)
        {
            if (await store.IsFiringAsync(incident.Id, cancellationToken))
                return;
            Recovery? recovery = null;
            string? trouble = null;
            if (
                cluster is ClusterEvidence live
                && await store.WatchedAsync(incident.Id, cancellationToken) is { } watched
            )
            {
                (recovery, trouble) = await new RecoveryWatch(live, live.SettingsAsync, time).ConfirmAsync(
                    watched,
                    LookAgain,
                    SilentProgress.Instance,
                    cancellationToken
                );
                if (recovery is not null)
                    trouble = null;
            }
            incident = await store.CloseAsync(
                incident.Id,
                now => now with { ResolvedAt = Within(now.Since, closing.At), Recovery = recovery, Trouble = trouble },
                options.ReopenWithin,
                cancellationToken
            );
            // One of its alerts fires again.
            if (incident is null)
                return;
        }
        if (incident is { Investigation: { } investigation, Recovery: { } seen })
        {
            var episodes = await memory.OpenAsync(cancellationToken);
            await episodes.ObserveAsync(investigation, seen, cancellationToken);
            Telemetry.CountRecovery(seen);
        }
        Telemetry.CountIncident("resolved");
        await TellAsync(incident, closing.Id, incident.Threads, cancellationToken);
    }

    /// <summary>Says that an alert could not be looked into because of an error of ours.</summary>
    public async Task ApologiseAsync(WorkItem.Alert alert, Exception error, CancellationToken cancellationToken)
    {
        if (alert.IsResolved)
            return;
        var group = await store.GroupAsync(alert.Group, cancellationToken);
        var id = group is { IsFiring: true } ? group.Incident : AlertIntake.Hash(alert.Id);
        await store.OpenAsync(Opened(alert, id, id), cancellationToken);
        await store.JoinAsync(
            id,
            alert.Group,
            alert.Count,
            new(id, alert.Id, IsFiring: true, alert.IsHint),
            cancellationToken
        );
        if (await store.FindAsync(id, cancellationToken) is not { Verdict: null } incident)
            return;
        foreach (var thread in incident.Threads)
        {
            var apology = new OutgoingMessage.Reply(
                $"The investigation failed with an internal error ({error.GetType().Name}); the bot's log has the "
                    + "details. Nothing in the cluster was changed."
            );
            await conversations.DecideAsync(
                IncidentNotifier.AnswerOf(id, thread),
                Outbox.Of(apology),
                cancellationToken
            );
        }
        incident =
            await store.UpdateAsync(
                id,
                now => now with { Verdict = now.Verdict ?? "not looked into" },
                cancellationToken
            ) ?? incident;
        await TellAsync(incident, $"{alert.Id}:sorry", incident.Threads, cancellationToken);
    }

    /// <summary>A group has fired before, or its cause is known: it is counted, and looked into no more.</summary>
    private async Task JoinAsync(WorkItem.Alert alert, Incident incident, CancellationToken cancellationToken)
    {
        var before = await store.SizeAsync(incident.Id, cancellationToken);
        await store.JoinAsync(
            incident.Id,
            alert.Group,
            alert.Count,
            new(incident.Id, alert.Id, IsFiring: true, alert.IsHint),
            cancellationToken
        );
        // Read after it was joined: if it is resolved now, nobody else opens it again.
        var now = await store.FindAsync(incident.Id, cancellationToken) ?? incident;
        if (now.ResolvedAt is not null)
        {
            now = await store.ReopenAsync(incident.Id, cancellationToken) ?? now;
            Telemetry.CountIncident("reopened");
        }
        var after = await store.SizeAsync(incident.Id, cancellationToken);
        // In the first message the numbers are those of powers of two: in a storm it is not changed for each.
        var hasGrown =
            BitLength(before.Alerts) != BitLength(after.Alerts) || BitLength(before.Groups) != BitLength(after.Groups);
        var messages = alert.Threads.Where(thread => !thread.IsWholeChat).ToList();
        if (hasGrown || now.Reopened != incident.Reopened)
            await TellAsync(now, alert.Id, now.Threads, cancellationToken);
        if (messages.Count > 0)
            await TellAsync(now, alert.Id, messages, cancellationToken);
    }

    private async Task LeaveAsync(WorkItem.Alert alert, AlertGroupState group, CancellationToken cancellationToken)
    {
        // A warning that is not repeated for a while is not yet a recovery.
        if (
            alert.IsHint
            && cluster is ClusterEvidence live
            && await store.WatchedAsync(group.Incident, cancellationToken) is { } watched
            && (
                await new RecoveryWatch(live, live.SettingsAsync, time).ConfirmAsync(
                    watched,
                    LookAgain,
                    SilentProgress.Instance,
                    cancellationToken
                )
            ).Recovery
                is null
        )
            return;
        var left = group with { Work = alert.Id };
        if (await store.LeaveAsync(alert.Group, left, cancellationToken))
            return;
        await queue.AddAsync(
            new WorkItem.IncidentClosing
            {
                Id = $"{alert.Id}:closing",
                At = alert.At,
                Incident = group.Incident,
            },
            cancellationToken
        );
    }

    private async Task LookIntoAsync(WorkItem.Alert alert, AlertGroupState? group, CancellationToken cancellationToken)
    {
        var symptom = new Symptom(alert.Text, alert.Namespace);
        Evidence evidence;
        try
        {
            evidence = await cluster.CollectAsync(symptom, SilentProgress.Instance, cancellationToken);
        }
        catch (EvidenceUnavailableException e)
        {
            if (alert.IsHint)
                return;
            await WaitForClusterAsync(alert, new Redactor().Sentence(e.Message), cancellationToken);
            return;
        }
        // What the evidence alone says, before memory and model: groups that lead to the same, or without a cause are
        // about the same, are one incident.
        var (quick, _) = AnalyticalPathway.Diagnose(new(evidence), Recollection.Empty);
        if (alert.IsHint && !quick.NamesACause)
            return;
        var key = AlertIntake.Hash(
            $"{evidence.Cluster}\n{(quick.NamesACause ? $"{quick.Fault}\n{quick.Resource?.Object}" : evidence.Target is { } target ? $"{target}" : $"group\n{alert.Group}")}"
        );
        var own = AlertIntake.Hash($"{key}\n{alert.Id}");
        var id = await store.ClaimAsync(key, own, cancellationToken);
        if (group is { IsFiring: true } && group.Incident != id)
            await LeaveBlindAsync(alert, group, cancellationToken);
        if (id == own)
            await store.OpenAsync(Opened(alert, id, key), cancellationToken);
        var incident =
            await store.FindAsync(id, cancellationToken)
            ?? throw new PostponedException("Somebody else is about to open the incident.", OpeningRetry);
        if (id == own)
            await store.JoinAsync(
                id,
                alert.Group,
                alert.Count,
                new(id, alert.Id, IsFiring: true, alert.IsHint),
                cancellationToken
            );
        else
            await JoinAsync(alert, incident, cancellationToken);
        Telemetry.CountIncident(id == own ? "opened" : "joined");
        // Whoever is told of the group is told of its incident, though it began elsewhere.
        var further = alert
            .Threads.Where(thread => !incident.Threads.Any(known => IsSameChannel(known, thread)))
            .ToList();
        if (further.Count > 0)
            incident =
                await store.UpdateAsync(
                    id,
                    now =>
                        now with
                        {
                            Threads =
                            [
                                .. now.Threads,
                                .. further.Where(thread => !now.Threads.Any(known => IsSameChannel(known, thread))),
                            ],
                        },
                    cancellationToken
                ) ?? incident;
        var untold = id == own && incident.Verdict is null ? incident.Threads : further;
        if (untold.Count > 0)
        {
            await TellAsync(incident, $"{alert.Id}:opened", untold, cancellationToken);
            incident = await AnswerAsync(alert, incident, untold, symptom, evidence, cancellationToken);
        }
        if (id == own || untold.Count > 0)
            await TellAsync(
                incident,
                $"{alert.Id}:answered",
                untold.Count > 0 ? untold : incident.Threads,
                cancellationToken
            );
    }

    private static bool IsSameChannel(ThreadRef one, ThreadRef other) =>
        one.Platform == other.Platform && one.Channel == other.Channel;

    private static Incident Opened(WorkItem.Alert alert, string id, string key) =>
        new()
        {
            Id = id,
            Key = key,
            Title = alert.Text,
            Since = alert.At,
            Threads = alert.Threads,
        };

    /// <summary>
    /// Investigates, and decides what each channel is told: channels that may see everything the same, others what they
    /// may see.
    /// </summary>
    private async Task<Incident> AnswerAsync(
        WorkItem.Alert alert,
        Incident incident,
        IReadOnlyList<ThreadRef> threads,
        Symptom symptom,
        Evidence evidence,
        CancellationToken cancellationToken
    )
    {
        var collected = new CollectedEvidence(evidence);
        Investigation? whole = null,
            kept = null;
        var lines = default(IReadOnlyList<string>);
        foreach (var thread in threads)
        {
            var platform = platforms.First(one => one.Name == thread.Platform);
            var permission = Permission.Of(platform.Rules, thread.Channel, null);
            var chat = platform.Open(thread);
            var work = IncidentNotifier.AnswerOf(incident.Id, thread);
            try
            {
                var isWhole = permission == Permission.Everything;
                var investigation =
                    isWhole && whole is not null
                        ? whole
                        : await answering.InvestigateAsync(
                            new PermittedEvidence(collected, permission),
                            symptom,
                            null,
                            static _ => { },
                            cancellationToken
                        );
                if (isWhole)
                    whole = investigation;
                kept ??= investigation;
                var outbox = await answering.RenderAsync(chat, symptom, investigation, permission, cancellationToken);
                lines ??=
                [
                    .. (await RecurrenceAsync(incident, investigation, cancellationToken)).Concat(
                        await OthersAsync(alert, investigation, cancellationToken)
                    ),
                ];
                // What else there is may lie where not all channels may look.
                if (isWhole)
                    outbox = outbox with
                    {
                        Messages =
                        [
                            .. outbox.Messages,
                            .. lines.Select((line, n) => new OutgoingMessage.Reply(line) with { Part = $"more-{n}" }),
                        ],
                    };
                await conversations.DecideAsync(work, outbox, cancellationToken);
            }
            catch (NotPermittedException e)
            {
                await conversations.DecideAsync(
                    work,
                    Outbox.Of(new OutgoingMessage.Reply($"I cannot investigate this: {e.Message}")),
                    cancellationToken
                );
            }
        }
        if (kept is not null)
            await WatchAsync(incident.Id, symptom, kept, cancellationToken);
        var verdict = kept is null
            ? "not looked into"
            : kept.Diagnosis.Fault switch
            {
                Diagnosis.None => "nothing wrong is seen now",
                Diagnosis.Unknown => "not decided",
                var fault => string.Create(
                    CultureInfo.InvariantCulture,
                    $"{fault} at {kept.Diagnosis.Resource} ({kept.Diagnosis.Confidence:P0})"
                ),
            };
        return await store.UpdateAsync(
                incident.Id,
                now =>
                    now.Verdict is not null
                        ? null
                        : now with
                        {
                            Verdict = verdict,
                            Cluster = evidence.Cluster,
                            Namespace = (kept?.Diagnosis.Resource ?? kept?.Target ?? evidence.Target)?.Namespace,
                            Investigation = kept?.Id,
                        },
                cancellationToken
            ) ?? incident;
    }

    /// <summary>
    /// Keeps what the target is like now; what was changed before it is well again is told and learnt from.
    /// </summary>
    private async Task WatchAsync(
        string incident,
        Symptom symptom,
        Investigation investigation,
        CancellationToken cancellationToken
    )
    {
        // What was dumped or pasted does not recover.
        if (investigation.Diagnosis.Fault == Diagnosis.None || cluster is not ClusterEvidence live)
            return;
        if (await Watched.OfAsync(symptom, investigation, live.SettingsAsync, cancellationToken) is { } watched)
            await store.SaveWatchedAsync(incident, watched, cancellationToken);
    }

    /// <summary>That it was there before, and how it ended.</summary>
    private async Task<IEnumerable<string>> RecurrenceAsync(
        Incident incident,
        Investigation investigation,
        CancellationToken cancellationToken
    )
    {
        var past = await store.NoteHappenedAsync(
            incident.Key,
            new(incident.Id, time.GetUtcNow(), investigation.Id),
            cancellationToken
        );
        if (!investigation.Diagnosis.NamesACause || past.Count == 0)
            return [];
        var recent = past.Count(one => time.GetUtcNow() - one.At < Recent);
        var times = recent == 0 ? "It was there before" : $"The {Ordinal(recent + 1)} time within a week";
        var last = past[0];
        var episode = last.Investigation is null
            ? null
            : await (await memory.OpenAsync(cancellationToken)).FindAsync(last.Investigation, cancellationToken);
        var when = last.At.ToString("MMM d, HH:mm", CultureInfo.InvariantCulture);
        return [$"{times}; the last was on {when} UTC{(episode?.Fix is { } fix ? $", and ended with: {fix}" : "")}."];
    }

    /// <summary>What else the group is about, where the same cause does not explain it.</summary>
    private async Task<IEnumerable<string>> OthersAsync(
        WorkItem.Alert alert,
        Investigation investigation,
        CancellationToken cancellationToken
    )
    {
        var lines = new List<string>();
        foreach (var other in alert.Others)
        {
            try
            {
                var evidence = await cluster.CollectAsync(other, SilentProgress.Instance, cancellationToken);
                var (diagnosis, _) = AnalyticalPathway.Diagnose(new(evidence), Recollection.Empty);
                if (
                    diagnosis.NamesACause
                    && (diagnosis.Fault, diagnosis.Resource?.Object)
                        != (investigation.Diagnosis.Fault, investigation.Diagnosis.Resource?.Object)
                )
                    lines.Add($"• {diagnosis.Fault}: {diagnosis.Resource}. {diagnosis.RootCause}");
            }
            catch (EvidenceUnavailableException e)
            {
                LogNotRead(other.Question, e.Message);
            }
        }
        return lines.Count == 0
            ? []
            : [$"The same group has other causes as well:\n{string.Join('\n', lines.Distinct())}"];
    }

    /// <summary>
    /// The cluster cannot be read: said once for all alerts that come meanwhile, and each is looked into when it can
    /// be.
    /// </summary>
    private async Task WaitForClusterAsync(WorkItem.Alert alert, string why, CancellationToken cancellationToken)
    {
        var own = AlertIntake.Hash($"{Blind}\n{alert.Id}");
        var id = await store.ClaimAsync(Blind, own, cancellationToken);
        await store.OpenAsync(
            new()
            {
                Id = id,
                Key = Blind,
                Title = $"Alerts fire, and I cannot read the cluster: {why}",
                Since = time.GetUtcNow(),
                Threads = alert.Threads,
                Verdict = "not looked into yet",
            },
            cancellationToken
        );
        await store.JoinAsync(
            id,
            alert.Group,
            alert.Count,
            new(id, alert.Id, IsFiring: true, alert.IsHint),
            cancellationToken
        );
        if (await store.FindAsync(id, cancellationToken) is { ResolvedAt: not null })
            await store.ReopenAsync(id, cancellationToken);
        if (await store.FindAsync(id, cancellationToken) is not { } incident)
            return;
        await TellAsync(incident, $"{alert.Id}:blind", incident.Threads, cancellationToken);
        if (time.GetUtcNow() - incident.Since < LongestBlind)
            throw new PostponedException($"The cluster cannot be read: {why}", BlindRetry);
    }

    private async Task LeaveBlindAsync(WorkItem.Alert alert, AlertGroupState group, CancellationToken cancellationToken)
    {
        if (!await store.LeaveAsync(alert.Group, group, cancellationToken))
            await queue.AddAsync(
                new WorkItem.IncidentClosing
                {
                    Id = $"{alert.Id}:seen",
                    At = time.GetUtcNow(),
                    Incident = group.Incident,
                },
                cancellationToken
            );
    }

    private async Task TellAsync(
        Incident incident,
        string why,
        IEnumerable<ThreadRef> channels,
        CancellationToken cancellationToken
    )
    {
        foreach (var channel in channels)
            await queue.AddAsync(
                new WorkItem.IncidentUpdate
                {
                    Id = $"{why}:{channel.Key}",
                    At = time.GetUtcNow(),
                    Incident = incident.Id,
                    Channel = channel,
                },
                cancellationToken
            );
    }

    /// <summary>The clocks of monitoring systems and chats are not ours.</summary>
    private DateTimeOffset Within(DateTimeOffset since, DateTimeOffset at) =>
        at >= since && at <= time.GetUtcNow() ? at : time.GetUtcNow();

    private static int BitLength(int number) => 32 - int.LeadingZeroCount(number);

    private static string Ordinal(int number) =>
        (number % 10, number % 100) switch
        {
            (1, not 11) => $"{number}st",
            (2, not 12) => $"{number}nd",
            (3, not 13) => $"{number}rd",
            _ => $"{number}th",
        };

    [LoggerMessage(LogLevel.Warning, "{Question} cannot be looked into: {Why}")]
    private partial void LogNotRead(string question, string why);
}
