using System.Globalization;
using System.Text.Json;
using k8s.Models;

namespace MetaKube.Cluster.Objects;

/// <summary>An entry of an object's managedFields: the latest write of one manager, with the fields it owns.</summary>
/// <param name="Manager">The writer's own name, such as "kubectl-edit" or "helm".</param>
/// <param name="At">The time of its latest write.</param>
/// <param name="Fields">The owned fields in the form of fieldsV1; null where they are not known.</param>
internal sealed record FieldWrite(string Manager, DateTimeOffset At, JsonElement? Fields)
{
    /// <summary>Null for a write to the status, which controllers and kubelets report.</summary>
    public static FieldWrite? Of(V1ManagedFieldsEntry entry) =>
        entry.Subresource != "status" && ClusterSnapshot.Utc(entry.Time) is { } at
            ? new(entry.Manager ?? "", at, entry.FieldsV1 as JsonElement?)
            : null;

    /// <summary>True if the manager owns the field or one below it; the steps are names such as "spec".</summary>
    public bool Owns(params string[] path)
    {
        if (Fields is not { ValueKind: JsonValueKind.Object } at)
            return false;
        foreach (var step in path)
            if (!at.TryGetProperty($"f:{step}", out at) || at.ValueKind != JsonValueKind.Object)
                return false;
        return true;
    }

    /// <summary>"by kubectl-edit (a person or a script) at 14:03:22Z on 24 November".</summary>
    public string By =>
        Manager.Length == 0 ? AtTime : $"by {Manager}{Kind} {AtTime}";

    private string AtTime =>
        string.Create(CultureInfo.InvariantCulture, $"at {At.UtcDateTime:HH:mm:ss}Z on {At.UtcDateTime:d MMMM}");

    private string Kind =>
        Manager switch
        {
            _ when Manager.StartsWith("kubectl", StringComparison.Ordinal) => " (a person or a script)",
            _ when Manager.StartsWith("Mozilla", StringComparison.Ordinal) => " (a person in a browser)",
            "kube-controller-manager" => " (a controller of Kubernetes)",
            _ => "",
        };
}
