using MetaKube.Evaluation;
using MetaKube.Fakes;
using MetaKube.Fakes.Clusters;
using MetaKube.Investigations;
using MetaKube.Memory;
using MetaKube.Model;

namespace MetaKube.Tests;

/// <summary>
/// All scenarios on the real cluster that METAKUBE_TEST_KUBECONFIG names, made at once and asked about there.
/// </summary>
[Collection(RealCluster)]
public sealed class LiveClusterTests(LiveClusterTests.Made made) : IClassFixture<LiveClusterTests.Made>
{
    /// <summary>One after the other: some failures are of the only node.</summary>
    public const string RealCluster = "real cluster";

    private static readonly Dictionary<string, Scenario> Scenarios = Scenario
        .LoadAll()
        .ToDictionary(scenario => scenario.Name);

    public static string? Kubeconfig =>
        Environment.GetEnvironmentVariable("METAKUBE_TEST_KUBECONFIG") is { Length: > 0 } file ? file : null;

    public static TheoryData<string> Names =>
        [.. Scenarios.Values.Where(scenario => !scenario.IsComposed).Select(scenario => scenario.Name)];

    [Theory, MemberData(nameof(Names))]
    public void A_failure_on_a_real_cluster_is_traced_to_its_cause(string name)
    {
        Assert.SkipWhen(Kubeconfig is null, "METAKUBE_TEST_KUBECONFIG names no cluster");
        var diagnosis = made.Answers[name].Diagnosis;
        diagnosis.Fault.ShouldBe(Scenarios[name].Fault, diagnosis.RootCause);
        if (Scenarios[name].Resource is { } resource)
            diagnosis.Resource?.Object.ShouldBe(resource);
    }

    [Fact]
    public void Commands_that_change_something_pass_the_servers_own_trial()
    {
        Assert.SkipWhen(Kubeconfig is null, "METAKUBE_TEST_KUBECONFIG names no cluster");
        made.Tried.ShouldBeGreaterThan(20);
        made.Refused.ShouldBeEmpty();
    }

    [Fact]
    public void A_service_account_that_may_only_read_pods_gets_an_answer_with_gaps()
    {
        Assert.SkipWhen(Kubeconfig is null, "METAKUBE_TEST_KUBECONFIG names no cluster");
        made.PodsOnly.ShouldNotBeNull();
        made.PodsOnly.Diagnosis.Fault.ShouldBe("config.missing-secret");
        made.PodsOnly.Gaps.ShouldContain(gap => gap.What == "deployments");
    }

    [Fact]
    public void A_change_before_a_recovery_is_found_and_confirms_the_diagnosis()
    {
        Assert.SkipWhen(Kubeconfig is null, "METAKUBE_TEST_KUBECONFIG names no cluster");
        made.Recovered.ShouldNotBeNull();
        made.Recovered.BearsOutDiagnosis.ShouldBeTrue();
        made.Recovered.Changes.ShouldContain(
            $"Secret {Scenarios["config-missing-secret"].Namespace}/checkout-db was created"
        );
        made.Recovered.Changes.ShouldNotContain(change => change.Contains("hunter2", StringComparison.Ordinal));
    }

    /// <summary>The answers of one run over all scenarios.</summary>
    public sealed class Made : IAsyncLifetime
    {
        internal Dictionary<string, Investigation> Answers { get; } = [];

        internal Investigation? PodsOnly { get; private set; }

        internal Recovery? Recovered { get; private set; }

        public async ValueTask InitializeAsync()
        {
            if (Kubeconfig is null)
                return;
            var cluster = new ScenarioCluster(Kubeconfig);
            PodsOnly = await LiveRun.RunAsync(
                cluster,
                [.. Scenarios.Values],
                (scenario, investigation) =>
                {
                    Answers[scenario.Name] = investigation;
                    return TryRemediesAsync(cluster, scenario, investigation);
                },
                whileTogether: async () =>
                {
                    var podsOnly = await cluster.AskAsReaderOfPodsAsync(Scenarios["config-missing-secret"], default);
                    Recovered = await cluster.FollowAsync(
                        Scenarios["config-missing-secret"],
                        [
                            "-n",
                            Scenarios["config-missing-secret"].Namespace,
                            "create",
                            "secret",
                            "generic",
                            "checkout-db",
                            "--from-literal=password=hunter2hunter2",
                        ],
                        default
                    );
                    return podsOnly;
                }
            );
        }

        /// <summary>Commands that the API server refused to take even for a trial.</summary>
        internal List<string> Refused { get; } = [];

        internal int Tried { get; private set; }

        private async Task TryRemediesAsync(ScenarioCluster cluster, Scenario scenario, Investigation investigation)
        {
            foreach (var command in investigation.Diagnosis.Remedies.SelectMany(remedy => remedy.Commands))
            {
                if (RemedyCommand.Parse(command) is not { } words || RemedyCommand.DryRun(words) is not { } arguments)
                    continue;
                Tried++;
                try
                {
                    await cluster.KubectlAsync(arguments, TestContext.Current.CancellationToken);
                }
                catch (InvalidOperationException e)
                {
                    Refused.Add($"{scenario.Name}: {e.Message}");
                }
            }
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
