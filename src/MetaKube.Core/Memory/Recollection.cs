using MetaKube.Investigations;

namespace MetaKube.Memory;

/// <summary>What memory returned for a case, and how far it may be trusted.</summary>
public sealed record Recollection
{
    public static readonly Recollection Empty = new() { Novelty = 1 };

    /// <summary>The largest confidence among <see cref="Episodes"/> (Eq 15), 0 to 1.</summary>
    public double Confidence { get; init; }

    /// <summary>f_nov of Eq 14: the distance to the nearest memory, 0 (the same) to 1 (nothing like it).</summary>
    public double Novelty { get; init; }

    /// <summary>τ of Eq 9, which the confidence has to exceed.</summary>
    public double Threshold { get; init; }

    /// <summary>By score (Eq 2), best first.</summary>
    public IReadOnlyList<RecalledEpisode> Episodes { get; init; } = [];

    /// <summary>Abstractions of several episodes; none are formed yet.</summary>
    public IReadOnlyList<string> Patterns { get; init; } = [];
}

/// <summary>An episode as recalled for a case: its similarity, its confidence (Eq 15) and its rank score (Eq 2), all 0 to 1.</summary>
public sealed record RecalledEpisode(Episode Episode, double Similarity, double Confidence, double Score)
{
    public string Id => Episode.Id;
    public string Fault => Episode.Fault;
    public Outcome Outcome => Episode.Outcome;
    public DateTimeOffset At => Episode.At;
}
