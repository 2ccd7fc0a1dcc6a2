namespace MetaKube.Reasoning;

/// <summary>Memory's contribution to the ranking of candidate causes.</summary>
/// <param name="FailedFaults">Fault codes that were answered in this very case before and turned out wrong.</param>
/// <param name="Causes">The causes of similar cases.</param>
public sealed record MemoryPrior(IReadOnlySet<string> FailedFaults, IReadOnlyList<RememberedCause> Causes)
{
    /// <summary>Memory knows nothing: the evidence alone decides.</summary>
    public static readonly MemoryPrior None = new(new HashSet<string>(), []);

    /// <summary>
    /// prior(M*, p) of Eq 5, 0 to 1: the similarity of the most similar case that shows the hypothesis' structural key;
    /// half of it where that case had another fault.
    /// </summary>
    public double Of(Hypothesis hypothesis) =>
        Causes
            .Where(cause => !FailedFaults.Contains(cause.Fault) && cause.Keys.Contains(hypothesis.Key))
            .Select(cause => cause.Similarity * (cause.Fault == hypothesis.Fault.Code ? 1 : 0.5))
            .DefaultIfEmpty(0)
            .Max();
}

/// <summary>The cause of a similar case.</summary>
/// <param name="Fault">Its fault code.</param>
/// <param name="Keys">The structural keys (fault at resource kind) that were seen in it.</param>
/// <param name="Similarity">How similar its symptoms are, 0 to 1.</param>
public sealed record RememberedCause(string Fault, IReadOnlyList<string> Keys, double Similarity);
