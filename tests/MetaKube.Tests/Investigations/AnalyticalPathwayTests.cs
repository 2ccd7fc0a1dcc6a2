using System;
using MetaKube.Investigations;
using MetaKube.Memory;
using MetaKube.Model;
using MetaKube.Reasoning;
using static MetaKube.Tests.Model.Cases;

namespace MetaKube.Tests.Investigations;

public sealed class AnalyticalPathwayTests
{
    private static Diagnosis Diagnose(Evidence evidence, Recollection? recollection = null) =>
        Diagnose(evidence, recollection ?? Recollection.Empty, out _);

    private static Diagnosis Diagnose(
        Evidence evidence,
        Recollection recollection,
        out IReadOnlyList<OtherProblem> others
    )
    {
        var reasoning = new CausalReasoning(evidence).With(recollection.ToPrior());
        (var diagnosis, others) = AnalyticalPathway.Diagnose(reasoning, recollection);
        return diagnosis;
    }

    private static Signal Sign(double strength, string? command = null) =>
        new()
        {
            Kind = SignalKind.Event,
            Resource = Pod,
            Source = "event FailedFrobnicate",
            Summary = "an event warns",
            Quote = "expect exactly one frob",
            Excerpt = "expect exactly one frob",
            Strength = strength,
            Count = 17,
            Command = command,
        };

    [Fact]
    public void A_telling_signal_without_a_finding_is_no_health_and_is_quoted_with_the_next_command()
    {
        const string command = "kubectl -n shop describe pod checkout-1";
        var diagnosis = Diagnose(Of(Deployment) with { Signals = [Sign(0.7, command)] });
        diagnosis.Fault.ShouldBe(Diagnosis.Unknown);
        diagnosis.RootCause.ShouldBe(
            "Not decided. The strongest sign (Pod shop/checkout-1, event FailedFrobnicate, 17 times): "
                + "\"expect exactly one frob\". Checked: 1 Pod."
        );
        diagnosis.Remedies.ShouldHaveSingleItem().Commands.ShouldBe([command]);
    }

    [Fact]
    public void A_weak_signal_is_a_remark_and_leaves_a_target_healthy() =>
        Diagnose(Of(Deployment) with { Signals = [Sign(0.4)] }).Fault.ShouldBe(Diagnosis.None);

    [Theory]
    [InlineData(0.25, true)]
    [InlineData(0.1, false)]
    public void An_error_in_the_log_of_a_healthy_target_is_told_as_a_remark(double strength, bool isTold)
    {
        var diagnosis = Diagnose(Of(Deployment) with { Signals = [Sign(strength) with { Kind = SignalKind.Log }] });
        diagnosis.Fault.ShouldBe(Diagnosis.None);
        diagnosis.RootCause.Contains("expect exactly one frob", StringComparison.Ordinal).ShouldBe(isTold);
    }

    [Fact]
    public void A_symptom_without_a_cause_is_answered_with_the_strongest_sign()
    {
        var diagnosis = Diagnose(Of(Deployment, Found(null, Pod)) with { Signals = [Sign(0.7)] });
        diagnosis.Fault.ShouldBe(Diagnosis.Unknown);
        diagnosis.RootCause.ShouldContain("expect exactly one frob");
    }

    [Fact]
    public void What_was_read_in_part_is_not_wished_for()
    {
        var evidence = Of(Deployment, Found(null, Pod)) with
        {
            Gaps = [new("pods", "only some of them") { IsPartial = true }, new("events", "not in what was given")],
        };
        Diagnose(evidence).RootCause.ShouldEndWith("it may be in what was not read: events.");
    }

    [Fact]
    public void The_chain_is_followed_to_its_start()
    {
        var diagnosis = Diagnose(
            Of(Service, Found("network.no-ready-endpoints", Service), Found("config.missing-secret", Pod))
        );
        diagnosis.Fault.ShouldBe("config.missing-secret");
        diagnosis.Resource.ShouldBe(Deployment);
        diagnosis.Chain.Select(link => link.Resource).ShouldBe([Pod, Service]);
    }

    [Fact]
    public void The_cause_is_in_the_dependency_when_that_has_one()
    {
        var diagnosis = Diagnose(
            Of(
                Deployment,
                Found("network.dependency-down", Pod),
                Found("application.crash", Pod, 0.72),
                Found("resource.oom-killed", DatabasePod),
                Found("network.no-ready-endpoints", DatabaseService, 0.8)
            )
        );
        diagnosis.Fault.ShouldBe("resource.oom-killed");
        diagnosis.Resource.ShouldBe(Database);
    }

    [Fact]
    public void A_dependency_in_trouble_of_its_own_does_not_explain_a_missing_secret()
    {
        var diagnosis = Diagnose(
            Of(Deployment, Found("config.missing-secret", Pod), Found("resource.oom-killed", DatabasePod)),
            Recollection.Empty,
            out var others
        );
        diagnosis.Fault.ShouldBe("config.missing-secret");
        others.Single().Fault.ShouldBe("resource.oom-killed");
        others.Single().Resource.ShouldBe(Database);
    }

    [Fact]
    public void A_dependency_in_trouble_does_not_explain_a_crash_that_has_nothing_to_do_with_it()
    {
        var crash = Found("application.crash", Pod, 0.72) with { Quote = "NullPointerException in PriceCalculator" };
        Diagnose(Of(Deployment, crash, Found("resource.oom-killed", DatabasePod, 0.7)))
            .Fault.ShouldBe("application.crash");
        Diagnose(
            Of(
                Deployment,
                crash with
                {
                    Quote = "connection to server lost",
                },
                Found("resource.oom-killed", DatabasePod, 0.7)
            )
        )
            .Fault.ShouldBe("resource.oom-killed");
    }

    [Fact]
    public void Object_level_proof_beats_log_text()
    {
        var diagnosis = Diagnose(
            Of(Deployment, Found("config.bad-credentials", Pod, 0.7), Found("resource.oom-killed", Pod, 0.95))
        );
        diagnosis.Fault.ShouldBe("resource.oom-killed");
        diagnosis.Alternatives.Single().Fault.ShouldBe("config.bad-credentials");
        diagnosis.Confidence.ShouldBeLessThan(0.95);
    }

    [Fact]
    public void A_node_in_trouble_is_nothing_to_a_workload_that_shows_no_sign_of_it()
    {
        Diagnose(Of(Deployment, Found("resource.node-memory-pressure", Node))).Fault.ShouldBe(Diagnosis.None);
        Diagnose(Of(Node, Found("resource.node-memory-pressure", Node)))
            .Fault.ShouldBe("resource.node-memory-pressure");
        Diagnose(Of(null, Found("resource.node-memory-pressure", Node)))
            .Fault.ShouldBe("resource.node-memory-pressure");
    }

    [Fact]
    public void An_eviction_is_traced_to_its_node()
    {
        var diagnosis = Diagnose(
            Of(
                Deployment,
                Found("resource.node-memory-pressure", Node, 0.95),
                Found("resource.node-memory-pressure", Pod, 0.95)
            )
        );
        diagnosis.Resource.ShouldBe(Node);
    }

    [Fact]
    public void Services_that_wait_for_each_other_still_get_an_answer()
    {
        var evidence = Of(
            Deployment,
            Found("network.dependency-down", Pod),
            Found("network.dependency-down", DatabasePod)
        );
        evidence.Topology.Add(DatabasePod, Service, Relation.DependsOn);
        Diagnose(evidence).Fault.ShouldBe("network.dependency-down");
    }

    [Fact]
    public void Nothing_abnormal_is_none_with_what_was_checked()
    {
        var diagnosis = Diagnose(Of(Deployment));
        diagnosis.Fault.ShouldBe(Diagnosis.None);
        diagnosis.RootCause.ShouldContain("1 Pod");
    }

    [Fact]
    public void Gaps_make_none_less_certain() =>
        Diagnose(Of(Deployment) with { Gaps = [new("events", "forbidden"), new("services", "forbidden")] })
            .Confidence.ShouldBeLessThan(0.75);

    [Fact]
    public void A_symptom_without_a_cause_is_unknown_and_says_what_would_decide()
    {
        var diagnosis = Diagnose(
            Of(Deployment, Found(null, Pod)) with
            {
                Gaps = [new("log of shop/checkout-1", "forbidden")],
            }
        );
        diagnosis.Fault.ShouldBe(Diagnosis.Unknown);
        diagnosis.RootCause.ShouldContain("log of shop/checkout-1");
        diagnosis.Findings.ShouldNotBeEmpty();
    }

    [Fact]
    public void A_question_that_fits_several_objects_is_answered_for_all_of_them()
    {
        var evidence = Of(null, Found("resource.oom-killed", Pod, 0.95)) with
        {
            Target = new() { Candidates = [Deployment, Database] },
        };
        Diagnose(evidence).Fault.ShouldBe("resource.oom-killed");
    }

    [Fact]
    public void A_fault_that_was_wrong_in_a_similar_case_counts_less()
    {
        var recollection = new Recollection { Contraindicated = new HashSet<string> { "resource.oom-killed" } };
        var evidence = Of(
            Deployment,
            Found("resource.oom-killed", Pod, 0.95),
            Found("config.bad-credentials", Pod, 0.85)
        );
        Diagnose(evidence).Fault.ShouldBe("resource.oom-killed");
        Diagnose(evidence, recollection).Fault.ShouldBe("config.bad-credentials");
    }
}
