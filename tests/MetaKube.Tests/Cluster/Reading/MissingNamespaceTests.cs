using System.Text.Json.Nodes;
using MetaKube.Cluster;
using MetaKube.Fakes.Clusters;
using MetaKube.Model;

namespace MetaKube.Tests.Cluster.Reading;

/// <summary>A namespace that does not exist never counts as healthy.</summary>
public sealed class MissingNamespaceTests
{
    private readonly CancellationToken token = TestContext.Current.CancellationToken;

    private static async Task<SimulatedCluster> ClusterAsync()
    {
        var cluster = await SimulatedCluster.StartAsync();
        foreach (var ns in (string[])["payments", "shop"])
            cluster.Add("Namespace", new JsonObject { ["metadata"] = new JsonObject { ["name"] = ns } });
        return cluster;
    }

    private async Task<Evidence> CollectAsync(SimulatedCluster cluster, string question, string? ns = null)
    {
        var opened = await cluster.Source().ResolveAsync(new(question, ns), SilentProgress.Instance, token);
        return await opened.CollectAsync(SilentProgress.Instance, token);
    }

    [Theory]
    [InlineData("what is wrong", "paymnts")]
    [InlineData("what is wrong in namespace paymnts", null)]
    [InlineData("anything broken in the paymnts namespace?", null)]
    public async Task The_error_names_the_nearest_namespace(string question, string? ns)
    {
        await using var cluster = await ClusterAsync();
        var error = await Should.ThrowAsync<EvidenceUnavailableException>(() => CollectAsync(cluster, question, ns));
        error.Message.ShouldContain("There is no namespace paymnts");
        error.Message.ShouldContain("payments");
    }

    [Theory]
    [InlineData("i/o errors and/or timeouts everywhere")]
    [InlineData("only 1/2 pods are ready")]
    [InlineData("why is read/write slow")]
    [InlineData("what is wrong in this namespace")]
    public async Task Words_with_a_stroke_are_no_namespace(string question)
    {
        await using var cluster = await ClusterAsync();
        (await CollectAsync(cluster, question)).Target.Namespace.ShouldBeNull();
    }

    [Fact]
    public async Task A_dump_without_the_namespace_is_an_error_as_well()
    {
        using var folder = new TemporaryFolder();
        folder.Write("ns.json", """{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"shop"}}""");
        var error = await Should.ThrowAsync<EvidenceUnavailableException>(() =>
            new DumpEvidence(folder.Path).ResolveAsync(new("what is wrong", "shp"), SilentProgress.Instance, token)
        );
        error.Message.ShouldContain("shop");
    }
}
