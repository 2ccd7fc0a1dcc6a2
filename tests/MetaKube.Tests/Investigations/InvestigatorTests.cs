using MetaKube.Fakes;
using MetaKube.Investigations;
using MetaKube.Memory;
using MetaKube.Model;
using MetaKube.Tests.Model;

namespace MetaKube.Tests.Investigations;

public sealed class InvestigatorTests
{
    private readonly CancellationToken token = TestContext.Current.CancellationToken;
    private readonly RecordedSteps steps = new();

    private readonly Investigator investigator = new(
        _ => Task.FromResult(new EpisodicMemory(MemoryStorage.InProcess(), new(), TimeProvider.System)),
        new(0, () => 1),
        new(null),
        TimeProvider.System
    );

    private Task<Investigation> InvestigateAsync(IEvidenceSource source, Symptom symptom) =>
        investigator.InvestigateAsync(source, symptom, null, steps, token);

    [Fact]
    public async Task Steps_are_reported_in_the_order_in_which_they_are_taken()
    {
        var source = new GivenEvidence(
            (progress, _) =>
            {
                progress.Report("reading the cluster");
                return Task.FromResult(Cases.Of(Cases.Deployment, Cases.Found("config.missing-secret", Cases.Pod)));
            }
        );
        var investigation = await InvestigateAsync(source, new("why is checkout crashing"));
        investigation.Diagnosis.Fault.ShouldBe("config.missing-secret");
        steps
            .All.Select(step => step.GetType())
            .ShouldBe([
                typeof(InvestigationStep.Collecting),
                typeof(InvestigationStep.Collected),
                typeof(InvestigationStep.Recalled),
                typeof(InvestigationStep.Tested),
            ]);
        steps
            .All.Select(step => step.Description)
            .ShouldBe([
                "reading the cluster",
                "found 1 abnormal fact",
                "working it out from the evidence (memory holds no case like it with a known cause)",
                "config.missing-secret at Deployment shop/checkout: the evidence supports it",
            ]);
    }

    [Fact]
    public async Task A_question_that_names_nothing_and_finds_nothing_is_not_kept()
    {
        async Task<bool> IsKept(Evidence evidence) =>
            (
                await InvestigateAsync(new GivenEvidence((_, _) => Task.FromResult(evidence)), new("tell me a joke"))
            ).IsKept;
        var nothing = Cases.Of(null) with { Target = new() { NotFound = "joke" } };
        (await IsKept(nothing)).ShouldBeFalse();
        (await IsKept(nothing with { Findings = [Cases.Found("config.missing-secret", Cases.Pod)] })).ShouldBeTrue();
        (await IsKept(Cases.Of(Cases.Deployment))).ShouldBeTrue();
    }

    [Fact]
    public async Task Steps_are_reported_during_the_work()
    {
        var goOn = new TaskCompletionSource();
        var source = new GivenEvidence(
            async (progress, _) =>
            {
                progress.Report("reading the cluster");
                await goOn.Task;
                return Cases.Of(Cases.Deployment);
            }
        );
        var investigating = InvestigateAsync(source, new("why"));
        steps.All.ShouldHaveSingleItem().Description.ShouldBe("reading the cluster");
        goOn.SetResult();
        (await investigating).Diagnosis.Fault.ShouldBe(Diagnosis.None);
    }

    [Fact]
    public async Task An_error_and_a_cancellation_come_out_as_they_are()
    {
        var unreadable = new GivenEvidence((_, _) => throw new EvidenceUnavailableException("no cluster here"));
        (
            await Should.ThrowAsync<EvidenceUnavailableException>(() => InvestigateAsync(unreadable, new("why")))
        ).Message.ShouldBe("no cluster here");
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();
        var cancelling = new GivenEvidence((_, cancellation) => Task.FromCanceled<Evidence>(cancellation));
        await Should.ThrowAsync<OperationCanceledException>(() =>
            investigator.InvestigateAsync(cancelling, new("why"), null, steps, cancelled.Token)
        );
    }

    [Fact]
    public async Task The_first_reading_that_names_an_object_is_investigated_and_only_its_evidence_is_collected()
    {
        var source = new Counting();
        var symptom = new Symptom("why is it slow") { Otherwise = new("why is it slow Deployment checkout", "shop") };
        var investigation = await InvestigateAsync(source, symptom);
        investigation.Target.ShouldBe(Cases.Deployment);
        (investigation.Question, investigation.Namespace).ShouldBe(("why is it slow Deployment checkout", "shop"));
        source.Calls.ShouldBe(["resolve why is it slow", "resolve why is it slow Deployment checkout", "collect"]);
    }

    [Fact]
    public async Task A_reading_that_names_an_object_needs_no_other()
    {
        var source = new Counting();
        await InvestigateAsync(source, new("why is checkout slow") { Otherwise = new("something else") });
        source.Calls.ShouldBe(["resolve why is checkout slow", "collect"]);
    }

    /// <summary>Knows one object, and records the calls.</summary>
    private sealed class Counting : IEvidenceSource
    {
        public List<string> Calls { get; } = [];

        public string Cluster => "test";

        public Task<IEvidenceCase> ResolveAsync(
            Symptom symptom,
            IProgress<string> progress,
            CancellationToken cancellationToken
        )
        {
            Calls.Add($"resolve {symptom.Question}");
            return Task.FromResult<IEvidenceCase>(new Case(this, symptom));
        }

        private sealed class Case(Counting source, Symptom symptom) : IEvidenceCase
        {
            public Symptom Symptom => symptom;

            public Target Target =>
                new()
                {
                    Object = symptom.Question.Contains("checkout", StringComparison.Ordinal) ? Cases.Deployment : null,
                };

            public Task<Evidence> CollectAsync(IProgress<string> progress, CancellationToken cancellationToken)
            {
                source.Calls.Add("collect");
                return Task.FromResult(Cases.Of(Target.Object));
            }

            public Task<EvidenceAnswer> ReadAsync(EvidenceRequest request, CancellationToken cancellationToken) =>
                throw new NotSupportedException();
        }
    }
}
