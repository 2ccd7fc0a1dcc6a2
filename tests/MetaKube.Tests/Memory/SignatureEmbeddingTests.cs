using System;
using MetaKube.Memory;
using MetaKube.Model;

namespace MetaKube.Tests.Memory;

public sealed class SignatureEmbeddingTests
{
    private static readonly HashSet<string> Names =
    [
        "checkout",
        "checkout-7d9f6c5b8-x2x4z",
        "loyalty",
        "loyalty-55bf9-abcde",
        "shop",
        "app",
    ];

    [Theory]
    [InlineData(
        "pod checkout-7d9f6c5b8-x2x4z failed 3 times at 2026-11-24T10:00:01Z",
        "pod loyalty-55bf9-abcde failed 17 times at 2025-01-02T23:11:54Z"
    )]
    [InlineData("secret \"checkout-db\" not found", "secret \"loyalty-keys\" not found")]
    [InlineData(
        "dial tcp 10.0.0.12:5432: connect: connection refused",
        "dial tcp 10.9.8.7:6379: connect: connection refused"
    )]
    [InlineData("container 3f2a9c81d0 of checkout ended", "container 99ab10cc21 of loyalty ended")]
    public void Details_that_vary_between_two_cases_of_one_failure_are_not_in_the_signature(string one, string other) =>
        TextTemplate.Words(one, Names).ShouldBe(TextTemplate.Words(other, Names));

    [Fact]
    public void Different_failures_have_different_templates() =>
        TextTemplate
            .Words("secret \"a\" not found", Names)
            .ShouldNotBe(TextTemplate.Words("configmap \"a\" not found", Names));

    [Fact]
    public void The_same_failure_under_another_name_is_alike_and_another_failure_is_not()
    {
        var first = Embed(
            "why is checkout crashing",
            Case("checkout", "config.missing-secret", "secret \"checkout-db\" not found")
        );
        var again = Embed(
            "loyalty is crashing, why",
            Case("loyalty", "config.missing-secret", "secret \"loyalty-keys\" not found")
        );
        var other = Embed(
            "why is checkout crashing",
            Case("checkout", "resource.oom-killed", "OOMKilled (exit code 137), limits.memory 24Mi")
        );
        SignatureEmbedding.Similarity(first, again).ShouldBeGreaterThan(0.95);
        SignatureEmbedding.Similarity(first, other).ShouldBeLessThan(0.6);
    }

    [Fact]
    public void A_vector_is_the_same_on_every_machine_and_of_unit_length()
    {
        var vector = SignatureEmbedding.Embed(
            new(
                new Dictionary<string, double> { ["quote:not"] = 1, ["config.missing-secret@Deployment"] = 3 },
                new HashSet<string>()
            )
        );
        vector.Length.ShouldBe(SignatureEmbedding.Dimensions);
        Math.Sqrt(vector.Sum(x => x * x)).ShouldBe(1, 1e-6);
        // Positions are stored: another hash would invalidate all stored memories.
        vector.Select((x, i) => (x, i)).Where(pair => pair.x != 0).Select(pair => pair.i).Order().ShouldBe(Positions);
    }

    private static readonly int[] Positions = [80, 154];

    private static float[] Embed(string question, Evidence evidence) =>
        SignatureEmbedding.Embed(SymptomSignature.Of(question, evidence));

    private static Evidence Case(string name, string fault, string quote)
    {
        var topology = new Topology();
        var (deployment, pod) = (
            new ResourceRef("Deployment", "shop", name),
            new ResourceRef("Pod", "shop", $"{name}-1")
        );
        topology.Add(deployment, pod, Relation.Manages);
        return new()
        {
            Cluster = "c",
            Target = new() { Object = deployment },
            Topology = topology,
            Names = Names,
            Findings =
            [
                new()
                {
                    Id = "f1",
                    Fault = fault,
                    Resource = pod,
                    Summary = "s",
                    Source = "status.containerStatuses[app].state.waiting.message",
                    Quote = quote,
                    Weight = 0.95,
                },
            ],
        };
    }
}
