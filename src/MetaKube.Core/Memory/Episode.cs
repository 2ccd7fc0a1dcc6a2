using System.Text.Json.Serialization;
using MetaKube.Model;

namespace MetaKube.Memory;

/// <summary>
/// One past investigation as memory keeps it (paper, section 4.1.1): symptoms, context, actions, outcome, time,
/// adaptive value.
/// </summary>
public sealed record Episode
{
    /// <summary>The investigation's id.</summary>
    public required string Id { get; init; }

    /// <summary>Symptom: the question, redacted.</summary>
    public required string Question { get; init; }

    /// <summary>Symptom: the unit vector of its signature.</summary>
    public required float[] Vector { get; init; }

    /// <summary>Symptom: its features as hashes, for comparing it with a case that shows only some of them.</summary>
    public IReadOnlyList<uint> Features { get; init; } = [];

    /// <summary>Symptom: in words, without names; kept only where an embedding is configured.</summary>
    public string? Text { get; init; }

    /// <summary>Context: the structural keys (fault at resource kind) that were seen.</summary>
    public required IReadOnlyList<string> Keys { get; init; }

    /// <summary>Context: the cluster it happened in.</summary>
    public required string Cluster { get; init; }

    public ResourceRef? Resource { get; init; }

    /// <summary>Action: the fault that the bot answered with; it never changes.</summary>
    public required string Answer { get; init; }

    /// <summary>Action: the cause in one sentence, as answered.</summary>
    public required string AnsweredCause { get; init; }

    public IReadOnlyList<Remedy> Remedies { get; init; } = [];

    /// <summary>What memory and the controller thought before the outcome was known.</summary>
    public Prediction? Judgement { get; init; }

    /// <summary>Outcome: the live vote of each person, by who it is ("cli:ada", a chat platform's user id).</summary>
    public IReadOnlyDictionary<string, Feedback> Votes { get; init; } = new Dictionary<string, Feedback>();

    /// <summary>Outcome: what the cluster itself showed, or null.</summary>
    public Recovery? Recovery { get; init; }

    public required DateTimeOffset At { get; init; }

    /// <summary>How many more questions were about the same trouble while it lasted.</summary>
    public int Repeats { get; init; }

    /// <summary>
    /// The fault that is now held to be the cause. This and what follows is <see cref="FeedbackTally.Count"/> of the
    /// votes.
    /// </summary>
    public required string Fault { get; init; }

    public required string RootCause { get; init; }

    /// <summary>Answers that were tried and turned out wrong; kept, so that they are not tried again.</summary>
    public IReadOnlyList<string> FailedFaults { get; init; } = [];

    /// <summary>What fixed it, by a person's words, else by what was seen to change; redacted.</summary>
    public string? Fix { get; init; }

    public Outcome Outcome { get; init; } = Outcome.Pending;

    /// <summary>Weighted confirmations of <see cref="Fault"/>.</summary>
    public double Successes { get; init; }

    /// <summary>Weighted contradictions of <see cref="Fault"/>.</summary>
    public double Failures { get; init; }

    /// <summary>ω: grows with success, shrinks with failure; what is worth least is forgotten first.</summary>
    public double AdaptiveValue { get; init; } = 1;

    /// <summary>Whether something is known of how it ended: the cause, or that an answer was not it.</summary>
    [JsonIgnore]
    public bool IsSettled => Truth is not null || FailedFaults.Count > 0;

    /// <summary>The fault that turned out to be the cause, or null while nobody knows.</summary>
    [JsonIgnore]
    public string? Truth =>
        Outcome is Outcome.Fixed or Outcome.Corrected || Outcome == Outcome.Observed && Successes > 0 ? Fault : null;
}
