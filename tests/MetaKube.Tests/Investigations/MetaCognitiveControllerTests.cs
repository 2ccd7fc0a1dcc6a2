using MetaKube.Investigations;
using MetaKube.Memory;
using MetaKube.Model;

namespace MetaKube.Tests.Investigations;

public sealed class MetaCognitiveControllerTests
{
    private static readonly MetaCognitiveController Controller = new(0, () => 1);

    private static RecalledEpisode Memory(string fault, double confidence, double successes = 2) =>
        new(
            new Episode
            {
                Id = fault,
                Question = "q",
                Vector = [],
                Keys = [],
                Cluster = "c",
                Answer = fault,
                AnsweredCause = "r",
                Fault = fault,
                RootCause = "r",
                At = default,
                Successes = successes,
            },
            0.99,
            new(0.99, 1, 0.75, 1, true),
            confidence,
            0.9
        );

    private static Recollection Remembering(params RecalledMemory[] memories) =>
        new() { Memories = memories, Threshold = 0.75 };

    [Fact]
    public void The_threshold_has_to_be_exceeded_not_met()
    {
        Controller.Choose(Remembering(Memory("a.b", 0.75)), null).Pathway.ShouldBe(Pathway.Analytical);
        Controller.Choose(Remembering(Memory("a.b", 0.7501)), null).Pathway.ShouldBe(Pathway.Intuitive);
    }

    [Fact]
    public void A_requested_pathway_is_taken()
    {
        Controller.Choose(Remembering(Memory("a.b", 0.2)), Pathway.Intuitive).Pathway.ShouldBe(Pathway.Intuitive);
        Controller.Choose(Remembering(Memory("a.b", 0.9)), Pathway.Analytical).Pathway.ShouldBe(Pathway.Analytical);
    }

    [Fact]
    public void Memories_that_disagree_do_not_answer() =>
        Controller
            .Choose(Remembering(Memory("a.b", 0.9), Memory("c.d", 0.85)), null)
            .ShouldBe(new(Pathway.Analytical, false, 1, "memories disagree"));

    [Fact]
    public void An_unconfirmed_episode_does_not_answer() =>
        Controller.Choose(Remembering(Memory("a.b", 0.9, successes: 0)), null).Pathway.ShouldBe(Pathway.Analytical);

    [Fact]
    public void An_answer_that_was_wrong_in_the_same_case_does_not_answer() =>
        Controller
            .Choose(Remembering(Memory("a.b", 0.9)) with { Contraindicated = new HashSet<string> { "a.b" } }, null)
            .Pathway.ShouldBe(Pathway.Analytical);

    [Fact]
    public void The_most_trusted_memory_counts_and_not_the_first_in_rank() =>
        Remembering(Memory("a.b", 0.4), Memory("c.d", 0.9)).Confidence.ShouldBe(0.9);

    [Fact]
    public void Now_and_then_the_analytical_pathway_runs_as_a_shadow_and_the_chance_is_kept()
    {
        var exploring = new MetaCognitiveController(0.1, () => 0.05);
        exploring
            .Choose(Remembering(Memory("a.b", 0.9)), null)
            .ShouldBe(new(Pathway.Intuitive, true, 0.1, "memory is sure; the analytical pathway runs as a shadow"));
        new MetaCognitiveController(0.1, () => 0.5)
            .Choose(Remembering(Memory("a.b", 0.9)), null)
            .IsShadowed.ShouldBeFalse();
    }
}
