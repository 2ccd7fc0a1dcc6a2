using System.Text.Json.Serialization;

namespace MetaKube.Memory;

/// <summary>One person's feedback on an answer. Later feedback of the same person replaces it.</summary>
/// <param name="Kind">The kind of feedback.</param>
/// <param name="Fault">The fault code that the person names as the true cause, or null.</param>
/// <param name="Fix">What fixed it according to the person, redacted, or null.</param>
/// <param name="At">When it was given.</param>
public sealed record Feedback(
    [property: JsonPropertyName("verdict")] FeedbackKind Kind,
    string? Fault,
    string? Fix,
    DateTimeOffset At
)
{
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
