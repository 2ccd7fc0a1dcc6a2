namespace MetaKube.Model;

/// <summary>
/// The closed set of ways in which more may be read about an object while its failure is investigated; each only reads.
/// </summary>
public enum EvidenceTool
{
    /// <summary>The ends of its logs, or the lines of them that hold a word.</summary>
    Logs,

    /// <summary>Its fields, as the API server has them.</summary>
    Describe,

    /// <summary>The events about it and its pods.</summary>
    Events,

    /// <summary>What it depends on, and what depends on it.</summary>
    Neighbours,

    /// <summary>What was measured of it lately.</summary>
    Metrics,
}
