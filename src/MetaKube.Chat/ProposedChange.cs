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

    /// <summary>The remedy in one sentence.</summary>
    public required string Summary { get; init; }

    public required string Fault { get; init; }

    public required Change Change { get; init; }

    /// <summary>The symptom; the follow-up investigates it again to see whether the change helped.</summary>
    public required Symptom Symptom { get; init; }

    /// <summary>The target of the question.</summary>
    public required ResourceRef Target { get; init; }

    /// <summary>The parts of the cluster that could not be read when the answer was given.</summary>
    public required IReadOnlyList<string> Gaps { get; init; }

    public ChangeState State { get; init; }

    /// <summary>
    /// The id of the last transition's work item. A retry of this item resumes the transition; any other item must find
    /// the change in the state that it needs.
    /// </summary>
    public string? By { get; init; }

    /// <summary>Version of the proposal; older approvals are rejected.</summary>
    public int Plan { get; init; }

    /// <summary>The difference that the dry run returned.</summary>
    public IReadOnlyList<FieldChange> Fields { get; init; } = [];

    /// <summary>The time at which it was applied, or null.</summary>
    public DateTimeOffset? AppliedAt { get; init; }

    /// <summary>The audit trail, oldest entry first.</summary>
    public IReadOnlyList<ChangeEvent> History { get; init; } = [];
}

/// <summary>The state of a change.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ChangeState>))]
public enum ChangeState
{
    /// <summary>The answer offers it.</summary>
    [JsonStringEnumMemberName("offered")]
    Offered,

    /// <summary>The API server accepted it as a dry run, and the difference was shown.</summary>
    [JsonStringEnumMemberName("proposed")]
    Proposed,

    /// <summary>It was applied.</summary>
    [JsonStringEnumMemberName("applied")]
    Applied,

    /// <summary>It was undone.</summary>
    [JsonStringEnumMemberName("undone")]
    Undone,
}

/// <summary>An entry of a change's audit trail.</summary>
/// <param name="Work">The work item of the entry; a retry adds no second entry.</param>
/// <param name="At">The time.</param>
/// <param name="Who">The person: platform and id.</param>
/// <param name="Description">The event in words.</param>
public sealed record ChangeEvent(
    string Work,
    DateTimeOffset At,
    string Who,
    [property: JsonPropertyName("says")] string Description
);
