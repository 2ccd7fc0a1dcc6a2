using System.Text.Json.Nodes;
using MetaKube.Chat;
using MetaKube.Fakes;
using MetaKube.Fakes.Clusters;
using MetaKube.Investigations;
using MetaKube.Model;

namespace MetaKube.Tests.Chat;

public sealed class PermittedEvidenceTests : IAsyncLifetime
{
    private readonly CancellationToken token = TestContext.Current.CancellationToken;
    private SimulatedCluster cluster = null!;

    public async ValueTask InitializeAsync()
    {
        cluster = await SimulatedCluster.StartAsync();
        foreach (
            var (ns, name) in (IEnumerable<(string, string)>)
                [("shop", "web"), ("secret", "vault"), ("shop", "api"), ("secret", "api")]
        )
            cluster.Add(
                "Deployment",
                new JsonObject
                {
                    ["metadata"] = new JsonObject { ["name"] = name, ["namespace"] = ns },
                }
            );
    }

    public ValueTask DisposeAsync() => cluster.DisposeAsync();

    private Task<IEvidenceCase> ResolveAsync(string question, params string[] namespaces) =>
        new PermittedEvidence(
            cluster.Source(),
            Permission.Of([new AccessRule { Namespaces = namespaces }], "C1", "U1")
        ).ResolveAsync(new(question), SilentProgress.Instance, token);

    [Theory]
    [InlineData("why is vault failing in namespace secret")]
    [InlineData("what is wrong in namespace secret")]
    [InlineData("why is secret/vault failing")]
    public async Task A_namespace_that_may_not_be_asked_about_is_refused_before_anything_is_read(string question)
    {
        await Should.ThrowAsync<NotPermittedException>(() => ResolveAsync(question, "shop", "pay"));
        cluster.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task An_object_elsewhere_is_refused_when_only_names_were_read()
    {
        await Should.ThrowAsync<NotPermittedException>(() => ResolveAsync("why is vault failing", "shop", "pay"));
        cluster.Requests.ShouldNotBeEmpty();
        cluster.Requests.ShouldNotContain(request =>
            request.Contains("/namespaces/secret/", StringComparison.Ordinal)
            || request.Contains("/pods", StringComparison.Ordinal)
            || request.Contains("/events", StringComparison.Ordinal)
        );
    }

    [Fact]
    public async Task Signals_of_other_namespaces_are_left_out_and_a_gap_says_so()
    {
        static Signal Of(string ns) =>
            new()
            {
                Kind = SignalKind.Event,
                Resource = new("Pod", ns, "web-1"),
                Source = "event Failed",
                Summary = "an event warns",
                Quote = $"a secret of {ns}",
                Strength = 0.7,
            };
        var evidence = new Evidence
        {
            Cluster = "test",
            Target = new() { Namespace = "shop" },
            Findings = [],
            Topology = new(),
            Signals = [Of("secret"), Of("shop")],
        };
        var permitted = new PermittedEvidence(
            new GivenEvidence(evidence),
            Permission.Of([new AccessRule { Namespaces = ["shop"] }], "C1", "U1")
        );
        var opened = await permitted.ResolveAsync(new("what is wrong"), SilentProgress.Instance, token);
        var shown = await opened.CollectAsync(SilentProgress.Instance, token);
        shown.Signals.ShouldHaveSingleItem().Quote.ShouldBe("a secret of shop");
        shown.Gaps.ShouldHaveSingleItem().What.ShouldBe("other namespaces");
    }

    [Fact]
    public async Task The_whole_cluster_is_refused_to_who_may_ask_about_namespaces_before_anything_is_read()
    {
        (
            await Should.ThrowAsync<NotPermittedException>(() => ResolveAsync("what is wrong", "shop", "pay"))
        ).Message.ShouldContain("whole cluster");
        cluster.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_namespace_that_does_not_exist_is_said_without_naming_hidden_ones()
    {
        foreach (var ns in (string[])["shop", "secret"])
            cluster.Add("Namespace", new JsonObject { ["metadata"] = new JsonObject { ["name"] = ns } });
        var error = await Should.ThrowAsync<MissingNamespaceException>(() =>
            ResolveAsync("what is wrong in namespace secrets", "shop", "secrets")
        );
        error.Message.ShouldContain("There is no namespace secrets");
        error.Message.ShouldNotContain("secret,");
        error.Message.ShouldNotEndWith("secret.");
    }

    [Fact]
    public async Task Candidates_are_those_that_may_be_asked_about()
    {
        var opened = await ResolveAsync("why is api failing", "shop", "pay");
        opened.Target.Candidates.ShouldBe([new("Deployment", "shop", "api")]);
        await Should.ThrowAsync<NotPermittedException>(() => ResolveAsync("why is api failing", "pay", "web"));
    }

    [Fact]
    public async Task A_person_with_one_namespace_need_not_name_it()
    {
        (await ResolveAsync("what is wrong", "shop")).Target.Namespace.ShouldBe("shop");
        (await ResolveAsync("why is api failing", "shop")).Target.Object.ShouldBe(new("Deployment", "shop", "api"));
    }

    [Fact]
    public async Task Findings_elsewhere_are_left_out_and_nothing_more_is_read_about_their_objects()
    {
        ResourceRef here = new("Deployment", "shop", "web"),
            there = new("Deployment", "secret", "vault");
        var evidence = new Evidence
        {
            Cluster = "test",
            Target = new() { Object = here },
            Topology = new(),
            Findings = [Found(here), Found(there), Found(here) with { About = there }],
        };
        var opened = await new PermittedEvidence(
            new GivenEvidence(evidence),
            Permission.Of([new AccessRule { Namespaces = ["shop"] }], "C1", "U1")
        ).ResolveAsync(new("why is web failing"), SilentProgress.Instance, token);
        var shown = await opened.CollectAsync(SilentProgress.Instance, token);
        shown.Findings.ShouldHaveSingleItem().Resource.ShouldBe(here);
        shown.Gaps.ShouldContain(gap => gap.What == "other namespaces");
        (await opened.ReadAsync(new(EvidenceTool.Logs, there), token)).Text.ShouldBe(
            "You may not ask about that here."
        );
        (await opened.ReadAsync(new(EvidenceTool.Logs, here), token)).Text.ShouldBe("nothing more");
    }

    private static Finding Found(ResourceRef resource) =>
        new()
        {
            Resource = resource,
            Summary = "is not ready",
            Source = "status",
            Quote = "0/1",
            Weight = 0.5,
        };
}
