using System.Text.RegularExpressions;
using MetaKube.Evaluation;
using MetaKube.Faults;
using MetaKube.Model;

namespace MetaKube.Tests.Faults;

public sealed class FaultCatalogueTests
{
    private static readonly ResourceRef Web = new("Deployment", "shop", "web");

    [Fact]
    public void Every_code_belongs_to_its_category_and_has_remedy_and_prevention()
    {
        FaultCatalogue.All.Count.ShouldBeGreaterThan(70);
        foreach (var fault in FaultCatalogue.All)
        {
            var prefix =
                fault.Category == FaultCategory.Configuration ? "config" : fault.Category.ToString().ToLowerInvariant();
            fault.Code.ShouldStartWith(prefix + ".");
            fault.Code.ShouldMatch("^[a-z]+\\.[a-z-]+$");
            fault.Remedies.ShouldNotBeEmpty(fault.Code);
            fault.Prevention.ShouldNotBeEmpty(fault.Code);
        }
    }

    [Fact]
    public void Inspectors_find_most_faults_of_the_catalogue() =>
        Directory
            .EnumerateFiles(Path.Combine(Repository.Root, "src", "MetaKube.Cluster", "Inspectors"), "*.cs")
            .Select(File.ReadAllText)
            .SelectMany(source => Regex.Matches(source, @"\b[A-Z]\w+Faults\.\w+").Select(match => match.Value))
            .Distinct()
            .Count()
            .ShouldBeGreaterThanOrEqualTo(60);

    [Fact]
    public void The_document_matches_the_catalogue() =>
        File.ReadAllText(Path.Combine(Repository.Root, "docs", "faults.md"))
            .ShouldBe(
                FaultDocument.Write(),
                "run: dotnet run --project tests/MetaKube.Evaluation -- faults > docs/faults.md"
            );

    [Fact]
    public void An_unknown_code_is_no_fault()
    {
        FaultCatalogue.Find("config.nonsense").ShouldBeNull();
        Should
            .Throw<KeyNotFoundException>(() => FaultCatalogue.Get("config.nonsense"))
            .Message.ShouldContain("config.nonsense");
    }

    [Fact]
    public void Commands_only_read_or_are_marked_as_risky()
    {
        foreach (var fault in FaultCatalogue.All)
            foreach (var remedy in fault.Remedies.Where(remedy => remedy.Risk == Risk.Low))
                foreach (var command in remedy.Commands)
                    command.ShouldNotMatch(
                        @"\b(delete|drain|scale|rollout (undo|restart)|set image|set env|set resources)\b",
                        fault.Code
                    );
    }

    [Theory]
    [InlineData("application.crash", "config.missing-env", false)]
    [InlineData("config.missing-env", "application.crash", true)]
    [InlineData("resource.node-disk-pressure", "resource.ephemeral-storage-exceeded", true)]
    public void A_sharper_fault_explains_a_vaguer_one_on_the_same_object(string cause, string effect, bool explains) =>
        CausalGraph
            .CanCause(FaultCatalogue.Get(cause), FaultCatalogue.Get(effect), sameObject: true)
            .ShouldBe(explains);

    [Theory]
    [InlineData("config.missing-secret", "network.no-ready-endpoints", true)]
    [InlineData("resource.oom-killed", "network.dependency-down", true)]
    [InlineData("config.missing-secret", "config.missing-secret", false)]
    [InlineData("resource.node-memory-pressure", "resource.node-memory-pressure", true)]
    [InlineData("resource.node-oom", "application.crash", false)]
    public void A_failing_dependency_explains_only_consequences(string cause, string effect, bool explains) =>
        CausalGraph
            .CanCause(FaultCatalogue.Get(cause), FaultCatalogue.Get(effect), sameObject: false)
            .ShouldBe(explains);

    [Fact]
    public void A_patch_without_open_placeholders_is_a_change_and_facts_stay_strings_in_it()
    {
        RemedyTemplate raised = new(Risk.Medium, "raise {container}")
        {
            Patch = """{"spec":{"name":"{container}","max":{more}}}""",
        };
        Change? Of(params (string, string)[] facts) =>
            RemedyTemplate
                .Fill(
                    [raised],
                    facts.ToDictionary(fact => fact.Item1, fact => fact.Item2),
                    Web with
                    {
                        Container = "app",
                    }
                )
                .Single()
                .Change;
        Of(("container", "app"), ("more", "4")).ShouldBe(new(Web, """{"spec":{"name":"app","max":4}}"""));
        Of(("container", "app")).ShouldBeNull();
        var hostile = Of(("container", "a\",\"hostPID\":true,\"x\":\""), ("more", "4"))!;
        System.Text.Json.Nodes.JsonNode.Parse(hostile.Patch)!["spec"]!
            .AsObject()
            .Select(field => field.Key)
            .ShouldBe(["name", "max"]);
    }

    [Fact]
    public void A_change_may_roll_back_to_a_revision_or_patch_the_node()
    {
        RemedyTemplate
            .Fill(
                [new(Risk.Medium, "back") { GoesBack = true }],
                new Dictionary<string, string> { ["revision"] = "3" },
                Web
            )
            .Single()
            .Change.ShouldBe(new(Web, "", 3));
        RemedyTemplate
            .Fill(
                [new(Risk.Medium, "uncordon") { Patch = "{}", IsOfNode = true }],
                new Dictionary<string, string> { ["node"] = "n1" },
                Web
            )
            .Single()
            .Change.ShouldBe(new(new("Node", null, "n1"), "{}"));
    }

    [Fact]
    public void A_remedy_without_its_facts_is_replaced_by_the_next_one()
    {
        RemedyTemplate[] templates =
        [
            new(Risk.Low, "use {key}", "get {key}"),
            new(Risk.Low, "look") { Otherwise = true },
        ];
        RemedyTemplate.Fill(templates, new Dictionary<string, string>(), Web).Single().Summary.ShouldBe("look");
        RemedyTemplate
            .Fill(templates, new Dictionary<string, string> { ["key"] = "a" }, Web)
            .Single()
            .Commands.ShouldBe(["get a"]);
    }

    [Fact]
    public void A_value_that_a_shell_would_run_is_quoted_in_commands()
    {
        var remedy = RemedyTemplate
            .Fill(
                [new(Risk.Low, "s", "kubectl get {name}")],
                new Dictionary<string, string> { ["name"] = "x; rm -rf '/' $(id)" },
                Web
            )
            .Single();
        remedy.Commands[0].ShouldBe(@"kubectl get 'x; rm -rf '\''/'\'' $(id)'");
        Regex.Replace(remedy.Commands[0], @"'[^']*'|\\'", "").ShouldNotContain(";");
    }
}
