namespace MetaKube.Cluster;

/// <summary>What a cluster lets us do.</summary>
/// <param name="Version">The API server's version.</param>
/// <param name="Missing">What an answer may need to read and may not, as "list pods".</param>
/// <param name="ReadsSecrets">Secrets may be read: more than is needed.</param>
/// <param name="ClockSkew">How far the API server's clock is ahead of ours, or null where it does not tell.</param>
public sealed record ClusterAccess(
    string Version,
    IReadOnlyList<string> Missing,
    bool ReadsSecrets,
    TimeSpan? ClockSkew
);
