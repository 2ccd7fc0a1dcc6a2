using MetaKube.Model;

namespace MetaKube.Cluster;

/// <summary>Something that the cluster itself complains of, again and again.</summary>
/// <param name="Resource">What it complains of.</param>
/// <param name="Reason">The event's reason, or the condition's.</param>
/// <param name="Since">When it began.</param>
/// <param name="Last">When it was last said.</param>
public sealed record ClusterWarning(ResourceRef Resource, string Reason, DateTimeOffset Since, DateTimeOffset Last);
