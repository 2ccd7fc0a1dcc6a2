using MetaKube.Chat;

namespace MetaKube.Evaluation.Field;

/// <summary>The truth.json of a case of Cloud-OpsBench.</summary>
internal sealed record BenchmarkTruth
{
    /// <summary>The benchmark's own word for the cause.</summary>
    public required string RootCause { get; init; }

    /// <summary>app/NAME, node/NAME or namespace/NAME, in the benchmark's words.</summary>
    public required string Object { get; init; }

    /// <summary>The codes of the catalogue that mean the cause; empty where it has none.</summary>
    public required IReadOnlyList<string> Faults { get; init; }

    /// <summary>The pattern of the words that the answer needs beside a code that is coarser than the cause.</summary>
    public string? Detail { get; init; }

    public required string Kind { get; init; }

    public required string Name { get; init; }

    public required string Namespace { get; init; }

    public bool IsCause(string fault) => Faults.Contains(fault);

    /// <summary>The right object, by the rules of the benchmark's scorer.</summary>
    public bool IsPlace(string fault, ReportedResource? resource)
    {
        if (resource is null)
            return false;
        return Kind switch
        {
            "namespace" => IsNamespace(fault, resource),
            "node" => IsNode(fault, resource),
            // The object of an app is any of its objects: its Deployment, a pod, its Service.
            _ => resource.Kind != "Node"
                && (resource.Name == Name || resource.Name.StartsWith(Name + "-", StringComparison.Ordinal)),
        };
    }

    public bool IsAnswer(string fault, ReportedResource? resource) => IsCause(fault) && IsPlace(fault, resource);

    // The benchmark's list of objects has one namespace, so that any object in it is as good once the cause is right.
    private bool IsNamespace(string fault, ReportedResource resource) =>
        resource.Kind == "Namespace" && resource.Name == Name
        || resource.Namespace == Name && (resource.Kind == "ResourceQuota" || IsCause(fault));

    // The scheduler belongs to the control plane, which the benchmark knows as the node master.
    private bool IsNode(string fault, ReportedResource resource) =>
        resource.Kind == "Node" && resource.Name == Name
        || RootCause == "kube_scheduler_unavailable"
            && IsCause(fault)
            && (resource.Kind == "Cluster" || resource.Name.Contains("scheduler", StringComparison.Ordinal));
}
