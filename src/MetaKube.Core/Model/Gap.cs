using System.Text.Json.Serialization;

namespace MetaKube.Model;

/// <summary>Something that could not be read, and why.</summary>
public sealed record Gap(string What, string Why)
{
    /// <summary>True if a part of it was read.</summary>
    [JsonIgnore]
    public bool IsPartial { get; init; }
}
