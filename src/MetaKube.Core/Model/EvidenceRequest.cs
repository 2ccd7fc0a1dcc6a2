namespace MetaKube.Model;

/// <summary>A request to read more about one object of a case.</summary>
/// <param name="Tool">The way of reading.</param>
/// <param name="Resource">The object.</param>
/// <param name="Grep">For <see cref="EvidenceTool.Logs"/>: only lines that contain this text, ignoring case; null for
/// all lines.</param>
public sealed record EvidenceRequest(EvidenceTool Tool, ResourceRef Resource, string? Grep = null)
{
    /// <summary>A line for people who follow; the searched text is a model's own words and is not repeated.</summary>
    public override string ToString() =>
        Tool switch
        {
            EvidenceTool.Logs when Grep is not null => $"searching the log of {Resource}",
            EvidenceTool.Logs => $"reading the log of {Resource}",
            EvidenceTool.Describe => $"describing {Resource}",
            EvidenceTool.Events => $"reading the events of {Resource}",
            EvidenceTool.Neighbours => $"reading the neighbours of {Resource}",
            EvidenceTool.Pods => $"listing the pods of {Resource}",
            EvidenceTool.Changes => $"reading the changes of {Resource}",
            _ => $"reading the measurements of {Resource}",
        };
}
