using MetaKube.Model;

namespace MetaKube.Memory;

/// <summary>A case with its answer, before anything is known of the outcome; memory makes an episode of it.</summary>
public sealed record AnsweredCase
{
    /// <summary>The investigation's id.</summary>
    public required string Id { get; init; }

    public required string Cluster { get; init; }

    /// <summary>The question, redacted.</summary>
    public required string Question { get; init; }

    public required Diagnosis Diagnosis { get; init; }

    public required SymptomSignature Signature { get; init; }

    /// <summary>The memories that were recalled; a repeated question is recognised by them.</summary>
    public required Recollection Recollection { get; init; }

    public required Prediction Prediction { get; init; }
}
