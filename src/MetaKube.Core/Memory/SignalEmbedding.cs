using MetaKube.Model;

namespace MetaKube.Memory;

/// <summary>The vector of a case's signals, by which memories of open causes are found and grouped.</summary>
public static class SignalEmbedding
{
    /// <summary>
    /// The unit vector of the words of the specific signals; null for a case that is not compared by its signals.
    /// </summary>
    /// <param name="keys">The structural keys of the case.</param>
    /// <param name="signals">Its signals.</param>
    public static float[]? Of(IEnumerable<string> keys, IReadOnlyList<SignalTemplate> signals) =>
        SignalComparison.Applies(keys, signals)
            ? SignatureEmbedding.EmbedFeatures(
                signals
                    .Where(signal => signal.IsSpecific)
                    .SelectMany(signal => signal.Words)
                    .Distinct()
                    .Select(word => new KeyValuePair<string, double>($"signal:{word}", 1))
            )
            : null;
}
