using MetaKube.Chat;
using MetaKube.ChatOps.Diagnostics;
using MetaKube.Cluster.Redaction;
using MetaKube.Investigations;
using MetaKube.Memory;
using MetaKube.Model;
using MetaKube.Redis;

namespace MetaKube.ChatOps.Alerts;

/// <summary>
/// Handles alerts: groups of alerts with one cause become one incident, which is investigated once.
/// <see cref="IncidentNotifier"/> posts its state in each channel on its own, so that a chat that is unavailable holds
/// up no other. Every step can be repeated after a crash.
/// </summary>
internal sealed class IncidentCoordinator(
    IEvidenceSource cluster,
    IncidentStore store,
    IncidentLifecycle lifecycle,
    IncidentAnswers answers,
    IncidentUpdates updates,
    UnreadableCluster unreadable
)
{
    private static readonly TimeSpan OpeningRetry = TimeSpan.FromSeconds(1);

    /// <summary>Records that a group of alerts fires or is resolved; a new incident is investigated.</summary>
    public async Task TakeAsync(WorkItem.Alert alert, CancellationToken cancellationToken)
    {
        var group = await store.GroupAsync(alert.Group, cancellationToken);
        if (alert.IsResolved)
        {
            if (group is { IsFiring: true } || group?.Work == alert.Id)
                await lifecycle.LeaveAsync(alert, group, cancellationToken);
            return;
        }
        var known = group is null ? null : await store.FindAsync(group.Incident, cancellationToken);
        if (known is not null && lifecycle.Continues(known, group!, alert))
            await lifecycle.JoinAsync(alert, known, cancellationToken);
        else
            await LookIntoAsync(alert, group, cancellationToken);
    }

    public Task CloseAsync(WorkItem.IncidentClosing closing, CancellationToken cancellationToken) =>
        lifecycle.CloseAsync(closing, cancellationToken);

    /// <summary>Posts that an alert could not be investigated, and why.</summary>
    public async Task ApologiseAsync(WorkItem.Alert alert, Exception error, CancellationToken cancellationToken)
    {
        if (alert.IsResolved)
            return;
        var group = await store.GroupAsync(alert.Group, cancellationToken);
        var id = group is { IsFiring: true } ? group.Incident : AlertIntake.Hash(alert.Id);
        await store.OpenAsync(Opened(alert, id, id), cancellationToken);
        await lifecycle.AddGroupAsync(alert, id, cancellationToken);
        if (await store.FindAsync(id, cancellationToken) is not { Verdict: null } incident)
            return;
        await answers.DecideApologyAsync(incident, error, cancellationToken);
        incident = await SetVerdictAsync(incident, IncidentVerdict.NotInvestigated, cancellationToken);
        await updates.SendAsync(incident, $"{alert.Id}:sorry", incident.Threads, cancellationToken);
    }

    private async Task LookIntoAsync(WorkItem.Alert alert, AlertGroupState? group, CancellationToken cancellationToken)
    {
        IEvidenceCase opened;
        Evidence evidence;
        try
        {
            var symptom = new Symptom(alert.Text, alert.Namespace);
            opened = await cluster.ResolveAsync(symptom, SilentProgress.Instance, cancellationToken);
            evidence = await opened.CollectAsync(SilentProgress.Instance, cancellationToken);
        }
        catch (MissingNamespaceException e)
        {
            // The channels may not see all namespaces, so that the error names none of them.
            if (!alert.IsHint)
                await ApologiseAsync(alert, e.Showing(_ => false), cancellationToken);
            return;
        }
        catch (EvidenceUnavailableException e)
        {
            if (!alert.IsHint)
                await unreadable.WaitAsync(alert, new Redactor().Sentence(e.Message), cancellationToken);
            return;
        }
        // The diagnosis from the evidence alone, without memory and model: groups with the same diagnosis are one
        // incident, and so are groups without one about the same target.
        var (quick, _) = AnalyticalPathway.Diagnose(new(evidence), Recollection.Empty);
        if (alert.IsHint && !quick.NamesACause)
            return;
        var key = KeyOf(alert, evidence, quick);
        var own = AlertIntake.Hash($"{key}\n{alert.Id}");
        var id = await store.ClaimAsync(key, own, cancellationToken);
        if (group is { IsFiring: true } && group.Incident != id)
            await unreadable.LeaveAsync(alert, group, cancellationToken);
        var incident = await OpenOrJoinAsync(alert, id, key, isOwn: id == own, cancellationToken);
        await AnswerAsync(alert, incident, id == own, opened, evidence, cancellationToken);
    }

    private static string KeyOf(WorkItem.Alert alert, Evidence evidence, Diagnosis quick)
    {
        // An alert about an object that is not found is no reason to join an incident elsewhere.
        var isFound = evidence.Target is { Object: not null } or { NotFound: null };
        var subject = (quick.NamesACause && isFound, evidence.Target.Object) switch
        {
            (true, _) => $"{quick.Fault}\n{quick.Resource?.Object}",
            (_, { } target) => $"{target}",
            _ => $"group\n{alert.Group}",
        };
        return AlertIntake.Hash($"{evidence.Cluster}\n{subject}");
    }

    private async Task<Incident> OpenOrJoinAsync(
        WorkItem.Alert alert,
        string id,
        string key,
        bool isOwn,
        CancellationToken cancellationToken
    )
    {
        if (isOwn)
            await store.OpenAsync(Opened(alert, id, key), cancellationToken);
        var incident =
            await store.FindAsync(id, cancellationToken)
            ?? throw new PostponedException("Another process is about to open the incident.", OpeningRetry);
        if (isOwn)
            await lifecycle.AddGroupAsync(alert, id, cancellationToken);
        else
            await lifecycle.JoinAsync(alert, incident, cancellationToken);
        Telemetry.CountIncident(isOwn ? "opened" : "joined");
        return incident;
    }

    /// <summary>Investigates for the channels that have no answer yet, and has the answer posted.</summary>
    private async Task AnswerAsync(
        WorkItem.Alert alert,
        Incident incident,
        bool isOwn,
        IEvidenceCase opened,
        Evidence evidence,
        CancellationToken cancellationToken
    )
    {
        // A channel that gets a group's alerts also gets its incident, though another channel opened it.
        var further = alert
            .Threads.Where(thread => !incident.Threads.Any(known => IsSameChannel(known, thread)))
            .ToList();
        if (further.Count > 0)
            incident = await AddThreadsAsync(incident, further, cancellationToken);
        var unanswered = isOwn && incident.Verdict is null ? incident.Threads : further;
        if (unanswered.Count > 0)
        {
            await updates.SendAsync(incident, $"{alert.Id}:opened", unanswered, cancellationToken);
            var kept = await answers.DecideAsync(alert, incident, unanswered, opened, evidence, cancellationToken);
            if (kept is not null)
                await lifecycle.WatchAsync(incident.Id, kept, cancellationToken);
            incident = await SetVerdictAsync(incident, IncidentVerdict.Of(kept, evidence), cancellationToken);
        }
        if (isOwn || unanswered.Count > 0)
            await updates.SendAsync(
                incident,
                $"{alert.Id}:answered",
                unanswered.Count > 0 ? unanswered : incident.Threads,
                cancellationToken
            );
    }

    private async Task<Incident> AddThreadsAsync(
        Incident incident,
        List<ThreadRef> threads,
        CancellationToken cancellationToken
    ) =>
        await store.UpdateAsync(
            incident.Id,
            now =>
                now with
                {
                    Threads =
                    [
                        .. now.Threads,
                        .. threads.Where(thread => !now.Threads.Any(known => IsSameChannel(known, thread))),
                    ],
                },
            cancellationToken
        ) ?? incident;

    /// <summary>Sets the verdict of an incident that has none.</summary>
    private async Task<Incident> SetVerdictAsync(
        Incident incident,
        IncidentVerdict verdict,
        CancellationToken cancellationToken
    ) =>
        await store.UpdateAsync(
            incident.Id,
            now =>
                now.Verdict is not null
                    ? null
                    : now with
                    {
                        Verdict = verdict.Text,
                        Cluster = verdict.Cluster,
                        Namespace = verdict.Namespace,
                        Investigation = verdict.Investigation,
                    },
            cancellationToken
        ) ?? incident;

    private static bool IsSameChannel(ThreadRef one, ThreadRef other) =>
        one.Platform == other.Platform && one.Channel == other.Channel;

    private static Incident Opened(WorkItem.Alert alert, string id, string key) =>
        new()
        {
            Id = id,
            Key = key,
            Title = alert.Text,
            Severity = alert.Severity,
            AlertNamespace = alert.Namespace,
            AlertCluster = alert.Cluster,
            Since = alert.At,
            Threads = alert.Threads,
        };
}
