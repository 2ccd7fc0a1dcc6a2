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
);
