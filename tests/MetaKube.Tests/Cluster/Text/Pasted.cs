using k8s;
using k8s.Models;
using MetaKube.Cluster;
using MetaKube.Cluster.Inspectors;
using MetaKube.Cluster.Objects;
using MetaKube.Model;

namespace MetaKube.Tests.Cluster.Text;

/// <summary>Reads texts as the attachments of a question, and runs the inspectors over them.</summary>
internal static class Pasted
{
    public static ClusterSnapshot Read(params string[] texts) =>
        new PastedEvidence(
            [.. texts.Select((text, i) => new PastedEvidence.Paste($"paste-{i}.txt", text))],
            TimeProvider.System
        ).Read(null);

    public static IReadOnlyList<Finding> Findings(params string[] texts) => Findings(Read(texts));

    public static IReadOnlyList<Finding> Findings(ClusterSnapshot snapshot, ResourceRef? target = null) =>
        InspectorRegistry.Run(new(snapshot, ResourceTopology.Build(snapshot), target)).Findings;

    /// <summary>The only object of a type.</summary>
    public static T Only<T>(this ClusterSnapshot snapshot)
        where T : IKubernetesObject<V1ObjectMeta> => snapshot.All<T>().ShouldHaveSingleItem();
}
