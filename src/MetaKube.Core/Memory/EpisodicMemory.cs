using MetaKube.Model;

namespace MetaKube.Memory;

/// <summary>
/// EPMN: what happened before, how like this case it is, how far it may be trusted, and learning from how it ended.
/// </summary>
/// <param name="store">Where episodes are kept.</param>
/// <param name="settings">How it is set up.</param>
/// <param name="time">The clock.</param>
/// <param name="meaning">A model's sense of what symptoms mean, or null for the built-in signature alone.</param>
public sealed class EpisodicMemory(
    IMemoryStore store,
    MemorySettings settings,
    TimeProvider time,
    SymptomMeaning? meaning = null
)
{
    /// <summary>
    /// The vector index is approximate and knows nothing of recency: it is asked for more than are returned, and those
    /// are scored exactly.
    /// </summary>
    public const int Candidates = 40;

    /// <summary>
    /// Within this time the same answer about the same object, with the same symptoms and nothing said of it yet, is
    /// the same trouble asked about again.
    /// </summary>
    private static readonly TimeSpan SameTrouble = TimeSpan.FromHours(6);

    private static readonly TimeSpan LongestConsolidation = TimeSpan.FromMinutes(10);

    private const double SameSymptoms = 0.98;

    /// <summary>So many episodes are consolidated in a moment; more of them, no more often than that.</summary>
    private const int Quick = 500;

    private static readonly TimeSpan Often = TimeSpan.FromMinutes(10);

    public async Task<Recollection> RecallAsync(
        SymptomSignature signature,
        string cluster,
        CancellationToken cancellationToken
    )
    {
        var vector = SignatureEmbedding.Embed(signature);
        var within = settings.IsShared ? null : cluster;
        // Where findings name a fault, structure tells more than meaning, and no model is waited for.
        var alike =
            meaning is null || signature.IsGrounded
                ? []
                : await meaning.NearAsync(signature.Text, within, cancellationToken);
        var near = await store.NearAsync(vector, Candidates, within, cancellationToken);
        var episodes = near
            .Episodes.Concat(alike.Select(one => one.Episode))
            .DistinctBy(episode => episode.Id)
            .ToList();
        return Recall.Of(
            signature,
            vector,
            episodes,
            near.Patterns,
            near.State,
            time.GetUtcNow(),
            alike.ToDictionary(one => one.Episode.Id, one => one.Likeness)
        ) with
        {
            Threshold = near.State.Controller.Threshold,
        };
    }

    /// <summary>
    /// Stores an answered case as an episode with a pending outcome, or counts it as a repeat of an earlier episode about
    /// the same trouble.
    /// </summary>
    /// <returns>The new or the earlier episode.</returns>
    public async Task<Episode> RememberAsync(AnsweredCase answered, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var same = answered.Recollection.Episodes.FirstOrDefault(memory =>
            IsSameTrouble(memory, answered, now)
        );
        if (
            same is not null
            && await store.UpdateAsync(
                same.Id,
                episode => episode with { Repeats = episode.Repeats + 1 },
                cancellationToken
            )
                is { } known
        )
        {
            await store.AliasAsync(answered.Id, known.Id, cancellationToken);
            return known;
        }
        var episode = FeedbackTally.Count(
            new()
            {
                Id = answered.Id,
                Question = answered.Question,
                Vector = SignatureEmbedding.Embed(answered.Signature),
                Features = answered.Signature.Hashes,
                Text = meaning is null ? null : answered.Signature.Text,
                Keys = [.. answered.Signature.Keys.Order(StringComparer.Ordinal)],
                Cluster = answered.Cluster,
                Resource = answered.Diagnosis.Resource,
                Answer = answered.Diagnosis.Fault,
                AnsweredCause = answered.Diagnosis.RootCause,
                Fault = answered.Diagnosis.Fault,
                RootCause = answered.Diagnosis.RootCause,
                Remedies = answered.Diagnosis.Remedies,
                Judgement = answered.Prediction,
                At = now,
            }
        );
        await store.SaveAsync(episode, cancellationToken);
        return episode;
    }

    /// <summary>
    /// Takes up to so many episodes into the index of meanings that are not in it yet; nothing to do without an
    /// embedding.
    /// </summary>
    /// <returns>How many.</returns>
    public Task<int> IndexMeaningsAsync(int most, IProgress<string> progress, CancellationToken cancellationToken) =>
        meaning is null ? Task.FromResult(0) : meaning.IndexAsync(most, progress, cancellationToken);

    /// <summary>
    /// Learns what a person holds of an investigation, in place of what that person said of it before.
    /// </summary>
    /// <param name="id">The investigation.</param>
    /// <param name="voter">Who says it.</param>
    /// <param name="vote">What is said; without a fault or fix, those that the same person gave with the same verdict
    /// stay.</param>
    /// <param name="cancellationToken">Ends the wait for the store.</param>
    /// <returns>The episode as it is now, or null where memory has no such investigation.</returns>
    public Task<Episode?> LearnAsync(string id, string voter, Feedback vote, CancellationToken cancellationToken) =>
        store.UpdateAsync(
            id,
            episode =>
            {
                if (episode.Votes.TryGetValue(voter, out var before) && before.Verdict == vote.Verdict)
                    vote = vote with { Fault = vote.Fault ?? before.Fault, Fix = vote.Fix ?? before.Fix };
                return FeedbackTally.Count(
                    episode with
                    {
                        Votes = new Dictionary<string, Feedback>(episode.Votes) { [voter] = vote },
                    }
                );
            },
            cancellationToken
        );

    /// <summary>Takes a person's vote back; without one nothing changes.</summary>
    /// <returns>The episode as it is now, or null where memory has no such investigation.</returns>
    public Task<Episode?> WithdrawAsync(string id, string voter, CancellationToken cancellationToken) =>
        store.UpdateAsync(
            id,
            episode =>
                FeedbackTally.Count(
                    episode with
                    {
                        Votes = episode.Votes.Where(vote => vote.Key != voter).ToDictionary(),
                    }
                ),
            cancellationToken
        );

    /// <summary>Learns that the target was seen to recover.</summary>
    /// <returns>The episode as it is now, or null where memory has no such investigation.</returns>
    public Task<Episode?> ObserveAsync(string id, Recovery recovery, CancellationToken cancellationToken) =>
        store.UpdateAsync(id, episode => FeedbackTally.Count(episode with { Recovery = recovery }), cancellationToken);

    /// <summary>
    /// Makes one episode of two that a person knows to be one trouble: what was said of either counts, a person's later
    /// word in place of the earlier, and the other's id stands for it from
    /// then on. Done again after a crash, it comes to the same but for the number of repeats.
    /// </summary>
    /// <param name="id">The episode that stays.</param>
    /// <param name="other">The one that becomes part of it.</param>
    /// <param name="cancellationToken">Ends the wait for the store.</param>
    /// <returns>The episode as it is now, or null where memory has not both, or they are one already.</returns>
    public async Task<Episode?> MergeAsync(string id, string other, CancellationToken cancellationToken)
    {
        if (
            await store.FindAsync(id, cancellationToken) is not { } stays
            || await store.FindAsync(other, cancellationToken) is not { } goes
            || stays.Id == goes.Id
        )
            return null;
        var merged = await store.UpdateAsync(
            stays.Id,
            episode =>
                FeedbackTally.Count(
                    episode with
                    {
                        Votes = goes
                            .Votes.Select(vote =>
                                KeyValuePair.Create(vote.Key, OfAnswer(vote.Value, goes.Answer, episode.Answer))
                            )
                            .Where(vote => vote.Value is not null)
                            .Concat(episode.Votes.Select(vote => KeyValuePair.Create(vote.Key, (Feedback?)vote.Value)))
                            .GroupBy(vote => vote.Key)
                            .ToDictionary(
                                votes => votes.Key,
                                votes => votes.Select(vote => vote.Value!).MaxBy(vote => vote.At)!
                            ),
                        Recovery = episode.Recovery ?? (goes.Answer == episode.Answer ? goes.Recovery : null),
                        Repeats = episode.Repeats + 1 + goes.Repeats,
                    }
                ),
            cancellationToken
        );
        await store.AliasAsync(goes.Id, stays.Id, cancellationToken);
        await store.ForgetAsync(goes.Id, null, cancellationToken);
        return merged;
    }

    /// <summary>What a vote on one answer says of another; null where it says nothing of it.</summary>
    private static Feedback? OfAnswer(Feedback vote, string answer, string other) =>
        answer == other || vote.Fault is not null ? vote
        : vote.Verdict is FeedbackKind.Fixed or FeedbackKind.Helpful ? vote with { Fault = answer }
        : null;

    /// <summary>
    /// Works out anew what follows from all episodes: patterns, calibration, threshold; then forgets what there is no
    /// room for. It may be stopped anywhere and run again: every
    /// part is a function of what is stored.
    /// </summary>
    /// <returns>What was done, or null where another process is at it.</returns>
    public async Task<Consolidation?> ConsolidateAsync(IProgress<string> progress, CancellationToken cancellationToken)
    {
        await using var lease = await store.LeaseAsync("consolidation", LongestConsolidation, cancellationToken);
        if (lease is null)
            return null;
        progress.Report("reading episodes");
        var episodes = await store.ListAsync(cancellationToken);
        progress.Report($"forming patterns from {episodes.Count} episodes");
        var before = await store.ListPatternsAsync(cancellationToken);
        var patterns = PatternFormation.Form(episodes, before, settings.IsShared);
        await store.ReplacePatternsAsync(patterns, cancellationToken);

        progress.Report("calibrating");
        var examples = Calibration.Examples(episodes);
        var calibration = Calibration.Fit(examples, time.GetUtcNow());
        var state = new MemoryState(
            calibration,
            ThresholdAdaptation.Replay(episodes, calibration),
            DocumentFrequency.Of(episodes),
            new(time.GetUtcNow(), episodes.Count, episodes.Count(episode => episode.IsSettled))
        );
        await store.SaveStateAsync(state, cancellationToken);

        var forgotten = await ForgetLeastAsync(episodes, patterns, progress, cancellationToken);
        return new(patterns.Count, examples.Count, forgotten, state);
    }

    /// <summary>
    /// Forgets all episodes from before a time; patterns keep what they learnt from them until the next consolidation.
    /// </summary>
    /// <returns>How many.</returns>
    public async Task<int> ForgetBeforeAsync(DateTimeOffset before, CancellationToken cancellationToken)
    {
        var forgotten = 0;
        foreach (var episode in await store.ListAsync(cancellationToken))
            if (episode.At < before && await store.ForgetAsync(episode.Id, null, cancellationToken))
                forgotten++;
        return forgotten;
    }

    /// <summary>
    /// Consolidates where it is quickly done, or was not done for a while; for processes that end soon. A service does
    /// so on a schedule.
    /// </summary>
    public async Task ConsolidateIfDueAsync(IProgress<string> progress, CancellationToken cancellationToken)
    {
        var last = (await store.StateAsync(cancellationToken)).Consolidated;
        if (last is null || last.Episodes <= Quick || time.GetUtcNow() - last.At >= Often)
            await ConsolidateAsync(progress, cancellationToken);
    }

    /// <summary>Whether memory holds more than it has room for, with some to spare.</summary>
    public async Task<bool> IsOverfullAsync(CancellationToken cancellationToken) =>
        await store.CountAsync(cancellationToken) > settings.Capacity * 1.05;

    private async Task<int> ForgetLeastAsync(
        IReadOnlyList<Episode> episodes,
        IReadOnlyList<Pattern> patterns,
        IProgress<string> progress,
        CancellationToken cancellationToken
    )
    {
        var excess = episodes.Count - settings.Capacity;
        if (excess <= 0)
            return 0;
        progress.Report($"forgetting {excess} episodes");
        var now = time.GetUtcNow();
        var current = patterns.ToDictionary(pattern => pattern.Id);
        var patternOf = patterns
            .SelectMany(pattern => pattern.Members.Select(member => (member, pattern.Id)))
            .ToDictionary(pair => pair.member, pair => pair.Id);
        var forgotten = 0;
        foreach (
            var episode in episodes
                .OrderBy(episode => episode.AdaptiveValue * MemoryScore.Recency(now - episode.At))
                .ThenBy(episode => episode.At)
                .Take(excess)
        )
        {
            // What a pattern was made of leaves its sum there.
            (Pattern Before, Pattern After)? absorbed = patternOf.TryGetValue(episode.Id, out var id)
                ? (current[id], PatternFormation.Retire(current[id], episode))
                : null;
            if (!await store.ForgetAsync(episode.Id, absorbed, cancellationToken))
                continue;
            if (absorbed is { After: var after })
                current[after.Id] = after;
            forgotten++;
        }
        return forgotten;
    }

    private static bool IsSameTrouble(RecalledEpisode memory, AnsweredCase answered, DateTimeOffset now) =>
        memory.Outcome == Outcome.Pending
        && memory.Similarity >= SameSymptoms
        && now - memory.At <= SameTrouble
        && memory.Episode.Cluster == answered.Cluster
        && memory.Episode.Resource == answered.Diagnosis.Resource
        && memory.Episode.Answer == answered.Diagnosis.Fault;
}

/// <summary>How memory is set up.</summary>
/// <param name="Capacity">Episodes that are kept; beyond it those of least value are forgotten (paper, App. A.3:
/// 5,000).</param>
/// <param name="IsShared">Whether a case in one cluster may recall what happened in another.</param>
public sealed record MemorySettings(int Capacity = 5000, bool IsShared = true);

/// <summary>What a consolidation did.</summary>
/// <param name="Patterns">Patterns there are now.</param>
/// <param name="Examples">Labelled examples for the calibration.</param>
/// <param name="Forgotten">Episodes forgotten for want of room.</param>
/// <param name="State">What was learnt.</param>
public sealed record Consolidation(int Patterns, int Examples, int Forgotten, MemoryState State);
