namespace MetaKube.Memory;

/// <summary>A set of vectors of one length that are searched together.</summary>
/// <param name="Name">The name, unique within memory.</param>
/// <param name="IsEmbedding"> Whether an embedding model made the vectors. No document holds those, so the index keeps
/// them exactly. </param>
public sealed record VectorCollection(string Name, bool IsEmbedding)
{
    /// <summary>Signatures of episodes.</summary>
    public static readonly VectorCollection Episodes = new("episodes", IsEmbedding: false);

    /// <summary>Signals of episodes whose findings name no fault, or a vague one.</summary>
    public static readonly VectorCollection Signals = new("signals", IsEmbedding: false);

    /// <summary>Centroids of patterns.</summary>
    public static readonly VectorCollection Patterns = new("patterns", IsEmbedding: false);

    /// <summary>
    /// Embeddings of episodes' symptoms. The dimensions are part of the name: a model that was replaced behind its name
    /// most likely has others.
    /// </summary>
    public static VectorCollection OfEmbedding(string model, int dimensions) =>
        new($"{model}/{dimensions}", IsEmbedding: true);
}
