using MetaKube.Model;

namespace MetaKube.Cluster.Reading;

/// <summary>A warning that the cluster itself repeats.</summary>
/// <param name="Resource">The object that the warning is about.</param>
/// <param name="Reason">The event's reason, or the condition's.</param>
/// <param name="Since">The time of the first occurrence.</param>
/// <param name="Last">The time of the last occurrence.</param>
public sealed record ClusterWarning(ResourceRef Resource, string Reason, DateTimeOffset Since, DateTimeOffset Last);
