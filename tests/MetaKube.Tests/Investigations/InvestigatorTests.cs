using MetaKube.Investigations;
using MetaKube.Memory;
using MetaKube.Model;
using MetaKube.Tests.Model;

namespace MetaKube.Tests.Investigations;

public sealed class InvestigatorTests
{
    private readonly CancellationToken token = TestContext.Current.CancellationToken;

    private static Investigator Over(Func<IProgress<string>, CancellationToken, Task<Evidence>> collect) =>
        new(
            new Source(collect),
            _ => Task.FromResult(new EpisodicMemory(MemoryStorage.InProcess(), new(), TimeProvider.System)),
            new(0, () => 1),
            new(null),
            TimeProvider.System
        );

    [Fact]
    public async Task Steps_come_in_the_order_in_which_they_are_taken_and_the_last_is_the_answer()
    {
        var steps = new List<InvestigationStep>();
        var investigator = Over(
            (progress, _) =>
            {
                progress.Report("reading the cluster");
                return Task.FromResult(Cases.Of(Cases.Deployment, Cases.Found("config.missing-secret", Cases.Pod)));
            }
        );
        await foreach (var step in investigator.InvestigateAsync(new("why is checkout crashing"), null, token))
            steps.Add(step);
        steps
            .Select(step => step.GetType())
            .ShouldBe([
                typeof(InvestigationStep.Collecting),
                typeof(InvestigationStep.Collected),
                typeof(InvestigationStep.Recalled),
                typeof(InvestigationStep.Tested),
                typeof(InvestigationStep.Concluded),
            ]);
        steps
            .Select(step => step.Description)
            .Take(4)
            .ShouldBe([
                "reading the cluster",
                "found 1 abnormal fact",
                "memory knows nothing like it; working it out (confidence 0.00 does not exceed 0.75)",
                "config.missing-secret at Deployment shop/checkout: the evidence supports it",
            ]);
        ((InvestigationStep.Concluded)steps[^1]).Investigation.Diagnosis.Fault.ShouldBe("config.missing-secret");
    }

    [Fact]
    public async Task Steps_are_told_while_the_work_goes_on()
    {
        var goOn = new TaskCompletionSource();
        var investigator = Over(
            async (progress, _) =>
            {
                progress.Report("reading the cluster");
                await goOn.Task;
                return Cases.Of(Cases.Deployment);
            }
        );
        await using var steps = investigator.InvestigateAsync(new("why"), null, token).GetAsyncEnumerator(token);
        (await steps.MoveNextAsync()).ShouldBeTrue();
        steps.Current.Description.ShouldBe("reading the cluster");
        goOn.SetResult();
        (await steps.MoveNextAsync()).ShouldBeTrue();
    }

    [Fact]
    public async Task Who_stops_listening_stops_the_investigation()
    {
        var stopped = new TaskCompletionSource();
        var investigator = Over(
            async (progress, cancellation) =>
            {
                progress.Report("reading the cluster");
                try
                {
                    await new TaskCompletionSource().Task.WaitAsync(cancellation);
                }
                finally
                {
                    stopped.SetResult();
                }
                return Cases.Of(Cases.Deployment);
            }
        );
        await foreach (var _ in investigator.InvestigateAsync(new("why"), null, token))
            break;
        stopped.Task.IsCompleted.ShouldBeTrue();
    }

    [Fact]
    public async Task An_error_comes_out_as_it_is()
    {
        var investigator = Over((_, _) => throw new EvidenceUnavailableException("no cluster here"));
        (
            await Should.ThrowAsync<EvidenceUnavailableException>(() =>
                investigator.ConcludeAsync(new("why"), null, token)
            )
        ).Message.ShouldBe("no cluster here");
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() =>
            Over((_, cancellation) => Task.FromCanceled<Evidence>(cancellation))
                .ConcludeAsync(new("why"), null, cancelled.Token)
        );
    }

    private sealed class Source(Func<IProgress<string>, CancellationToken, Task<Evidence>> collect) : IEvidenceSource
    {
        public Task<Evidence> CollectAsync(
            Symptom symptom,
            IProgress<string> progress,
            CancellationToken cancellationToken
        ) => collect(progress, cancellationToken);
    }
}
