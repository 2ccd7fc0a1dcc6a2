using MetaKube.Model;

namespace MetaKube.Tests.Model;

/// <summary>Small evidence by hand, for tests of reasoning alone.</summary>
internal static class Cases
{
    public static readonly ResourceRef Deployment = new("Deployment", "shop", "checkout"),
        Pod = new("Pod", "shop", "checkout-1"),
        Service = new("Service", "shop", "checkout"),
        Database = new("Deployment", "shop", "db"),
        DatabasePod = new("Pod", "shop", "db-1"),
        DatabaseService = new("Service", "shop", "db"),
        Node = new("Node", null, "node-1");

    /// <summary>Deployment checkout with a pod, its Service, and a database that it calls, all on one node.</summary>
    public static Evidence Of(ResourceRef? target, params Finding[] findings)
    {
        var topology = new Topology();
        topology.Add(Deployment, Pod, Relation.Manages);
        topology.Add(Service, Pod, Relation.Exposes);
        topology.Add(Pod, DatabaseService, Relation.DependsOn);
        topology.Add(DatabaseService, DatabasePod, Relation.Exposes);
        topology.Add(Database, DatabasePod, Relation.Manages);
        topology.Add(Pod, Node, Relation.SchedulesOn);
        topology.Add(DatabasePod, Node, Relation.SchedulesOn);
        return new()
        {
            Cluster = "test",
            Target = new() { Object = target },
            Topology = topology,
            Findings = [.. findings.Select((finding, i) => finding with { Id = $"f{i + 1}" })],
            Checked = ["1 Pod"],
        };
    }

    public static Finding Found(string? fault, ResourceRef at, double weight = 0.9, string quote = "quote") =>
        new()
        {
            Fault = fault,
            Resource = at,
            Summary = $"{fault ?? "symptom"} here",
            Source = "status",
            Quote = quote,
            Weight = weight,
        };
}
