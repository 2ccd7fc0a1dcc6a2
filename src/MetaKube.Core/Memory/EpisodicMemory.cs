using MetaKube.Faults;
using MetaKube.Investigations;

namespace MetaKube.Memory;

/// <summary>EPMN's episodes: what happened before, how like this case it is, and how far it may be trusted.</summary>
public sealed class EpisodicMemory(IMemoryStore store, TimeProvider time)
{
    /// <summary>K of Eq 13: memories that are returned.</summary>
    public const int Recalled = 10;

    // The vector index is approximate and knows nothing of recency: ask it for more than are returned, and score those exactly.
    private const int Candidates = 40;

    /// <summary>The adaptive value after a success and after a failure; one person's word counts once.</summary>
    private const double Reinforced = 1.2, Weakened = 0.8;

    public async Task<Recollection> RecallAsync(SymptomSignature signature, CancellationToken cancellationToken)
    {
        var vector = SignatureEmbedding.Embed(signature);
        var now = time.GetUtcNow();
        var near = await store.NearAsync(vector, Candidates, cancellationToken);
        var recalled = near
            .Select(episode => Recall(episode, vector, signature.Keys, now))
            .OrderByDescending(memory => memory.Score)
            .Take(Recalled)
            .ToList();
        if (recalled.Count == 0) return Recollection.Empty;
        return new()
        {
            Confidence = recalled.Max(memory => memory.Confidence),
            Novelty = 1 - recalled.Max(memory => memory.Similarity),
            Episodes = recalled,
        };
    }

    private static RecalledEpisode Recall(Episode episode, float[] vector, IReadOnlySet<string> keys, DateTimeOffset now)
    {
        var similarity = SignatureEmbedding.Similarity(vector, episode.Vector);
        var confidence = Confidence.Of(
            similarity, Confidence.Relevance(episode.Keys, keys), Confidence.Reliability(episode.Successes, episode.Failures));
        return new(episode, similarity, confidence, MemoryScore.Of(similarity, now - episode.At));
    }

    /// <summary>Keeps an investigation as an episode whose outcome is still open.</summary>
    public Task RememberAsync(Investigation investigation, CancellationToken cancellationToken) =>
        store.SaveAsync(new Episode
        {
            Id = investigation.Id,
            Question = investigation.Question,
            Vector = SignatureEmbedding.Embed(investigation.Signature),
            Keys = [.. investigation.Signature.Keys.Order(StringComparer.Ordinal)],
            Cluster = investigation.Cluster,
            Resource = investigation.Diagnosis.Resource,
            Fault = investigation.Diagnosis.Fault,
            RootCause = investigation.Diagnosis.RootCause,
            Remedies = investigation.Diagnosis.Remedies,
            At = time.GetUtcNow(),
        }, cancellationToken);

    /// <summary>Learns what a person said of an investigation; saying the same again changes nothing, saying the opposite replaces it.</summary>
    /// <param name="id">The investigation.</param>
    /// <param name="outcome">Fixed or wrong.</param>
    /// <param name="correctFault">The catalogue code that a person named as the cause, or null.</param>
    /// <param name="fix">What a person said fixed it, redacted, or null.</param>
    /// <param name="cancellationToken">Ends the wait for the store.</param>
    /// <returns>The episode as it is now, or null where memory has no such investigation.</returns>
    public Task<Episode?> LearnAsync(string id, Outcome outcome, string? correctFault, string? fix, CancellationToken cancellationToken) =>
        store.UpdateAsync(id, episode => Learn(episode, outcome, correctFault, fix), cancellationToken);

    private static Episode Learn(Episode episode, Outcome outcome, string? correctFault, string? fix)
    {
        var fault = correctFault ?? episode.Fault;
        var isRight = outcome == Outcome.Fixed || correctFault is not null;
        // What is held to be right now is no longer wrong; what it replaces is.
        List<string> failed = [.. episode.FailedFaults.Append(episode.Fault).Where(tried => tried != fault).Distinct()];
        if (!isRight) failed.Add(fault);
        return episode with
        {
            Outcome = !isRight ? Outcome.Wrong : failed.Count > 0 ? Outcome.Corrected : Outcome.Fixed,
            Fault = fault,
            RootCause = fault == episode.Fault ? episode.RootCause : FaultCatalogue.Get(fault).Title,
            FailedFaults = failed,
            Fix = fix ?? episode.Fix,
            Successes = isRight ? Confidence.FixedWeight : 0,
            Failures = isRight ? 0 : Confidence.FixedWeight,
            AdaptiveValue = isRight ? Reinforced : Weakened,
        };
    }
}
