namespace MetaKube.Memory;

/// <summary>ζ of Eq 15, none below 0.</summary>
/// <param name="Similarity">ζ of the similarity.</param>
/// <param name="Relevance">ζ of the relevance.</param>
/// <param name="Reliability">ζ of the reliability.</param>
/// <param name="Agreement">ζ of the agreement among memories, a factor that the paper names and gives no figure
/// for.</param>
public sealed record Exponents(double Similarity, double Relevance, double Reliability, double Agreement)
{
    /// <summary>The paper's figures (App. A.3); the last is ours.</summary>
    public static readonly Exponents Paper = new(1.0, 0.8, 0.6, 0.6);
}
