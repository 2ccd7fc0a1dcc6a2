using MetaKube.Investigations;
using MetaKube.Memory;
using MetaKube.Model;
using static MetaKube.Tests.Model.Cases;

namespace MetaKube.Tests.Investigations;

public sealed class IntuitivePathwayTests
{
    private static (Diagnosis Diagnosis, IReadOnlyList<OtherProblem> Others)? Diagnose(
        Evidence evidence,
        Recollection recollection
    ) => IntuitivePathway.Diagnose(new(evidence), recollection);

    private static Recollection Remembering(string fault, string? fix, double successes, params string[] keys) =>
        Remembering(fault, fix, successes, isGrounded: true, keys);

    private static Recollection Remembering(
        string fault,
        string? fix,
        double successes,
        bool isGrounded,
        params string[] keys
    ) =>
        new()
        {
            Memories =
            [
                new RecalledEpisode(
                    new Episode
                    {
                        Id = "e1",
                        Question = "q",
                        Vector = [],
                        Keys = keys,
                        Cluster = "c",
                        Answer = fault,
                        AnsweredCause = "r",
                        Fault = fault,
                        RootCause = "r",
                        At = default,
                        Fix = fix,
                        Successes = successes,
                    },
                    0.99,
                    new(0.99, 1, 0.75, 1, isGrounded),
                    0.83,
                    0.9
                ),
            ],
            Threshold = 0.75,
        };

    [Fact]
    public void Memory_answers_in_the_names_of_the_case_at_hand()
    {
        var evidence = Of(Deployment, Found("config.missing-secret", Pod));
        var answer = Diagnose(
            evidence,
            Remembering("config.missing-secret", "made the secret", 2, "config.missing-secret@Deployment")
        );
        answer.ShouldNotBeNull();
        answer.Value.Diagnosis.Resource.ShouldBe(Deployment);
        answer.Value.Diagnosis.Confidence.ShouldBe(0.83);
        answer.Value.Diagnosis.Remedies[0].Summary.ShouldContain("made the secret");
        answer.Value.Diagnosis.Remedies[0].Commands.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_change_is_offered_only_where_live_evidence_shows_the_fault(bool isSeen)
    {
        var evidence = Of(Deployment, Found(isSeen ? "scheduling.scaled-to-zero" : null, Deployment));
        var diagnosis = Diagnose(
            evidence,
            Remembering(
                "scheduling.scaled-to-zero",
                null,
                2,
                isGrounded: isSeen,
                "scheduling.scaled-to-zero@Deployment"
            )
        )!.Value.Diagnosis;
        diagnosis.Remedies.ShouldContain(remedy =>
            remedy.Commands.Any(command => command.Contains("scale", StringComparison.Ordinal))
        );
        diagnosis.Remedies.Any(remedy => remedy.Change is not null).ShouldBe(isSeen);
    }

    [Fact]
    public void A_fault_that_live_evidence_does_not_show_is_not_claimed() =>
        Diagnose(
                Of(Deployment, Found("resource.oom-killed", Pod)),
                Remembering(
                    "config.missing-secret",
                    null,
                    2,
                    "config.missing-secret@Deployment",
                    "resource.oom-killed@Deployment"
                )
            )
            .ShouldBeNull();

    [Fact]
    public void A_stronger_cause_that_the_episode_did_not_have_makes_this_a_different_case() =>
        Diagnose(
                Of(Deployment, Found("config.missing-secret", Pod, 0.8), Found("resource.oom-killed", Pod, 0.95)),
                Remembering("config.missing-secret", null, 2, "config.missing-secret@Deployment")
            )
            .ShouldBeNull();

    [Fact]
    public void A_healthy_target_gets_no_answer_from_memory() =>
        Diagnose(Of(Deployment), Remembering("config.missing-secret", null, 2, "config.missing-secret@Deployment"))
            .ShouldBeNull();

    [Fact]
    public void A_cause_that_a_person_taught_holds_where_the_findings_are_the_same()
    {
        var evidence = Of(Deployment, Found("application.crash", Pod, 0.6));
        var answer = Diagnose(evidence, Remembering("config.bad-credentials", null, 2, "application.crash@Deployment"));
        answer.ShouldNotBeNull();
        answer.Value.Diagnosis.Fault.ShouldBe("config.bad-credentials");
        answer.Value.Diagnosis.RootCause.ShouldStartWith("A dependency rejects the user or password");
        answer.Value.Diagnosis.Findings.ShouldNotBeEmpty();
    }
}
