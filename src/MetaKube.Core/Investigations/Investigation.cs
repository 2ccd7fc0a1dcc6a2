using MetaKube.Memory;
using MetaKube.Model;

namespace MetaKube.Investigations;

/// <summary>One whole run, from the question to the diagnosis; it turns into an episode.</summary>
public sealed record Investigation
{
    public required string Id { get; init; }
    public required string Cluster { get; init; }
    public required string Question { get; init; }
    public ResourceRef? Target { get; init; }
    public required Pathway Pathway { get; init; }

    /// <summary>Why that pathway, in words.</summary>
    public string Why { get; init; } = "";

    /// <summary>Memory's answer was tried and live evidence did not bear it out.</summary>
    public bool Escalated { get; init; }

    public required Diagnosis Diagnosis { get; init; }
    public IReadOnlyList<OtherProblem> Others { get; init; } = [];
    public required Recollection Recollection { get; init; }

    /// <summary>What memory keeps of the symptoms.</summary>
    public required SymptomSignature Signature { get; init; }

    /// <summary>What memory and the controller thought, for learning from the outcome.</summary>
    public required Prediction Judgement { get; init; }

    /// <summary>A model's part in the answer, or null where none was asked.</summary>
    public ModelPart? Model { get; init; }

    public IReadOnlyList<Gap> Gaps { get; init; } = [];
    public required Timings Timings { get; init; }

    /// <summary>The part that memory stores.</summary>
    public AnsweredCase ToAnsweredCase() =>
        new()
        {
            Id = Id,
            Cluster = Cluster,
            Question = Question,
            Diagnosis = Diagnosis,
            Signature = Signature,
            Recollection = Recollection,
            Prediction = Judgement,
        };
}

/// <summary>Wall time of each stage in milliseconds.</summary>
public sealed record Timings(double CollectMs, double RecallMs, double ReasonMs, double TotalMs);
