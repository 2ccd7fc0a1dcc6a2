using System.Reflection;
using MetaKube.Chat;
using MetaKube.Cluster;
using MetaKube.Investigations;
using MetaKube.Redis;

namespace MetaKube.Tests.Architecture;

/// <summary>Folders are layers: dependencies point one way, within each project and between projects.</summary>
public sealed class LayerTests
{
    private static readonly Assembly Core = typeof(Investigator).Assembly,
        Cluster = typeof(DumpEvidence).Assembly,
        Chat = typeof(ChatPlatform).Assembly,
        Redis = typeof(RedisKeys).Assembly,
        Host = Assembly.Load("metakube");

    /// <summary>The layers of Core, the lowest first: each may know those before it.</summary>
    private static readonly string[] CoreLayers =
    [
        "MetaKube.Model",
        "MetaKube.Faults",
        "MetaKube.Reasoning",
        "MetaKube.Memory",
        "MetaKube.Investigations",
    ];

    /// <summary>The layers of Cluster, the lowest first.</summary>
    private static readonly string[] ClusterLayers =
    [
        "MetaKube.Cluster.Redaction",
        "MetaKube.Cluster.Objects",
        "MetaKube.Cluster.Logs",
        "MetaKube.Cluster.Targeting",
        "MetaKube.Cluster.Changes",
        "MetaKube.Cluster.Text",
        "MetaKube.Cluster.Inspectors",
        "MetaKube.Cluster.Signals",
        "MetaKube.Cluster.Knowledge",
        "MetaKube.Cluster.Reading",
        "MetaKube.Cluster.Writing",
        "MetaKube.Cluster.Collection",
        "MetaKube.Cluster",
    ];

    /// <summary>Assemblies of ours, and those of ours that each may know.</summary>
    public static TheoryData<string, string[]> Projects =>
        new()
        {
            { "MetaKube.Core", [] },
            { "MetaKube.Cluster", ["MetaKube.Core"] },
            { "MetaKube.Chat", ["MetaKube.Core"] },
            { "MetaKube.Redis", ["MetaKube.Core", "MetaKube.Chat"] },
        };

    public static TheoryData<string> Assemblies =>
        new(new[] { Core, Cluster, Chat, Redis, Host }.Select(assembly => assembly.GetName().Name!));

    [Theory]
    [MemberData(nameof(Projects))]
    public void A_project_knows_only_the_projects_below_it(string project, string[] below) =>
        Assembly
            .Load(project)
            .GetReferencedAssemblies()
            .Select(name => name.Name!)
            .Where(name => name.StartsWith("MetaKube", StringComparison.OrdinalIgnoreCase))
            .ShouldBeSubsetOf(below);

    [Theory]
    [MemberData(nameof(Assemblies))]
    public void Folders_form_no_cycle(string assembly) =>
        new FolderDependencies(Assembly.Load(assembly)).Cycles().ShouldBeEmpty();

    [Fact]
    public void The_layers_of_core_know_only_those_below_them() => CheckLayers(Core, CoreLayers);

    [Fact]
    public void The_layers_of_cluster_know_only_those_below_them() => CheckLayers(Cluster, ClusterLayers);

    private static void CheckLayers(Assembly assembly, string[] layers)
    {
        var dependencies = new FolderDependencies(assembly);
        dependencies.Folders.ShouldBeSubsetOf(layers);
        for (var lower = 0; lower < layers.Length; lower++)
            for (var upper = lower + 1; upper < layers.Length; upper++)
                dependencies.Users(layers[lower], layers[upper]).ShouldBeEmpty($"{layers[lower]} -> {layers[upper]}");
    }
}
