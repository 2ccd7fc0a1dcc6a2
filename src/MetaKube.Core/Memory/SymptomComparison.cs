using System;

namespace MetaKube.Memory;

/// <summary>
/// Compares a case with memories. A case whose findings name a fault (it is grounded) is compared by vectors and
/// structural keys; any other by the share of its symptoms that the memory has as well.
/// </summary>
internal sealed class SymptomComparison : ICaseComparison
{
    /// <summary>
    /// Without a named fault, similarity means something only if there is enough to compare: at this weight half.
    /// </summary>
    private const double HalfRelevantWeight = 4;

    private readonly SymptomSignature signature;
    private readonly float[] vector;
    private readonly IReadOnlyList<(uint Hash, double Weight)> weights;

    public SymptomComparison(SymptomSignature signature, float[] vector, DocumentFrequency frequency)
    {
        this.signature = signature;
        this.vector = vector;
        weights = signature.IsGrounded
            ? []
            :
            [
                .. signature.Weights.Select(feature =>
                    (feature.Hash, feature.Weight * frequency.WeightOf(feature.Hash))
                ),
            ];
    }

    public bool IsGrounded => signature.IsGrounded;

    public bool CanNameOpenCauses => !signature.IsGrounded || !signature.Keys.All(SignalComparison.IsVague);

    /// <summary>
    /// True if there is any sign of trouble to compare. Without one only the name is left, and a healthy workload would
    /// be accused of its past.
    /// </summary>
    public bool IsConclusive => signature.IsGrounded || signature.IsComparable;

    public (double Similarity, double Relevance) With(Episode episode, double embeddingSimilarity)
    {
        if (signature.IsGrounded)
            return (
                SignatureEmbedding.Similarity(vector, episode.Vector),
                Confidence.Relevance(episode.Keys, signature.Keys, episode.Fault)
            );
        var (similarity, relevance) = Shared(episode.Features);
        if (embeddingSimilarity <= similarity)
            return (similarity, relevance);
        var weight = embeddingSimilarity * weights.Sum(feature => feature.Weight);
        return (embeddingSimilarity, Math.Max(relevance, weight / (weight + HalfRelevantWeight)));
    }

    public (double Similarity, double Relevance) With(Pattern pattern) =>
        signature.IsGrounded
            ? (
                MixedRetrieval.PatternSimilarity(
                    SignatureEmbedding.Similarity(vector, pattern.Vector),
                    pattern.Variance
                ),
                Confidence.Relevance(pattern.Keys, signature.Keys, pattern.Fault)
            )
            : Shared(pattern.Features);

    /// <summary>The weighted share of the case's features that a memory has, and how much that is, 0 to 1.</summary>
    private (double Similarity, double Relevance) Shared(IReadOnlyList<uint> features)
    {
        var known = features.ToHashSet();
        double all = 0,
            shared = 0;
        foreach (var (hash, weight) in weights)
        {
            all += weight;
            if (known.Contains(hash))
                shared += weight;
        }
        return all <= 0 ? (0, 0) : (shared / all, shared / (shared + HalfRelevantWeight));
    }
}
