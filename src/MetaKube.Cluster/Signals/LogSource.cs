using MetaKube.Cluster.Objects;
using MetaKube.Model;

namespace MetaKube.Cluster.Signals;

/// <summary>A log, or another text, with what is known about the run that wrote it.</summary>
/// <param name="Resource">The container; null where the text belongs to no known object.</param>
/// <param name="Source">"log", "log of the previous run" or the name of the text.</param>
/// <param name="Text">The redacted text.</param>
/// <param name="Factor">The share of strength that is left: less for a run that goes well.</param>
internal sealed record LogSource(ResourceRef? Resource, string Source, string Text, double Factor)
{
    /// <summary>Lines before the text that look like errors.</summary>
    public IReadOnlyList<EarlierLine> Earlier { get; init; } = [];

    /// <summary>True if the run goes on and is ready: an error that ordinary lines follow is over.</summary>
    public bool IsWell { get; init; }

    /// <summary>True if the run ended with an error, so that its last lines tell why.</summary>
    public bool HasFailed { get; init; }
}
