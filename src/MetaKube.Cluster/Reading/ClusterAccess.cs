namespace MetaKube.Cluster.Reading;

/// <summary>The rights that we have in a cluster.</summary>
/// <param name="Version">The API server's version.</param>
/// <param name="Missing">Missing rights that an answer may need, such as "list pods".</param>
/// <param name="ReadsSecrets">Secrets may be read, which is more than needed.</param>
/// <param name="ClockSkew">The time by which the API server's clock is ahead of ours, or null where it is
/// unknown.</param>
public sealed record ClusterAccess(
    string Version,
    IReadOnlyList<string> Missing,
    bool ReadsSecrets,
    TimeSpan? ClockSkew
);
