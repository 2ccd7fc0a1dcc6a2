using MetaKube.Chat;
using MetaKube.ChatOps.Conversations.FollowUps;
using MetaKube.ChatOps.Memory;
using MetaKube.Investigations;
using MetaKube.Memory;
using MetaKube.Model;
using MetaKube.Redis;

namespace MetaKube.ChatOps.Conversations;

/// <summary>Loads the last answer about a thread's subject, and reads the subject again.</summary>
internal sealed class ThreadCases(
    MentionEvidence sources,
    InvestigateSymptom investigate,
    InvestigationStore kept,
    MemoryAccess memory,
    ChangeStore changes,
    TimeProvider time
)
{
    /// <summary>The last answer of a thread, without reading the cluster; null where it is no longer kept.</summary>
    public async Task<ThreadCase?> LoadAsync(ThreadRecord thread, CancellationToken cancellationToken)
    {
        if (await kept.FindAsync(thread.Investigation, cancellationToken) is not { } answered)
            return null;
        var episodes = await memory.OpenAsync(cancellationToken);
        return new()
        {
            Thread = thread,
            Report = answered.Report,
            View = answered.View,
            AnsweredAt = answered.At,
            Episode = await episodes.FindAsync(thread.Investigation, cancellationToken),
            OffersChange = await changes.FindAsync(thread.Investigation, cancellationToken) is not null,
            At = time.GetUtcNow(),
        };
    }

    /// <summary>The same case with the evidence as it is now; a pasted text cannot be read again.</summary>
    /// <exception cref="EvidenceUnavailableException">Nothing at all can be read.</exception>
    public async Task<ThreadCase> ReadAgainAsync(
        ThreadCase known,
        Permission permission,
        CancellationToken cancellationToken
    )
    {
        if (known.Thread.IsPasted)
            return known;
        var evidence = await (await OpenAsync(known.Thread, permission, cancellationToken)).CollectAsync(
            SilentProgress.Instance,
            cancellationToken
        );
        return known with
        {
            Now = evidence,
            Present = AnalyticalPathway.Diagnose(new(evidence), Recollection.Empty).Diagnosis,
        };
    }

    /// <summary>Earlier episodes in memory with the cause of a case, the latest first.</summary>
    public async Task<IReadOnlyList<Episode>> EarlierAsync(ThreadCase known, CancellationToken cancellationToken)
    {
        if (!known.NamesACause)
            return [];
        var episodes = await memory.OpenAsync(cancellationToken);
        var own = known.Episode?.Id ?? known.Report.Investigation;
        return
        [
            .. (await episodes.ListAsync(cancellationToken)).Where(episode =>
                episode.Id != own && episode.Fault == known.Cause.Fault && episode.Cluster == known.Report.Cluster
            ),
        ];
    }

    /// <summary>Opens a case about a thread's subject.</summary>
    public Task<IEvidenceCase> OpenAsync(
        ThreadRecord thread,
        Permission permission,
        CancellationToken cancellationToken
    ) => OpenAsync(SymptomOf(thread), permission, cancellationToken);

    public Task<IEvidenceCase> OpenAsync(Symptom symptom, Permission permission, CancellationToken cancellationToken) =>
        sources.Of([], permission).ResolveAsync(symptom, SilentProgress.Instance, cancellationToken);

    /// <summary>Investigates a symptom; the investigation is kept.</summary>
    public Task<Investigation> InvestigateAsync(
        Symptom symptom,
        MentionTurn turn,
        Pathway? chosen,
        CancellationToken cancellationToken
    ) => investigate.RunAsync(sources.Of([], turn.Permission), symptom, chosen, turn.Report, cancellationToken);

    /// <summary>The question about a thread's subject.</summary>
    public static Symptom SymptomOf(ThreadRecord thread) =>
        thread switch
        {
            { Target: { } target } => About(target),
            { Scope: { } ns } => AboutNamespace(ns),
            _ => new("what is wrong?"),
        };

    public static Symptom About(ResourceRef resource) => new($"{resource.Kind} {resource.Name}", resource.Namespace);

    public static Symptom AboutNamespace(string ns) => new($"what is wrong in namespace {ns}?", ns);
}
