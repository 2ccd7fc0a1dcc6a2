using MetaKube.Model;
using MetaKube.Reasoning;

namespace MetaKube.Memory;

/// <summary>The memories recalled for a case, and the confidence in them.</summary>
public sealed record Recollection
{
    public static readonly Recollection Empty = new() { Novelty = 1 };

    /// <summary>C(M*): the calibrated confidence of <see cref="Best"/> (Eq 15, 18), 0 to 1.</summary>
    public double Confidence => Best?.Confidence ?? 0;

    /// <summary>f_nov of Eq 14: the distance to the nearest memory, 0 (the same) to 1 (nothing similar).</summary>
    public double Novelty { get; init; }

    /// <summary>
    /// f_comp of Eq 14: the normalised entropy of which faults the nearest memories had, 0 (one) to 1 (all different).
    /// </summary>
    public double Complexity { get; init; }

    /// <summary>τ of Eq 9, which the confidence has to exceed.</summary>
    public double Threshold { get; init; }

    /// <summary>M*: patterns and episodes by their mixed score (Eq 2, 13, 14), best first.</summary>
    public IReadOnlyList<RecalledMemory> Memories { get; init; } = [];

    public IEnumerable<RecalledEpisode> Episodes => Memories.OfType<RecalledEpisode>();

    public IEnumerable<RecalledPattern> Patterns => Memories.OfType<RecalledPattern>();

    /// <summary>
    /// The memory with the highest confidence, which need not rank first; null if none names a cause.
    /// </summary>
    public RecalledMemory? Best
    {
        get
        {
            var most = Memories.Where(memory => memory.Confidence > 0).MaxBy(memory => memory.Confidence);
            // A pending episode of the same trouble is the most similar memory, but must not hide an earlier confirmed
            // one.
            return most is null or { Successes: > 0 }
                ? most
                : Memories
                    .Where(memory => memory.Fault == most.Fault && memory.Successes > 0)
                    .MaxBy(memory => memory.Confidence)
                    ?? most;
        }
    }

    /// <summary>The lead in confidence of the best memory over the best one with another fault, 0 to 1.</summary>
    public double Margin =>
        Best is not { } best
            ? 0
            : best.Confidence
                - Memories
                    .Where(memory => memory.Fault != best.Fault)
                    .Select(memory => memory.Confidence)
                    .DefaultIfEmpty(0)
                    .Max();

    /// <summary>Faults that were answered in this very case and turned out wrong.</summary>
    public IReadOnlySet<string> Contraindicated { get; init; } = new HashSet<string>();

    /// <summary>The part that ranks candidate causes.</summary>
    public MemoryPrior ToPrior() =>
        new(
            Contraindicated,
            [.. Memories.Select(memory => new RememberedCause(memory.Fault, memory.Keys, memory.Similarity))]
        );
}

/// <summary>A memory as recalled for a case.</summary>
/// <param name="Similarity">The similarity of its symptoms, 0 to 1.</param>
/// <param name="Factors">The factors of its confidence; null for an episode without a cause.</param>
/// <param name="Confidence">The calibrated probability that its fault is the cause, 0 to 1.</param>
/// <param name="Score">Its mixed rank (Eq 13), 0 to 1.</param>
public abstract record RecalledMemory(double Similarity, ConfidenceFactors? Factors, double Confidence, double Score)
{
    public abstract string Id { get; }

    /// <summary>"episode" or "pattern".</summary>
    public abstract string Kind { get; }
    public abstract string Fault { get; }
    public abstract string RootCause { get; }

    /// <summary>The open cause that its fault is the code of, or null.</summary>
    public abstract OpenCause? Open { get; }
    public abstract string? Fix { get; }
    public abstract IReadOnlyList<string> Keys { get; }

    /// <summary>The telling signals of its case.</summary>
    public abstract IReadOnlyList<SignalTemplate> Signals { get; }
    public abstract DateTimeOffset At { get; }

    /// <summary>True if a person named the cause and no inspector detected it.</summary>
    public bool IsTaught =>
        (Keys.Count > 0 || Open is not null) && !Keys.Any(key => key.StartsWith($"{Fault}@", StringComparison.Ordinal));

    /// <summary>Weighted observations for its fault.</summary>
    public abstract double Successes { get; }
}

public sealed record RecalledEpisode(
    Episode Episode,
    double Similarity,
    ConfidenceFactors? Factors,
    double Confidence,
    double Score
) : RecalledMemory(Similarity, Factors, Confidence, Score)
{
    public override string Id => Episode.Id;
    public override string Kind => "episode";
    public override string Fault => Episode.Fault;
    public override string RootCause => Episode.RootCause;
    public override OpenCause? Open => Episode.Open;
    public override string? Fix => Episode.Fix;
    public override IReadOnlyList<string> Keys => Episode.Keys;
    public override IReadOnlyList<SignalTemplate> Signals => Episode.Signals;
    public override DateTimeOffset At => Episode.At;
    public override double Successes => Episode.Successes;
    public Outcome Outcome => Episode.Outcome;
}

public sealed record RecalledPattern(
    Pattern Pattern,
    double Similarity,
    ConfidenceFactors? Factors,
    double Confidence,
    double Score
) : RecalledMemory(Similarity, Factors, Confidence, Score)
{
    public override string Id => Pattern.Id;
    public override string Kind => "pattern";
    public override string Fault => Pattern.Fault;
    public override string RootCause => Pattern.RootCause;
    public override OpenCause? Open => Pattern.Open;
    public override string? Fix => Pattern.Fix;
    public override IReadOnlyList<string> Keys => Pattern.Keys;
    public override IReadOnlyList<SignalTemplate> Signals => Pattern.Signals ?? [];
    public override DateTimeOffset At => Pattern.LastSeen;
    public override double Successes => Pattern.Supports[Pattern.Fault].For;
}
