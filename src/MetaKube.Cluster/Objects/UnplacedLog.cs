using k8s.Models;
using MetaKube.Model;

namespace MetaKube.Cluster.Objects;

/// <summary>A pasted log whose container is not among the objects.</summary>
/// <param name="Owner">The pod or workload that a command or a prefix names, or else the text itself.</param>
/// <param name="Pod">The pod of the log; one without containers where it is not known.</param>
/// <param name="Container">The container's name; empty where it is not known.</param>
/// <param name="Previous">The log of the previous run.</param>
internal sealed record UnplacedLog(ResourceRef Owner, V1Pod Pod, string Container, bool Previous);
