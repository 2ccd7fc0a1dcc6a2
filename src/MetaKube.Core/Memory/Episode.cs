using System.Text.Json.Serialization;
using MetaKube.Model;

namespace MetaKube.Memory;

/// <summary>
/// A past investigation in memory (paper, section 4.1.1): symptoms, context, action, outcome, time and adaptive value.
/// </summary>
public sealed record Episode
{
    /// <summary>The investigation's id.</summary>
    public required string Id { get; init; }

    /// <summary>Symptom: the question, redacted.</summary>
    public required string Question { get; init; }

    /// <summary>Symptom: the unit vector of its signature.</summary>
    public required float[] Vector { get; init; }

    /// <summary>Symptom: its features as hashes, to compare it with a case that shows only some of them.</summary>
    public IReadOnlyList<uint> Features { get; init; } = [];

    /// <summary>Symptom: as text without names; null without an embedding.</summary>
    public string? Text { get; init; }

    /// <summary>Symptom: the telling signals without names, strongest first.</summary>
    public IReadOnlyList<SignalTemplate> Signals { get; init; } = [];

    /// <summary>Context: the structural keys (fault at resource kind) that were seen.</summary>
    public required IReadOnlyList<string> Keys { get; init; }

    /// <summary>Context: the cluster it happened in.</summary>
    public required string Cluster { get; init; }

    public ResourceRef? Resource { get; init; }

    /// <summary>Action: the fault of the bot's answer; it never changes.</summary>
    public required string Answer { get; init; }

    /// <summary>Action: the cause in one sentence, as answered.</summary>
    public required string AnsweredCause { get; init; }

    /// <summary>Action: the open cause that <see cref="Answer"/> is the code of, or null.</summary>
    public OpenCause? AnsweredOpen { get; init; }

    public IReadOnlyList<Remedy> Remedies { get; init; } = [];

    /// <summary>The predictions of memory and controller before the outcome was known.</summary>
    [JsonPropertyName("judgement")]
    public Prediction? Prediction { get; init; }

    /// <summary>Outcome: the current feedback by person ("cli:ada", or a chat platform's user id).</summary>
    [JsonPropertyName("votes")]
    public IReadOnlyDictionary<string, Feedback> FeedbackByPerson { get; init; } = new Dictionary<string, Feedback>();

    /// <summary>Outcome: the recovery that was observed in the cluster, or null.</summary>
    public Recovery? Recovery { get; init; }

    public required DateTimeOffset At { get; init; }

    /// <summary>The number of further questions about the same trouble.</summary>
    public int Repeats { get; init; }

    /// <summary>
    /// The fault that is currently considered the cause. This and the following properties are derived from feedback
    /// and recovery by <see cref="FeedbackTally.Count"/>.
    /// </summary>
    public required string Fault { get; init; }

    public required string RootCause { get; init; }

    /// <summary>The open cause that <see cref="Fault"/> is the code of, or null.</summary>
    public OpenCause? Open { get; init; }

    /// <summary>Faults that turned out wrong, so that they are not answered again.</summary>
    public IReadOnlyList<string> FailedFaults { get; init; } = [];

    /// <summary>The fix: a person's words, else the observed changes; redacted.</summary>
    public string? Fix { get; init; }

    public Outcome Outcome { get; init; } = Outcome.Pending;

    /// <summary>Weighted confirmations of <see cref="Fault"/>.</summary>
    public double Successes { get; init; }

    /// <summary>Weighted contradictions of <see cref="Fault"/>.</summary>
    public double Failures { get; init; }

    /// <summary>
    /// ω: grows with success and shrinks with failure; the least valuable episodes are forgotten first.
    /// </summary>
    public double AdaptiveValue { get; init; } = 1;

    /// <summary>The open causes that were answered and named, the answer's first, then the earliest.</summary>
    [JsonIgnore]
    public IEnumerable<OpenCause> OpenCauses =>
        (AnsweredOpen is { } answered ? new[] { answered } : []).Concat(
            FeedbackByPerson
                .Select(entry => entry.Value.OpenOf(entry.Key))
                .OfType<OpenCause>()
                .OrderBy(cause => cause.At)
                .ThenBy(cause => cause.By, StringComparer.Ordinal)
        );

    /// <summary>True if the true cause or a wrong answer is known.</summary>
    [JsonIgnore]
    public bool IsSettled => Truth is not null || FailedFaults.Count > 0;

    /// <summary>The fault that turned out to be the cause, or null if it is unknown.</summary>
    [JsonIgnore]
    public string? Truth =>
        Outcome is Outcome.Fixed or Outcome.Corrected || Outcome == Outcome.Observed && Successes > 0 ? Fault : null;
}
