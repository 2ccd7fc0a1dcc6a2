using MetaKube.Cluster;

namespace MetaKube.ChatOps.Health;

/// <summary>The arguments of <c>metakube doctor</c> that checks need.</summary>
/// <param name="DataDirectory">Returns the folder of the embedded memory and of models.</param>
/// <param name="Cluster">Opens the cluster.</param>
internal sealed record CheckContext(Func<string> DataDirectory, Func<ClusterEvidence> Cluster);
