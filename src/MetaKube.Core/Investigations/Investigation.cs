using System.Text.Json.Serialization;
using MetaKube.Memory;
using MetaKube.Model;
using MetaKube.Reasoning;

namespace MetaKube.Investigations;

/// <summary>One run from the question to the diagnosis; memory stores it as an episode.</summary>
public sealed record Investigation
{
    public required string Id { get; init; }
    public required string Cluster { get; init; }
    public required string Question { get; init; }

    /// <summary>The namespace to which the question was limited, or null.</summary>
    public string? Namespace { get; init; }

    /// <summary>The namespace that the question is about, where it names no object in it; else null.</summary>
    [JsonIgnore]
    public string? Scope { get; init; }

    /// <summary>The objects that the words of the question fit equally well.</summary>
    [JsonIgnore]
    public IReadOnlyList<ResourceRef> Candidates { get; init; } = [];

    /// <summary>The question as it was resolved.</summary>
    [JsonIgnore]
    public Symptom Symptom => new(Question, Namespace);

    /// <summary>The object that the question is about; null where it is about a namespace or the cluster.</summary>
    public ResourceRef? Target { get; init; }

    /// <summary>The remark about words that name no object, or several (<see cref="Target.Remark"/>).</summary>
    public string? TargetRemark { get; init; }

    /// <summary>
    /// Objects that the words of the question fit equally well, or that are called nearly as they say; empty where the
    /// words are clear.
    /// </summary>
    public IReadOnlyList<ResourceRef> Choices { get; init; } = [];

    public required Pathway Pathway { get; init; }

    /// <summary>The reason for the pathway, for people.</summary>
    public string Why { get; init; } = "";

    /// <summary>True if memory's answer was tried and live evidence did not support it.</summary>
    public bool Escalated { get; init; }

    public required Diagnosis Diagnosis { get; init; }
    public IReadOnlyList<OtherProblem> Others { get; init; } = [];
    public required Recollection Recollection { get; init; }

    /// <summary>The symptoms as memory compares them.</summary>
    public required SymptomSignature Signature { get; init; }

    /// <summary>The predictions of memory and controller, for learning from the outcome.</summary>
    [JsonPropertyName("judgement")]
    public required Prediction Prediction { get; init; }

    /// <summary>The model's part in the answer, or null if none was asked.</summary>
    public ModelPart? Model { get; init; }

    /// <summary>The strongest signals, the strongest first.</summary>
    public IReadOnlyList<Signal> Signals { get; init; } = [];

    /// <summary>The team's runbooks that fit, the best first.</summary>
    public IReadOnlyList<RunbookMatch> Runbooks { get; init; } = [];

    /// <summary>Known failures with the words of the signals, where no cause is named: no findings.</summary>
    public IReadOnlyList<LikeFailure> LooksLike { get; init; } = [];

    /// <summary>
    /// True if memory keeps it. A question that names no object, or is about nothing that was read, is no experience.
    /// </summary>
    public bool IsKept { get; init; } = true;

    /// <summary>
    /// True if there are enough symptoms to call an earlier case similar; otherwise only names, or the words of the
    /// question, could be compared.
    /// </summary>
    [JsonIgnore]
    public bool HasComparableSymptoms =>
        (Signature.IsGrounded || Signature.IsComparable) && (Diagnosis.NamesACause || Diagnosis.Findings.Count > 0);

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
            Prediction = Prediction,
        };
}

/// <summary>Wall time of each stage in milliseconds.</summary>
public sealed record Timings(double CollectMs, double RecallMs, double ReasonMs, double TotalMs);
