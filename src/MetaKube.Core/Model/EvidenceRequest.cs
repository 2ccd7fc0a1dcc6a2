namespace MetaKube.Model;

/// <summary>One more thing to read about an object of the case.</summary>
/// <param name="Tool">How.</param>
/// <param name="Resource">Of which object.</param>
/// <param name="Grep">For <see cref="EvidenceTool.Logs"/>: only lines that hold this text, whatever its case; null for
/// all.</param>
public sealed record EvidenceRequest(EvidenceTool Tool, ResourceRef Resource, string? Grep = null)
{
    /// <summary>For a person to follow; what was searched for is a model's own words and not repeated.</summary>
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

/// <summary>What a request brought.</summary>
/// <param name="Text">Untrusted, redacted, bounded; says so where there is nothing.</param>
/// <param name="Findings">What inspectors found in it for the first time; numbered on from what was known.</param>
public sealed record EvidenceAnswer(string Text, IReadOnlyList<Finding> Findings);

/// <summary>Answers requests for more evidence of one case; what cannot be read is said in the answer's text.</summary>
public delegate Task<EvidenceAnswer> EvidenceReader(EvidenceRequest request, CancellationToken cancellationToken);
