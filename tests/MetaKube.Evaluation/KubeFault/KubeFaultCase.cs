using System;
using System.Text.Json;
using System.Text.Json.Nodes;
using MetaKube.Cluster;
using MetaKube.Cluster.Collection;
using MetaKube.Cluster.Objects;
using MetaKube.Model;

namespace MetaKube.Evaluation.KubeFault;

/// <summary>One scenario: a cluster as it was found, a question, and the known cause.</summary>
internal sealed record KubeFaultCase : IEvidenceSource
{
    public required string Id { get; init; }

    /// <summary>The template family; memory and test never share one where they are said to be split.</summary>
    public required string Family { get; init; }

    /// <summary>Written before the inspectors were looked at.</summary>
    public required bool IsBlind { get; init; }

    public required string Fault { get; init; }

    public required ResourceRef Blamed { get; init; }

    public required ResourceRef Asked { get; init; }

    public required string Question { get; init; }

    public required DateTimeOffset Now { get; init; }

    public required IReadOnlyDictionary<string, List<JsonObject>> Items { get; init; }

    /// <summary>By namespace, pod, container and whether of the run before.</summary>
    public required IReadOnlyDictionary<LogRef, string> Logs { get; init; }

    /// <summary>Kinds of which some objects may be missing.</summary>
    public IReadOnlySet<string> Incomplete { get; init; } = new HashSet<string>();

    /// <summary>All texts in its objects.</summary>
    public IEnumerable<string> Texts => Items.Values.SelectMany(list => list).SelectMany(TextsOf);

    public string Category => Fault.Split('.')[0];

    public Symptom Symptom => new(Question);

    public string Cluster => "kubefault";

    public Task<IEvidenceCase> ResolveAsync(
        Symptom symptom,
        IProgress<string> progress,
        CancellationToken cancellationToken
    )
    {
        var snapshot = new ClusterSnapshot(Cluster) { Now = Now };
        foreach (var (kind, objects) in Items)
        {
            var list = JsonSerializer.SerializeToElement(
                new JsonObject { ["items"] = new JsonArray([.. objects.Select(item => item.DeepClone())]) }
            );
            ObjectReader.ReadPage(snapshot, list, kind, "the scenario");
        }
        foreach (var kind in ResourceKind.All.Where(kind => !Incomplete.Contains(kind.Kind)))
            snapshot.MarkComplete(kind.Kind, ClusterSnapshot.Everywhere);
        return Task.FromResult<IEvidenceCase>(
            EvidenceCase.Over(
                snapshot,
                symptom,
                (log, _, _, _) => Task.FromResult(new LogRead(Logs.GetValueOrDefault(log)))
            )
        );
    }

    private static IEnumerable<string> TextsOf(JsonNode? node) =>
        node switch
        {
            JsonObject map => map.SelectMany(entry => TextsOf(entry.Value)),
            JsonArray list => list.SelectMany(TextsOf),
            JsonValue value when value.GetValueKind() == JsonValueKind.String => [value.GetValue<string>()],
            _ => [],
        };
}
