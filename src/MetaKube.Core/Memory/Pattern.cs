using System.Text.Json.Serialization;

namespace MetaKube.Memory;

/// <summary>
/// The abstraction of several episodes with like symptoms (paper, section 4.1.1): what they have in common, what
/// worked, what did not.
/// </summary>
public sealed record Pattern
{
    /// <summary>Stays the same while episodes join and leave.</summary>
    public required string Id { get; init; }

    /// <summary>The centroid of its episodes' vectors, of length 1.</summary>
    public required float[] Vector { get; init; }

    /// <summary>The mean squared distance of its episodes from their mean, 0 (all the same) to 1.</summary>
    public required double Variance { get; init; }

    /// <summary>The features that at least half of its episodes have, as hashes.</summary>
    public IReadOnlyList<uint> Features { get; init; } = [];

    /// <summary>The structural keys that its episodes share.</summary>
    public required IReadOnlyList<string> Keys { get; init; }

    /// <summary>The one cluster whose episodes these are, or null where memory is shared by all.</summary>
    public string? Cluster { get; init; }

    /// <summary>A question as it was asked, for a person to recognise the pattern by.</summary>
    public required string Question { get; init; }

    /// <summary>The strategy: the fault that turned out to be the cause most often.</summary>
    public required string Fault { get; init; }

    public required string RootCause { get; init; }

    /// <summary>What fixed it the last time, or null.</summary>
    public string? Fix { get; init; }

    /// <summary>Contraindications: faults that were answered in cases like these and turned out wrong.</summary>
    public IReadOnlyList<string> FailedFaults { get; init; } = [];

    /// <summary>What spoke for and against each fault, over all its episodes.</summary>
    public required IReadOnlyDictionary<string, Support> Supports { get; init; }

    /// <summary>Episodes that memory still has.</summary>
    public required IReadOnlyList<string> Members { get; init; }

    /// <summary>Episodes that were forgotten for want of room, of which only this sum is left.</summary>
    public Retired Retired { get; init; } = Retired.None;

    public required DateTimeOffset LastSeen { get; init; }

    /// <summary>How many episodes it was made of.</summary>
    [JsonIgnore]
    public int Count => Members.Count + Retired.Count;

    /// <summary>ρ of the paper, as the mean of a Beta posterior.</summary>
    [JsonIgnore]
    public double Reliability => Confidence.Reliability(Supports[Fault].For, Supports[Fault].Against);

    /// <summary>The share of its strategy among all that was confirmed in it, 0 to 1.</summary>
    [JsonIgnore]
    public double Purity => Supports[Fault].For / Math.Max(Supports.Values.Sum(support => support.For), double.Epsilon);
}

/// <summary>Weighted observations for and against a fault.</summary>
public sealed record Support(double For, double Against);

/// <summary>
/// The sum of forgotten episodes: how many, the sum of their vectors, and what they had spoken for and against.
/// </summary>
public sealed record Retired(int Count, float[] Sum, IReadOnlyDictionary<string, Support> Supports)
{
    public static readonly Retired None = new(0, [], new Dictionary<string, Support>());
}
