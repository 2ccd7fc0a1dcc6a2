using System.Text.Json.Serialization;
using MetaKube.Model;

namespace MetaKube.Chat;

/// <summary>
/// A change that an answer offers, with all that became of it. It is known by the investigation's id: an answer offers
/// one.
/// </summary>
public sealed record ProposedChange
{
    /// <summary>The investigation that it answers.</summary>
    public required string Id { get; init; }

    public required string Cluster { get; init; }

    /// <summary>What it is for.</summary>
    public required string Summary { get; init; }

    public required string Fault { get; init; }

    public required Change Change { get; init; }

    /// <summary>What was asked, by which it is seen whether it helps.</summary>
    public required Symptom Symptom { get; init; }

    /// <summary>What was asked about.</summary>
    public required ResourceRef Target { get; init; }

    /// <summary>What could not be read when the answer was given.</summary>
    public required IReadOnlyList<string> Gaps { get; init; }

    public ChangeState State { get; init; }

    /// <summary>
    /// The work that brought it there: done once more after a crash, it goes on; any other has to find the change in
    /// the state that it needs.
    /// </summary>
    public string? By { get; init; }

    /// <summary>How often it was proposed: an approval is of what was shown with it, and of no later one.</summary>
    public int Plan { get; init; }

    /// <summary>What it comes to, once the API server has said so.</summary>
    public IReadOnlyList<FieldChange> Fields { get; init; } = [];

    /// <summary>When it was made, or null.</summary>
    public DateTimeOffset? AppliedAt { get; init; }

    /// <summary>Who did what to it, in order.</summary>
    public IReadOnlyList<ChangeEvent> History { get; init; } = [];
}

/// <summary>How far a change has come.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ChangeState>))]
public enum ChangeState
{
    /// <summary>It could be made.</summary>
    [JsonStringEnumMemberName("offered")]
    Offered,

    /// <summary>The API server has accepted it as a dry run, and it was shown.</summary>
    [JsonStringEnumMemberName("proposed")]
    Proposed,

    /// <summary>It was made.</summary>
    [JsonStringEnumMemberName("applied")]
    Applied,

    /// <summary>It was taken back.</summary>
    [JsonStringEnumMemberName("undone")]
    Undone,
}

/// <summary>Something that happened to a change.</summary>
/// <param name="Work">The work by which it happened; done once more, it happens no second time.</param>
/// <param name="At">When.</param>
/// <param name="Who">By whom: platform and id.</param>
/// <param name="Says">What.</param>
public sealed record ChangeEvent(string Work, DateTimeOffset At, string Who, string Says);
