namespace MetaKube.Memory;

/// <summary>A neighbour that a vector index found.</summary>
/// <param name="Id">The id of the episode or pattern.</param>
/// <param name="Vector"> Its exact vector in the collection of an embedding; null in other collections, whose documents
/// hold it. </param>
public sealed record Neighbour(string Id, float[]? Vector = null);
