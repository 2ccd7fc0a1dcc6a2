using System.Text.Json.Serialization;
using MetaKube.Faults;
using MetaKube.Model;

namespace MetaKube.Memory;

/// <summary>One person's feedback on an answer. Later feedback of the same person replaces it.</summary>
/// <param name="Kind">The kind of feedback.</param>
/// <param name="Fault">The code of the fault or open cause that the person names as the true cause, or null.</param>
/// <param name="Fix">What fixed it according to the person, redacted, or null.</param>
/// <param name="At">When it was given.</param>
public sealed record Feedback(
    [property: JsonPropertyName("verdict")] FeedbackKind Kind,
    string? Fault,
    string? Fix,
    DateTimeOffset At
)
{
    /// <summary>The words of an open cause, of which <see cref="Fault"/> is the code; else null.</summary>
    public string? Cause { get; init; }

    /// <summary>The same feedback with the cause that the person stated, unless it was refused.</summary>
    public Feedback Naming(CauseStatement? stated) =>
        stated?.Code is { } code ? this with { Fault = code, Cause = stated.Words } : this;

    /// <summary>The open cause that a person names by this feedback, or null.</summary>
    public OpenCause? OpenOf(string person) => Cause is { } words ? new(words, person, At) : null;

    /// <summary>A comment of the person, redacted, or null; memory does not evaluate it.</summary>
    public string? Comment { get; init; }
}

/// <summary>The kinds of feedback. A result on the real system weighs more than an opinion.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<FeedbackKind>))]
public enum FeedbackKind
{
    /// <summary>"This fixed it."</summary>
    [JsonStringEnumMemberName("fixed")]
    Fixed,

    /// <summary>"Not it."</summary>
    [JsonStringEnumMemberName("wrong")]
    Wrong,

    /// <summary>A thumb up.</summary>
    [JsonStringEnumMemberName("helpful")]
    Helpful,

    /// <summary>A thumb down.</summary>
    [JsonStringEnumMemberName("unhelpful")]
    Unhelpful,
}
