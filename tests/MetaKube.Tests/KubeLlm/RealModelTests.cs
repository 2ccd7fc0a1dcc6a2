using System.Collections.Concurrent;
using MetaKube.Chat;
using MetaKube.ChatOps.KubeLlm;
using MetaKube.Evaluation.KubeFault;
using MetaKube.Fakes;
using MetaKube.Investigations;
using MetaKube.Memory;
using MetaKube.Model;
using NJsonSchema;

namespace MetaKube.Tests.KubeLlm;

/// <summary>
/// The real llama-server, with a model that knows nothing: what it answers is random, within the schema.
/// </summary>
[Collection(nameof(NanoServerFixture))]
public sealed class RealModelTests(NanoServerFixture nano)
{
    private readonly CancellationToken token = TestContext.Current.CancellationToken;

    private static Investigator With(LanguageModel? model) =>
        new(
            _ => Task.FromResult(new EpisodicMemory(MemoryStorage.InProcess(), new(), TimeProvider.System)),
            new(0, () => 1),
            new(model),
            TimeProvider.System
        );

    /// <summary>Cited findings were collected, or found at its request by the same inspectors.</summary>
    private static void ShouldCiteFindings(Diagnosis diagnosis, Evidence collected)
    {
        foreach (var finding in diagnosis.Findings)
            finding.Id.ShouldMatch("^f[0-9]+$");
        collected
            .Findings.Select(finding => finding.Id)
            .ShouldContain(id => diagnosis.Findings.Any(cited => cited.Id == id));
    }

    [Fact]
    public async Task Two_hundred_answers_of_random_weights_fit_the_schema_and_cite_only_what_is_there()
    {
        var schema = await JsonSchema.FromFileAsync(
            Path.Combine(Repository.Root, "models", "schemas", "investigation.schema.json"),
            token
        );
        // Half of them may request evidence first.
        await using var decides = nano.Server.Access(timeoutSeconds: 300, requests: 0);
        await using var asks = nano.Server.Access(timeoutSeconds: 300, requests: 1);
        var verdicts = new ConcurrentBag<ModelVerdict>();
        await Parallel.ForEachAsync(
            Enumerable.Range(0, 200),
            new ParallelOptions { MaxDegreeOfParallelism = 4, CancellationToken = token },
            async (i, cancellation) =>
            {
                var known = KubeFaultSuite.FromFamily(
                    KubeFaultSuite.Blind[i % KubeFaultSuite.Blind.Count],
                    $"nano-{i}",
                    new Random(i)
                );
                var collected = await known.CollectAsync(known.Symptom, SilentProgress.Instance, cancellation);
                var investigation = await With(i % 2 == 0 ? decides.Model : asks.Model)
                    .InvestigateAsync(known, known.Symptom, Pathway.Analytical, SilentSteps.Instance, cancellation);
                var part = investigation.Model.ShouldNotBeNull();
                part.Verdict.ShouldNotBe(ModelVerdict.Failed, part.Failure);
                verdicts.Add(part.Verdict);
                ShouldCiteFindings(investigation.Diagnosis, collected);
                schema.Validate(InvestigationJson.Of(investigation)).Select(error => error.ToString()).ShouldBeEmpty();
            }
        );
        verdicts.Count.ShouldBe(200);
        verdicts.ShouldContain(ModelVerdict.Agreed);
    }
}
