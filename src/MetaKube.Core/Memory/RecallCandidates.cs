namespace MetaKube.Memory;

/// <summary>The candidates that the stores found for a case, before they are scored exactly.</summary>
/// <param name="Episodes">Candidates.</param>
/// <param name="Patterns">Candidates.</param>
/// <param name="EmbeddingSimilarities">The similarity of symptoms by an embedding, 0 to 1, by episode id; used only if
/// no finding names a fault.</param>
public sealed record RecallCandidates(
    IReadOnlyList<Episode> Episodes,
    IReadOnlyList<Pattern> Patterns,
    IReadOnlyDictionary<string, double>? EmbeddingSimilarities = null
)
{
    /// <summary>Episodes with similar signals; they are compared by them alone.</summary>
    public IReadOnlyList<Episode> BySignals { get; init; } = [];

    /// <summary>True if a candidate answers or names an open cause.</summary>
    public bool HaveOpenCauses =>
        BySignals.Any(episode => episode.OpenCauses.Any()) || Patterns.Any(pattern => pattern.Open is not null);

    /// <summary>The candidates with one code for open causes of equal meaning.</summary>
    internal RecallCandidates ByMeaning()
    {
        var meanings = CauseMeanings.Of(Episodes.Concat(BySignals), Patterns);
        return meanings.IsEmpty
            ? this
            : this with
            {
                Episodes = [.. Episodes.Select(meanings.Apply)],
                BySignals = [.. BySignals.Select(meanings.Apply)],
                Patterns = [.. Patterns.Select(meanings.Apply)],
            };
    }
}
