using MetaKube.Faults;
using MetaKube.Model;

namespace MetaKube.Memory;

/// <summary>
/// EPMN (paper, section 4.1): stores cases as episodes, recalls similar ones with a calibrated confidence, and learns
/// from outcomes.
/// </summary>
/// <param name="storage">The stores.</param>
/// <param name="settings">Capacity and sharing.</param>
/// <param name="time">The clock.</param>
/// <param name="embedding">Compares symptoms by a model; null for the built-in signature alone.</param>
public sealed class EpisodicMemory(
    MemoryStorage storage,
    MemorySettings settings,
    TimeProvider time,
    SymptomEmbedding? embedding = null
)
{
    /// <summary>
    /// The number of neighbours that are scored exactly. It exceeds the number of memories that are returned, since the
    /// vector index is approximate and does not know recency.
    /// </summary>
    public const int Candidates = 40;

    /// <summary>
    /// Within this time a pending answer with the same fault, object and symptoms is about the same trouble.
    /// </summary>
    private static readonly TimeSpan RepeatWindow = TimeSpan.FromHours(6);

    /// <summary>The similarity from which symptoms count as the same.</summary>
    private const double SameSymptoms = 0.98;

    private readonly EpisodeArchive archive = new(storage.Episodes, storage.Vectors);
    private readonly Consolidator consolidator = new(storage, new(storage.Episodes, storage.Vectors), settings, time);

    /// <summary>The embedding model, or null.</summary>
    public SymptomEmbedding? Embedding => embedding;

    /// <summary>Recalls memories that bear on a case.</summary>
    /// <param name="signature">The symptoms.</param>
    /// <param name="cluster">The cluster of the case; the only one to search unless memory is shared.</param>
    /// <param name="cancellationToken">Cancels the search.</param>
    public async Task<Recollection> RecallAsync(
        SymptomSignature signature,
        string cluster,
        CancellationToken cancellationToken
    )
    {
        var vector = SignatureEmbedding.Embed(signature);
        var within = settings.IsShared ? null : cluster;
        // A fault that findings name is compared by structure, which is more exact than any embedding.
        var embedded =
            embedding is null || signature.IsGrounded
                ? []
                : await embedding.NearestAsync(signature.Text, within, cancellationToken);
        var episodes = archive.NearestEpisodesAsync(vector, Candidates, within, cancellationToken);
        var patterns = archive.NearestPatternsAsync(vector, Candidates, within, cancellationToken);
        var state = storage.State.LoadAsync(cancellationToken);
        var bySignals = BySignalsAsync(signature, within, cancellationToken);
        await Task.WhenAll(episodes, patterns, state, bySignals);
        var (episodesBySignals, patternsBySignals) = await bySignals;
        var candidates = new RecallCandidates(
            [.. (await episodes).Concat(embedded.Select(near => near.Episode)).DistinctBy(episode => episode.Id)],
            [.. (await patterns).Concat(patternsBySignals).DistinctBy(pattern => pattern.Id)],
            embedded.ToDictionary(near => near.Episode.Id, near => near.Similarity)
        )
        {
            BySignals = episodesBySignals,
        };
        return Recall.Of(signature, vector, candidates, await state, time.GetUtcNow()) with
        {
            Threshold = (await state).Controller.Threshold,
        };
    }

    /// <summary>
    /// Stores an answered case as an episode with a pending outcome, or counts it as a repeat of an earlier episode
    /// about the same trouble.
    /// </summary>
    /// <returns>The new or the earlier episode.</returns>
    public async Task<Episode> RememberAsync(AnsweredCase answered, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var same = answered.Recollection.Episodes.FirstOrDefault(memory => IsSameTrouble(memory, answered, now));
        var known = same is null
            ? null
            : await storage.Episodes.UpdateAsync(
                same.Id,
                episode => episode with { Repeats = episode.Repeats + 1 },
                cancellationToken
            );
        if (known is not null)
        {
            await storage.Episodes.AliasAsync(answered.Id, known.Id, cancellationToken);
            return known;
        }
        var episode = EpisodeOf(answered, now);
        await archive.SaveAsync(episode, cancellationToken);
        if (settings.ConsolidatesItself && await IsOverfullAsync(cancellationToken))
            await ConsolidateAsync(NoProgress.Instance, cancellationToken);
        return episode;
    }

    /// <summary>
    /// Adds up to <paramref name="most"/> episodes to the index of the embedding; without an embedding it does nothing.
    /// </summary>
    /// <returns>The number of episodes added.</returns>
    public Task<int> IndexEmbeddingsAsync(int most, IProgress<string> progress, CancellationToken cancellationToken) =>
        embedding is null ? Task.FromResult(0) : embedding.IndexAsync(most, progress, cancellationToken);

    /// <summary>Records a person's feedback on an investigation; it replaces earlier feedback of that person.</summary>
    /// <param name="id">The investigation.</param>
    /// <param name="person">Who gives it.</param>
    /// <param name="feedback"> The feedback. Without a fault or fix it keeps those that the same person gave before
    /// with the same kind. </param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <returns>The updated episode, or null if memory has no such investigation.</returns>
    public async Task<Episode?> LearnAsync(
        string id,
        string person,
        Feedback feedback,
        CancellationToken cancellationToken
    )
    {
        Episode Add(Episode episode)
        {
            var merged = OnAnswer(feedback, episode);
            if (episode.FeedbackByPerson.TryGetValue(person, out var before) && before.Kind == feedback.Kind)
                merged = merged with
                {
                    Fault = merged.Fault ?? before.Fault,
                    Cause = merged.Fault is null ? before.Cause : merged.Cause,
                    Fix = merged.Fix ?? before.Fix,
                };
            return episode with
            {
                FeedbackByPerson = new Dictionary<string, Feedback>(episode.FeedbackByPerson) { [person] = merged },
            };
        }
        return await LearnAsync(id, Add, cancellationToken);
    }

    /// <summary>
    /// Feedback as it is meant for an answer: who confirms a cause and explains it in words does not name another one.
    /// </summary>
    private static Feedback OnAnswer(Feedback feedback, Episode episode) =>
        feedback is { Kind: FeedbackKind.Fixed or FeedbackKind.Helpful, Cause: { } words }
        && FaultCatalogue.IsCause(episode.Answer)
            ? feedback with
            {
                Fault = null,
                Cause = null,
                Comment = feedback.Comment ?? words,
            }
            : feedback;

    /// <summary>Withdraws a person's feedback; without any nothing changes.</summary>
    /// <returns>The updated episode, or null if memory has no such investigation.</returns>
    public Task<Episode?> WithdrawAsync(string id, string person, CancellationToken cancellationToken) =>
        LearnAsync(
            id,
            episode =>
                episode with
                {
                    FeedbackByPerson = episode.FeedbackByPerson.Where(entry => entry.Key != person).ToDictionary(),
                },
            cancellationToken
        );

    /// <summary>Records that the target was seen to recover.</summary>
    /// <returns>The updated episode, or null if memory has no such investigation.</returns>
    public Task<Episode?> ObserveAsync(string id, Recovery recovery, CancellationToken cancellationToken) =>
        LearnAsync(id, episode => episode with { Recovery = recovery }, cancellationToken);

    /// <summary>
    /// Merges two episodes that a person knows to be about the same trouble. Feedback on both counts; of one person the
    /// later wins. The other's id becomes an alias. Repeating it after a crash changes nothing but the number of
    /// repeats.
    /// </summary>
    /// <param name="id">The episode that remains.</param>
    /// <param name="other">The episode that is merged into it.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <returns>The merged episode, or null if one of them does not exist or both are the same.</returns>
    public async Task<Episode?> MergeAsync(string id, string other, CancellationToken cancellationToken)
    {
        if (
            await FindAsync(id, cancellationToken) is not { } remaining
            || await FindAsync(other, cancellationToken) is not { } merged
            || remaining.Id == merged.Id
        )
            return null;
        var updated = await storage.Episodes.UpdateAsync(
            remaining.Id,
            episode => FeedbackTally.Count(EpisodeMerge.Into(episode, merged)),
            cancellationToken
        );
        await storage.Episodes.AliasAsync(merged.Id, remaining.Id, cancellationToken);
        await archive.DeleteAsync(merged.Id, null, cancellationToken);
        await ConsolidateAfterLearningAsync(cancellationToken);
        return updated;
    }

    /// <summary>
    /// Adds an episode of another memory, or updates the known one by <paramref name="merge"/>, which may run more than
    /// once.
    /// </summary>
    /// <returns>True if the episode is new.</returns>
    public async Task<bool> ImportAsync(
        Episode episode,
        Func<Episode, Episode> merge,
        CancellationToken cancellationToken
    )
    {
        // The id may be an alias here: then the episode behind it is updated.
        if (await storage.Episodes.UpdateAsync(episode.Id, merge, cancellationToken) is not null)
            return false;
        await archive.SaveAsync(episode, cancellationToken);
        return true;
    }

    /// <summary>The episode of an investigation by its own id or an alias; null if there is none.</summary>
    public Task<Episode?> FindAsync(string id, CancellationToken cancellationToken) =>
        storage.Episodes.FindAsync(id, cancellationToken);

    /// <summary>All episodes, newest first.</summary>
    public Task<IReadOnlyList<Episode>> ListAsync(CancellationToken cancellationToken) =>
        storage.Episodes.ListAsync(cancellationToken);

    /// <summary>The number of episodes.</summary>
    public Task<long> CountAsync(CancellationToken cancellationToken) => storage.Episodes.CountAsync(cancellationToken);

    public Task<IReadOnlyList<Pattern>> ListPatternsAsync(CancellationToken cancellationToken) =>
        storage.Episodes.ListPatternsAsync(cancellationToken);

    /// <summary>The result of the last consolidation.</summary>
    public Task<MemoryState> StateAsync(CancellationToken cancellationToken) =>
        storage.State.LoadAsync(cancellationToken);

    /// <summary>Deletes an episode; patterns keep what they learnt from it until the next consolidation.</summary>
    /// <returns>True if the episode existed.</returns>
    public Task<bool> ForgetAsync(string id, CancellationToken cancellationToken) =>
        archive.DeleteAsync(id, null, cancellationToken);

    /// <summary>Deletes all episodes from before a time.</summary>
    /// <returns>The number of episodes deleted.</returns>
    public async Task<int> ForgetBeforeAsync(DateTimeOffset before, CancellationToken cancellationToken)
    {
        var forgotten = 0;
        foreach (var episode in await ListAsync(cancellationToken))
            if (episode.At < before && await ForgetAsync(episode.Id, cancellationToken))
                forgotten++;
        return forgotten;
    }

    /// <summary>Deletes all patterns; the next consolidation forms new ones from the episodes that are left.</summary>
    public Task ForgetPatternsAsync(CancellationToken cancellationToken) =>
        archive.ReplacePatternsAsync([], cancellationToken);

    /// <summary>Adds vectors that a crash left out; called when memory is opened.</summary>
    public Task RepairAsync(CancellationToken cancellationToken) => archive.RepairAsync(cancellationToken);

    /// <summary>
    /// Derives patterns, calibration and threshold from all episodes, then forgets those that exceed the capacity. It
    /// may be interrupted and repeated.
    /// </summary>
    /// <returns>The result, or null while another process consolidates.</returns>
    public Task<Consolidation?> ConsolidateAsync(IProgress<string> progress, CancellationToken cancellationToken) =>
        consolidator.RunAsync(progress, cancellationToken);

    /// <summary>True if memory exceeds its capacity by more than a tolerance of 5 %.</summary>
    public Task<bool> IsOverfullAsync(CancellationToken cancellationToken) =>
        consolidator.IsOverfullAsync(cancellationToken);

    private async Task<Episode?> LearnAsync(
        string id,
        Func<Episode, Episode> change,
        CancellationToken cancellationToken
    )
    {
        var episode = await storage.Episodes.UpdateAsync(
            id,
            known => FeedbackTally.Count(change(known)),
            cancellationToken
        );
        if (episode is not null)
            await ConsolidateAfterLearningAsync(cancellationToken);
        return episode;
    }

    /// <summary>Episodes and patterns of open causes with similar signals.</summary>
    private async Task<(IReadOnlyList<Episode> Episodes, IEnumerable<Pattern> Patterns)> BySignalsAsync(
        SymptomSignature signature,
        string? cluster,
        CancellationToken cancellationToken
    )
    {
        if (SignalEmbedding.Of(signature.Keys, signature.Signals) is not { } vector)
            return ([], []);
        var episodes = archive.NearestBySignalsAsync(vector, Candidates, cluster, cancellationToken);
        var patterns = archive.NearestPatternsAsync(vector, Candidates, cluster, cancellationToken);
        await Task.WhenAll(episodes, patterns);
        return (await episodes, (await patterns).Where(pattern => pattern.Open is not null));
    }

    private async Task ConsolidateAfterLearningAsync(CancellationToken cancellationToken)
    {
        if (settings.ConsolidatesItself && await consolidator.IsDueAsync(cancellationToken))
            await ConsolidateAsync(NoProgress.Instance, cancellationToken);
    }

    private Episode EpisodeOf(AnsweredCase answered, DateTimeOffset at) =>
        FeedbackTally.Count(
            new()
            {
                Id = answered.Id,
                Question = answered.Question,
                Vector = SignatureEmbedding.Embed(answered.Signature),
                Features = answered.Signature.Hashes,
                Signals = answered.Signature.Signals,
                Text = embedding is null ? null : answered.Signature.Text,
                Keys = [.. answered.Signature.Keys.Order(StringComparer.Ordinal)],
                Cluster = answered.Cluster,
                Resource = answered.Diagnosis.Resource,
                Answer = answered.Diagnosis.Fault,
                AnsweredCause = answered.Diagnosis.RootCause,
                AnsweredOpen = answered.Diagnosis.Open,
                Fault = answered.Diagnosis.Fault,
                RootCause = answered.Diagnosis.RootCause,
                Remedies = answered.Diagnosis.Remedies,
                Prediction = answered.Prediction,
                At = at,
            }
        );

    private static bool IsSameTrouble(RecalledEpisode memory, AnsweredCase answered, DateTimeOffset now) =>
        memory.Outcome == Outcome.Pending
        && memory.Similarity >= SameSymptoms
        && now - memory.At <= RepeatWindow
        && memory.Episode.Cluster == answered.Cluster
        && memory.Episode.Resource == answered.Diagnosis.Resource
        && memory.Episode.Answer == answered.Diagnosis.Fault;

    private sealed class NoProgress : IProgress<string>
    {
        public static readonly NoProgress Instance = new();

        public void Report(string value) { }
    }
}
