using System.Text.Json.Serialization;
using MetaKube.Model;

namespace MetaKube.Memory;

/// <summary>
/// The abstraction of several episodes with similar symptoms (paper, section 4.1.1): their common features, the fault
/// that was right most often and the faults that were wrong. Patterns with the same content are equal.
/// </summary>
public sealed record Pattern
{
    /// <summary>The id; it stays the same while episodes join and leave.</summary>
    public required string Id { get; init; }

    /// <summary>The centroid of its episodes' vectors, of length 1.</summary>
    public required float[] Vector { get; init; }

    /// <summary>The mean squared distance of its episodes from their mean, 0 (all the same) to 1.</summary>
    public required double Variance { get; init; }

    /// <summary>The features that at least half of its episodes have, as hashes.</summary>
    public IReadOnlyList<uint> Features { get; init; } = [];

    /// <summary>The signals that at least half of its episodes show.</summary>
    public IReadOnlyList<SignalTemplate> Signals { get; init; } = [];

    /// <summary>The structural keys that its episodes share.</summary>
    public required IReadOnlyList<string> Keys { get; init; }

    /// <summary>The cluster of the episodes, or null if memory is shared.</summary>
    public string? Cluster { get; init; }

    /// <summary>The question of one episode, by which a person recognises the pattern.</summary>
    public required string Question { get; init; }

    /// <summary>The strategy: the fault that turned out to be the cause most often.</summary>
    public required string Fault { get; init; }

    public required string RootCause { get; init; }

    /// <summary>The open causes that were named in its episodes, also in forgotten ones, earliest first.</summary>
    public IReadOnlyList<OpenCause> Opens { get; init; } = [];

    /// <summary>The open cause that <see cref="Fault"/> is the code of, or null.</summary>
    [JsonIgnore]
    public OpenCause? Open =>
        OpenCause.IsCode(Fault) ? (Opens ?? []).FirstOrDefault(cause => cause.Code == Fault) : null;

    /// <summary>The last fix, or null.</summary>
    public string? Fix { get; init; }

    /// <summary>Contraindications: faults that turned out wrong in these cases.</summary>
    public IReadOnlyList<string> FailedFaults { get; init; } = [];

    /// <summary>Observations for and against each fault, over all episodes.</summary>
    public required IReadOnlyDictionary<string, Support> Supports { get; init; }

    /// <summary>The ids of the episodes that memory still has.</summary>
    public required IReadOnlyList<string> Members { get; init; }

    /// <summary>The sum of the episodes that were forgotten because of the capacity.</summary>
    public Retired Retired { get; init; } = Retired.None;

    public required DateTimeOffset LastSeen { get; init; }

    /// <summary>The number of its episodes, including forgotten ones.</summary>
    [JsonIgnore]
    public int Count => Members.Count + Retired.Count;

    /// <summary>ρ of the paper, as the mean of a Beta posterior.</summary>
    [JsonIgnore]
    public double Reliability => Confidence.Reliability(Supports[Fault].For, Supports[Fault].Against);

    /// <summary>The share of its fault among all confirmations, 0 to 1.</summary>
    [JsonIgnore]
    public double Purity => Supports[Fault].For / Math.Max(Supports.Values.Sum(support => support.For), double.Epsilon);

    public bool Equals(Pattern? other) =>
        other is not null
        && (Id, Variance, Cluster, Question, Fault, RootCause, Fix, LastSeen)
            == (
                other.Id,
                other.Variance,
                other.Cluster,
                other.Question,
                other.Fault,
                other.RootCause,
                other.Fix,
                other.LastSeen
            )
        && Vector.AsSpan().SequenceEqual(other.Vector)
        // A property that an earlier version did not store is null.
        && (Features ?? []).SequenceEqual(other.Features ?? [])
        && (Signals ?? []).SequenceEqual(other.Signals ?? [])
        && (Opens ?? []).SequenceEqual(other.Opens ?? [])
        && Keys.SequenceEqual(other.Keys)
        && FailedFaults.SequenceEqual(other.FailedFaults)
        && Members.SequenceEqual(other.Members)
        && Support.AreEqual(Supports, other.Supports)
        && Retired.Equals(other.Retired);

    public override int GetHashCode() => Id.GetHashCode(StringComparison.Ordinal);
}
