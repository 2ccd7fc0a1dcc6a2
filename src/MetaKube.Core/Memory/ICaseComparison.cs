namespace MetaKube.Memory;

/// <summary>Compares a case with memories.</summary>
internal interface ICaseComparison
{
    /// <summary>True if live evidence supports a memory that compares well.</summary>
    bool IsGrounded { get; }

    /// <summary>True if the case shows enough to be compared.</summary>
    bool IsConclusive { get; }

    /// <summary>
    /// True if the comparison distinguishes failures well enough for an open cause: that all of them crash does not.
    /// </summary>
    bool CanNameOpenCauses { get; }

    /// <summary>Similarity and relevance of an episode, both 0 to 1.</summary>
    /// <param name="episode">The episode.</param>
    /// <param name="embeddingSimilarity">The similarity by an embedding, or 0.</param>
    (double Similarity, double Relevance) With(Episode episode, double embeddingSimilarity);

    /// <summary>Similarity and relevance of a pattern, both 0 to 1.</summary>
    (double Similarity, double Relevance) With(Pattern pattern);
}
