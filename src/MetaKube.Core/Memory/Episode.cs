using MetaKube.Investigations;

namespace MetaKube.Memory;

/// <summary>One past investigation as memory keeps it (paper, section 4.1.1): symptoms, context, actions, outcome, time, adaptive value.</summary>
public sealed record Episode
{
    /// <summary>The investigation's id.</summary>
    public required string Id { get; init; }

    /// <summary>Symptom: the question, redacted.</summary>
    public required string Question { get; init; }

    /// <summary>Symptom: the unit vector of its signature.</summary>
    public required float[] Vector { get; init; }

    /// <summary>Context: the structural keys (fault at resource kind) that were seen.</summary>
    public required IReadOnlyList<string> Keys { get; init; }

    /// <summary>Context: the cluster it happened in.</summary>
    public required string Cluster { get; init; }

    public ResourceRef? Resource { get; init; }

    /// <summary>Action: the fault that is now held to be the cause; a person's correction replaces the bot's answer.</summary>
    public required string Fault { get; init; }

    public required string RootCause { get; init; }

    public IReadOnlyList<Remedy> Remedies { get; init; } = [];

    /// <summary>Action: answers that were tried and turned out wrong; kept, so that they are not tried again.</summary>
    public IReadOnlyList<string> FailedFaults { get; init; } = [];

    /// <summary>What a person said fixed it, redacted.</summary>
    public string? Fix { get; init; }

    public Outcome Outcome { get; init; } = Outcome.Pending;

    public required DateTimeOffset At { get; init; }

    /// <summary>Weighted confirmations of <see cref="Fault"/>.</summary>
    public double Successes { get; init; }

    /// <summary>Weighted contradictions of <see cref="Fault"/>.</summary>
    public double Failures { get; init; }

    /// <summary>ω: grows with success, shrinks with failure; what is worth least is forgotten first.</summary>
    public double AdaptiveValue { get; init; } = 1;
}
