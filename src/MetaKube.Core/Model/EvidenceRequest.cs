namespace MetaKube.Model;

/// <summary>A request for more evidence about one object of the case.</summary>
/// <param name="Tool">What to read.</param>
/// <param name="Resource">The object.</param>
/// <param name="Grep">For <see cref="EvidenceTool.Logs"/>: only lines with this text, ignoring case; null for all
/// lines.</param>
public sealed record EvidenceRequest(EvidenceTool Tool, ResourceRef Resource, string? Grep = null)
{
    /// <summary>A line for people. It omits the search text, which a model wrote.</summary>
    public override string ToString() =>
        Tool switch
        {
            EvidenceTool.Logs when Grep is not null => $"searching the log of {Resource}",
            EvidenceTool.Logs => $"reading the log of {Resource}",
            EvidenceTool.Describe => $"describing {Resource}",
            EvidenceTool.Events => $"reading the events of {Resource}",
            EvidenceTool.Neighbours => $"looking at what is around {Resource}",
            _ => $"reading the measurements of {Resource}",
        };
}

/// <summary>The answer to a request.</summary>
/// <param name="Text">Untrusted, redacted text of bounded length; it says so if nothing was found.</param>
/// <param name="Findings">Findings that are new; their ids continue those of the case.</param>
public sealed record EvidenceAnswer(string Text, IReadOnlyList<Finding> Findings);

/// <summary>Answers requests for more evidence of one case; what cannot be read is said in the answer's text.</summary>
public delegate Task<EvidenceAnswer> EvidenceReader(EvidenceRequest request, CancellationToken cancellationToken);
