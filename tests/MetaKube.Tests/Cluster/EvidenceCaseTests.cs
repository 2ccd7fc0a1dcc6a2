using System.Text.Json.Nodes;
using MetaKube.Cluster;
using MetaKube.Cluster.Reading;
using MetaKube.Fakes.Clusters;
using MetaKube.Investigations;
using MetaKube.Memory;
using MetaKube.Model;

namespace MetaKube.Tests.Cluster;

/// <summary>Resolving a target and collecting its evidence, alike for a live cluster, a dump and pasted text.</summary>
public sealed class EvidenceCaseTests
{
    private static readonly string[] Items =
    [
        """{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"shop"}}""",
        Workload("shop", "web"),
        Workload("shop", "api"),
        Workload("pay", "api"),
    ];

    private static readonly string Objects =
        $$"""{"apiVersion":"v1","kind":"List","items":[{{string.Join(',', Items)}}]}""";

    private static readonly ResourceRef Web = new("Deployment", "shop", "web");

    private readonly CancellationToken token = TestContext.Current.CancellationToken;

    public static TheoryData<string> Sources => ["live", "dump", "pasted"];

    private static string Workload(string ns, string name) =>
        $$$"""
            {"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"{{{name}}}","namespace":"{{{ns}}}"},
             "spec":{"replicas":0,"selector":{"matchLabels":{"app":"{{{name}}}"} },
              "template":{"metadata":{"labels":{"app":"{{{name}}}"} },
               "spec":{"containers":[{"name":"app","image":"{{{name}}}"}]} } } }
            """;

    private static async Task<SimulatedCluster> ClusterAsync()
    {
        var cluster = await SimulatedCluster.StartAsync();
        foreach (var item in Items.Select(item => JsonNode.Parse(item)!.AsObject()))
            cluster.Add((string)item["kind"]!, item);
        return cluster;
    }

    private static async Task WithSourceAsync(string kind, Func<IEvidenceSource, Task> test)
    {
        using var folder = new TemporaryFolder();
        folder.Write("objects.json", Objects);
        switch (kind)
        {
            case "live":
                await using (var cluster = await ClusterAsync())
                    await test(cluster.Source());
                break;
            case "dump":
                await test(new DumpEvidence(folder.Path));
                break;
            default:
                await test(new PastedEvidence([new("objects", Objects)], TimeProvider.System));
                break;
        }
    }

    private Task<IEvidenceCase> ResolveAsync(IEvidenceSource source, string question) =>
        source.ResolveAsync(new(question), SilentProgress.Instance, token);

    [Theory]
    [MemberData(nameof(Sources))]
    public Task A_named_object_is_the_target_and_the_evidence_is_about_it(string kind) =>
        WithSourceAsync(
            kind,
            async source =>
            {
                var opened = await ResolveAsync(source, "why is web failing");
                opened.Target.Object.ShouldBe(Web);
                var evidence = await opened.CollectAsync(SilentProgress.Instance, token);
                evidence.Target.ShouldBe(opened.Target);
                evidence.Cluster.ShouldBe(source.Cluster);
                evidence.Names.ShouldContain("web");
            }
        );

    [Theory]
    [MemberData(nameof(Sources))]
    public Task A_name_that_fits_several_objects_or_none_is_answered_for_all(string kind) =>
        WithSourceAsync(
            kind,
            async source =>
            {
                var several = await ResolveAsync(source, "why is api failing");
                several
                    .Target.Candidates.Select(candidate => candidate.ToString())
                    .ShouldBe(["Deployment pay/api", "Deployment shop/api"]);
                (await several.CollectAsync(SilentProgress.Instance, token)).Target.Candidates.ShouldBe(
                    several.Target.Candidates
                );
                var none = await ResolveAsync(source, "why is nonesuch failing");
                (none.Target.Object, none.Target.NotFound).ShouldBe((null, "nonesuch"));
                (await none.CollectAsync(SilentProgress.Instance, token)).Checked.ShouldContain("3 Deployments");
            }
        );

    [Theory]
    [MemberData(nameof(Sources))]
    public Task A_question_without_a_name_is_about_a_namespace_or_the_cluster(string kind) =>
        WithSourceAsync(
            kind,
            async source =>
            {
                var opened = await ResolveAsync(source, "what is wrong in namespace shop");
                (opened.Target.Object, opened.Target.Namespace).ShouldBe((null, "shop"));
                (await ResolveAsync(source, "what is wrong")).Target.ShouldBe(new Target());
            }
        );

    [Theory]
    [MemberData(nameof(Sources))]
    public Task Evidence_is_collected_once_and_more_is_read_only_afterwards(string kind) =>
        WithSourceAsync(
            kind,
            async source =>
            {
                var opened = await ResolveAsync(source, "why is web failing");
                await Should.ThrowAsync<InvalidOperationException>(() =>
                    opened.ReadAsync(new(EvidenceTool.Describe, Web), token)
                );
                var evidence = await opened.CollectAsync(SilentProgress.Instance, token);
                (await opened.CollectAsync(SilentProgress.Instance, token)).ShouldBeSameAs(evidence);
                (await opened.ReadAsync(new(EvidenceTool.Describe, Web), token)).Text.ShouldContain("\"name\":\"web\"");
            }
        );

    [Fact]
    public async Task A_live_target_is_resolved_by_names_and_what_was_read_is_not_read_again()
    {
        await using var cluster = await ClusterAsync();
        var opened = await ResolveAsync(cluster.Source(), "why is web failing");
        cluster.Requests.ShouldNotContain(request => request.Contains("/namespaces/", StringComparison.Ordinal));
        await opened.CollectAsync(SilentProgress.Instance, token);
        cluster.Requests.Count.ShouldBeLessThanOrEqualTo(ClusterReader.MostRequests);
        cluster.Requests.Distinct().Count().ShouldBe(cluster.Requests.Count);
        var before = cluster.Requests.Count;
        await opened.CollectAsync(SilentProgress.Instance, token);
        cluster.Requests.Count.ShouldBe(before);
    }

    [Fact]
    public async Task A_follow_up_that_names_nothing_collects_the_threads_object_and_nothing_else()
    {
        await using var cluster = await ClusterAsync();
        var investigation = await new Investigator(
            _ => Task.FromResult(new EpisodicMemory(MemoryStorage.InProcess(), new(), TimeProvider.System)),
            new(0, () => 1),
            new(null),
            TimeProvider.System
        ).InvestigateAsync(
            cluster.Source(),
            new("why is it still failing") { Otherwise = new("why is it still failing Deployment web", "shop") },
            null,
            SilentSteps.Instance,
            token
        );
        investigation.Target.ShouldBe(Web);
        investigation.Symptom.ShouldBe(new("why is it still failing Deployment web", "shop"));
        cluster.Requests.Count.ShouldBeLessThanOrEqualTo(ClusterReader.MostRequests);
        cluster.Requests.ShouldNotContain(request => request.StartsWith("/api/v1/pods", StringComparison.Ordinal));
    }
}
