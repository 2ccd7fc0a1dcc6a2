using MetaKube.Investigations;
using MetaKube.Memory;
using MetaKube.Pathways;
using static MetaKube.Tests.Pathways.Cases;

namespace MetaKube.Tests.Pathways;

public sealed class IntuitivePathwayTests
{
    private static Recollection Remembering(string fault, Outcome outcome, string? fix, params string[] keys) => new()
    {
        Episodes = [new(new Episode { Id = "e1", Question = "q", Vector = [], Keys = keys, Cluster = "c", Fault = fault, RootCause = "r", At = default, Outcome = outcome, Fix = fix }, 0.99, 0.83, 0.9)],
        Confidence = 0.83, Threshold = 0.75,
    };

    [Fact]
    public void Memory_answers_in_the_names_of_the_case_at_hand()
    {
        var evidence = Of(Deployment, Found("config.missing-secret", Pod));
        var answer = IntuitivePathway.Diagnose(evidence, Remembering("config.missing-secret", Outcome.Fixed, "made the secret", "config.missing-secret@Deployment"));
        answer.ShouldNotBeNull();
        answer.Value.Diagnosis.Resource.ShouldBe(Deployment);
        answer.Value.Diagnosis.Confidence.ShouldBe(0.83);
        answer.Value.Diagnosis.Remedies[0].Summary.ShouldContain("made the secret");
        answer.Value.Diagnosis.Remedies[0].Commands.ShouldBeEmpty();
    }

    [Fact]
    public void A_fault_that_live_evidence_does_not_show_is_not_claimed() =>
        IntuitivePathway.Diagnose(Of(Deployment, Found("resource.oom-killed", Pod)), Remembering("config.missing-secret", Outcome.Fixed, null, "config.missing-secret@Deployment", "resource.oom-killed@Deployment")).ShouldBeNull();

    [Fact]
    public void A_stronger_cause_that_the_episode_did_not_have_makes_this_a_different_case() =>
        IntuitivePathway.Diagnose(
            Of(Deployment, Found("config.missing-secret", Pod, 0.8), Found("resource.oom-killed", Pod, 0.95)),
            Remembering("config.missing-secret", Outcome.Fixed, null, "config.missing-secret@Deployment")).ShouldBeNull();

    [Fact]
    public void A_healthy_target_gets_no_answer_from_memory() =>
        IntuitivePathway.Diagnose(Of(Deployment), Remembering("config.missing-secret", Outcome.Fixed, null, "config.missing-secret@Deployment")).ShouldBeNull();

    [Fact]
    public void A_cause_that_a_person_taught_holds_where_the_findings_are_the_same()
    {
        var evidence = Of(Deployment, Found("application.crash", Pod));
        var answer = IntuitivePathway.Diagnose(evidence, Remembering("config.bad-credentials", Outcome.Corrected, null, "application.crash@Deployment"));
        answer.ShouldNotBeNull();
        answer.Value.Diagnosis.Fault.ShouldBe("config.bad-credentials");
        answer.Value.Diagnosis.RootCause.ShouldStartWith("A dependency rejects the user or password");
        answer.Value.Diagnosis.Findings.ShouldNotBeEmpty();
    }
}
