using System;
using MetaKube.Cluster;
using MetaKube.Cluster.Reading;
using MetaKube.Evaluation;
using MetaKube.Fakes;
using MetaKube.Fakes.Clusters;
using MetaKube.Faults;
using MetaKube.Investigations;
using MetaKube.Model;
using Microsoft.Extensions.Time.Testing;

namespace MetaKube.Tests.Evaluation;

/// <summary>Lower bounds of the evaluation's figures.</summary>
public sealed class EvaluationTests
{
    private static readonly IReadOnlyList<Scenario> Scenarios = Scenario.LoadAll();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public void Every_fault_has_two_scenarios_and_every_category_a_hard_one()
    {
        // Alerts and the services of a node are no part of a dump; they have tests of their own.
        string[] pasted =
        [
            NetworkFaults.Delay,
            NetworkFaults.PacketLoss,
            SystemFaults.KubeProxyFailed,
            SystemFaults.EtcdFailed,
        ];
        var byFault = Scenarios.ToLookup(scenario => scenario.Fault);
        FaultCatalogue
            .All.Select(fault => fault.Code)
            .Except(pasted)
            .Where(fault => byFault[fault].Count() < 2)
            .ShouldBeEmpty();
        Scenarios
            .Where(scenario => scenario.Hard && scenario.Fault != Diagnosis.None)
            .Select(scenario => scenario.Category)
            .Distinct()
            .Count()
            .ShouldBe(7);
    }

    [Fact]
    public async Task Of_a_hundred_healthy_and_noisy_cases_none_is_accused()
    {
        await using var cluster = await SimulatedCluster.StartAsync();
        HealthyCases.Fill(cluster);
        var source = cluster.Source(new FakeTimeProvider(HealthyCases.Clock));
        HealthyCases.Names.Count.ShouldBe(100);
        foreach (var name in HealthyCases.Names)
            foreach (var question in (string[])[$"is {HealthyCases.Workload} ok", "what is wrong here"])
            {
                var diagnosis = (
                    await MemorylessInvestigation.RunAsync(source, question, HealthyCases.NamespaceOf(name), Cancel)
                ).Diagnosis;
                diagnosis.Fault.ShouldBe(Diagnosis.None, $"{name}: {diagnosis.RootCause}");
            }
    }

    [Fact]
    public async Task Without_the_deciding_evidence_fewer_than_one_in_twenty_answers_names_another_cause()
    {
        var (asked, wrong) = (0, new List<string>());
        foreach (var scenario in Scenarios)
        {
            if (await Withheld.AskAsync(scenario, Cancel) is not var (first, second))
                continue;
            asked++;
            if (second.NamesACause && second.Fault != first.Fault)
                wrong.Add($"{scenario.Name}: {second.Fault}");
        }
        asked.ShouldBeGreaterThan(150);
        ((double)wrong.Count / asked).ShouldBeLessThan(0.05, string.Join('\n', wrong));
    }

    [Fact]
    public async Task From_what_a_person_pastes_nine_in_ten_are_answered_right()
    {
        var pasted = Scenarios.Where(scenario => File.Exists(scenario.Paste)).ToList();
        var wrong = new List<string>();
        foreach (var scenario in pasted)
        {
            var source = new PastedEvidence(
                [new("paste.txt", await File.ReadAllTextAsync(scenario.Paste, Cancel))],
                TimeProvider.System
            );
            var diagnosis = (
                await MemorylessInvestigation.RunAsync(source, scenario.Question, scenario.Namespace, Cancel)
            ).Diagnosis;
            if (!scenario.Matches(diagnosis))
                wrong.Add($"{scenario.Name}: {diagnosis.Fault} at {diagnosis.Resource}");
        }
        pasted.Count.ShouldBeGreaterThan(60);
        (1 - (double)wrong.Count / pasted.Count).ShouldBeGreaterThanOrEqualTo(0.9, string.Join('\n', wrong));
    }

    [Fact]
    public async Task Reading_step_by_step_finds_what_reading_everything_finds_within_its_requests()
    {
        await using var cluster = await SimulatedCluster.StartAsync();
        var recorded = Scenarios
            .Where(scenario => scenario is { IsComposed: false, Exclusive: false, Resource: not null })
            .OrderBy(scenario => scenario.RecordedAt)
            .ToList();
        foreach (var scenario in recorded)
            cluster.AddDump(scenario.Dump);
        var clock = new FakeTimeProvider(recorded[0].RecordedAt);
        foreach (var scenario in recorded)
        {
            clock.SetUtcNow(scenario.RecordedAt);
            cluster.Requests.Clear();
            var isAmbiguous = recorded.Any(other =>
                other != scenario && other.Resource!.Name == scenario.Resource!.Name
            );
            var diagnosis = (
                await MemorylessInvestigation.RunAsync(
                    cluster.Source(clock),
                    scenario.Question,
                    isAmbiguous ? scenario.Namespace : null,
                    Cancel
                )
            ).Diagnosis;
            scenario
                .Matches(diagnosis)
                .ShouldBeTrue($"{scenario.Name}: {diagnosis.Fault} at {diagnosis.Resource}: {diagnosis.RootCause}");
            cluster.Requests.Count.ShouldBeLessThanOrEqualTo(ClusterReader.MostRequests, scenario.Name);
        }
    }

    [Fact]
    public async Task A_change_by_a_recent_rollout_is_named_with_a_rollback()
    {
        var scenario = Scenarios.Single(scenario => scenario.Name == "composed-change-image");
        var diagnosis = (
            await MemorylessInvestigation.RunAsync(new DumpEvidence(scenario.Dump), scenario.Question, null, Cancel)
        ).Diagnosis;
        diagnosis
            .Chain[0]
            .ShouldBe(
                new(
                    new("Deployment", "e-05", "catalog"),
                    "the image of app went from catalog:4.2 to catalog:4.3 1 min before the failure, in revision 2"
                )
            );
        diagnosis.Findings.ShouldContain(finding =>
            finding.IsChange
            && finding.Quote == "containers[app].image: registry.example/catalog:4.2 → registry.example/catalog:4.3"
        );
        diagnosis
            .Remedies.SelectMany(remedy => remedy.Commands)
            .ShouldContain("kubectl -n e-05 rollout undo deployment/catalog --to-revision=1");
    }

    [Fact]
    public async Task An_edited_ConfigMap_starts_the_chain_and_is_what_to_correct()
    {
        var scenario = Scenarios.Single(scenario => scenario.Name == "composed-change-configmap");
        var diagnosis = (
            await MemorylessInvestigation.RunAsync(new DumpEvidence(scenario.Dump), scenario.Question, null, Cancel)
        ).Diagnosis;
        diagnosis.Chain[0].Resource.ShouldBe(new("ConfigMap", "e-08", "rates"));
        diagnosis.Chain[0].Description.ShouldStartWith("was changed 3 min before the failure, by kubectl-edit");
        diagnosis.Remedies[0].Commands[0].ShouldBe("kubectl -n e-08 edit configmap rates");
    }

    [Fact]
    public async Task Nobody_is_sent_back_to_a_revision_that_was_itself_rolled_back()
    {
        var scenario = Scenarios.Single(scenario => scenario.Name == "composed-change-rolled-back");
        var diagnosis = (
            await MemorylessInvestigation.RunAsync(new DumpEvidence(scenario.Dump), scenario.Question, null, Cancel)
        ).Diagnosis;
        diagnosis.Findings.ShouldNotContain(finding => finding.IsChange);
        diagnosis
            .Remedies.SelectMany(remedy => remedy.Commands)
            .ShouldNotContain(command => command.Contains("rollout undo", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Of_several_problems_the_one_that_drags_others_along_comes_first_and_holds_them()
    {
        var scenario = Scenarios.Single(scenario => scenario.Name == "composed-many-problems");
        var investigation = await MemorylessInvestigation.RunAsync(
            new DumpEvidence(scenario.Dump),
            scenario.Question,
            null,
            Cancel
        );
        investigation.Diagnosis.Fault.ShouldBe("resource.oom-killed");
        investigation
            .Others.Select(other => (other.Fault, other.Resource.Name))
            .ShouldBe([("image.not-found", "stray")]);
    }
}
