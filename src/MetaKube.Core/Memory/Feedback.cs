using System.Text.Json.Serialization;

namespace MetaKube.Memory;

/// <summary>
/// What one person holds of an answer; a person has one live vote on an investigation, and a later one replaces it.
/// </summary>
/// <param name="Verdict">What was said.</param>
/// <param name="Fault">The catalogue code that the person names as the cause instead, or null.</param>
/// <param name="Fix">What the person says fixed it, redacted, or null.</param>
/// <param name="At">When.</param>
public sealed record Feedback(FeedbackKind Verdict, string? Fault, string? Fix, DateTimeOffset At)
{
    /// <summary>What else the person said with it, redacted, or null; nothing is concluded from it.</summary>
    public string? Comment { get; init; }
}

/// <summary>The kinds of verdict; what was tried on the real system weighs more than an opinion.</summary>
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
