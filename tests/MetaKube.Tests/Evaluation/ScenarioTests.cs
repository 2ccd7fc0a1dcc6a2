using MetaKube.Cluster;
using MetaKube.Cluster.Objects;
using MetaKube.Evaluation;
using MetaKube.Fakes;
using MetaKube.Faults;
using MetaKube.Investigations;
using MetaKube.Model;

namespace MetaKube.Tests.Evaluation;

public sealed class ScenarioTests
{
    private static readonly Dictionary<string, Scenario> Scenarios = Scenario
        .LoadAll()
        .ToDictionary(scenario => scenario.Name);

    public static TheoryData<string> Names => [.. Scenarios.Keys];

    [Theory, MemberData(nameof(Names))]
    public async Task A_recorded_failure_is_traced_to_its_cause(string name)
    {
        var scenario = Scenarios[name];
        var investigation = await MemorylessInvestigation.RunAsync(
            new DumpEvidence(scenario.Dump),
            scenario.Question,
            null,
            TestContext.Current.CancellationToken
        );
        var diagnosis = investigation.Diagnosis;
        diagnosis.Fault.ShouldBe(scenario.Fault, diagnosis.RootCause);
        if (scenario.Resource is not null)
            diagnosis.Resource?.Object.ShouldBe(scenario.Resource);
        if (scenario.Fault == Diagnosis.None)
            return;

        diagnosis.Confidence.ShouldBeGreaterThanOrEqualTo(0.5);
        diagnosis.Findings.ShouldContain(finding =>
            finding.Fault == scenario.Fault && finding.Quote.Length > 0 && finding.Source.Length > 0
        );
        diagnosis.Chain.ShouldNotBeEmpty();
        diagnosis.Remedies.ShouldNotBeEmpty();
        diagnosis
            .Remedies.SelectMany(remedy => remedy.Commands.Append(remedy.Summary))
            .ShouldNotContain(text =>
                text.Contains('{', StringComparison.Ordinal)
                && !text.Contains("{.", StringComparison.Ordinal)
                && !text.Contains("{\"", StringComparison.Ordinal)
            );
    }

    [Theory, MemberData(nameof(Names))]
    public async Task Commands_of_remedies_parse_and_name_what_exists(string name)
    {
        var scenario = Scenarios[name];
        var investigation = await MemorylessInvestigation.RunAsync(
            new DumpEvidence(scenario.Dump),
            scenario.Question,
            null,
            TestContext.Current.CancellationToken
        );
        var existing = Existing(scenario.Dump);
        // A known failure names the parts of its component, such as deployment/coredns.
        existing.UnionWith(
            KnowledgeLibrary
                .Current.Of(investigation.Diagnosis.Findings)
                .SelectMany(known => known.Fault.Remedies)
                .SelectMany(remedy => remedy.Commands)
                .SelectMany(command => RemedyCommand.ObjectsNamed(RemedyCommand.Parse(command)!))
        );
        foreach (var command in investigation.Diagnosis.Remedies.SelectMany(remedy => remedy.Commands))
        {
            var words = RemedyCommand.Parse(command);
            words.ShouldNotBeNull(command);
            RemedyCommand.ObjectsNamed(words).Where(named => !existing.Contains(named)).ShouldBeEmpty(command);
        }
    }

    /// <summary>KIND/NAME of everything in a dump, by the names that kubectl takes for the kind.</summary>
    private static HashSet<string> Existing(string dump)
    {
        var existing = new HashSet<string>(StringComparer.OrdinalIgnoreCase) { "namespace/kube-system" };
        foreach (var file in Directory.EnumerateFiles(dump, "*.json", SearchOption.AllDirectories))
        {
            var kind = ResourceKind.All.First(kind => kind.Plural == Path.GetFileNameWithoutExtension(file));
            using var list = System.Text.Json.JsonDocument.Parse(File.ReadAllText(file));
            foreach (var item in list.RootElement.GetProperty("items").EnumerateArray())
                foreach (
                    var word in (string[])
                        [
                            kind.Kind,
                        kind.Plural,
                        kind.Kind switch
                        {
                            "PersistentVolume" => "pv",
                            "PersistentVolumeClaim" => "pvc",
                            "HorizontalPodAutoscaler" => "hpa",
                            "PodDisruptionBudget" => "pdb",
                            _ => kind.Kind,
                        },
                        ]
                )
                    existing.Add($"{word}/{item.GetProperty("metadata").GetProperty("name").GetString()}");
        }
        foreach (var custom in Directory.EnumerateFiles(dump, "custom.yaml"))
            foreach (
                System.Text.RegularExpressions.Match match in System.Text.RegularExpressions.Regex.Matches(
                    File.ReadAllText(custom),
                    @"""kind"": ""(\w+)"",\s+""metadata"": \{\s+""name"": ""([\w-]+)"""
                )
            )
                existing.Add($"{match.Groups[1].Value}/{match.Groups[2].Value}");
        return existing;
    }

    [Fact]
    public void The_scenarios_cover_forty_codes_and_every_category()
    {
        var faults = Scenarios
            .Values.Select(scenario => scenario.Fault)
            .Where(fault => fault != Diagnosis.None)
            .Distinct()
            .Select(FaultCatalogue.Get)
            .ToList();
        faults.Count.ShouldBeGreaterThanOrEqualTo(40);
        faults.Select(fault => fault.Category).Distinct().Count().ShouldBe(Enum.GetValues<FaultCategory>().Length);
    }

    [Fact]
    public void No_recorded_dump_holds_a_value_of_a_secret()
    {
        var files = Directory
            .EnumerateFiles(Scenario.DefaultFolder(), "secrets.json", SearchOption.AllDirectories)
            .ToList();
        files.ShouldNotBeEmpty();
        foreach (var file in files)
            File.ReadAllText(file).ShouldNotContain("\"data\"");
    }
}
