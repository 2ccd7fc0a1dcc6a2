namespace MetaKube.Memory;

/// <summary>An episode near a case.</summary>
/// <param name="Episode">The episode.</param>
/// <param name="Similarity">Of its symptoms, 0 to 1.</param>
/// <param name="Relevance">Of its structural keys or of the symptoms that were compared, 0 to 1.</param>
/// <param name="Weight">Its weight in the neighbourhood, 0 to 1.</param>
internal sealed record EpisodeNeighbour(Episode Episode, double Similarity, double Relevance, double Weight);
