using System.Text.Json.Serialization;
using MetaKube.Faults;
using MetaKube.Investigations;
using MetaKube.Model;
using MetaKube.Reasoning;

namespace MetaKube.Chat;

/// <summary>Knowledge that bears on an answer: a known failure, a runbook of the team, or a likeness.</summary>
/// <param name="Kind">
/// <see cref="Failure"/>, <see cref="OfARunbook"/> or <see cref="Likeness"/>.
/// </param>
/// <param name="Id">The id, as <c>metakube knowledge show</c> takes it.</param>
/// <param name="Title">The failure or runbook in a few words.</param>
/// <param name="Origin">The file that describes it.</param>
/// <param name="Quote">The line that shows it, or that is like it; empty where a runbook fits without one.</param>
public sealed record ReportedKnowledge(string Kind, string Id, string Title, string Origin, string Quote)
{
    /// <summary>A known failure that the answer's findings show.</summary>
    public const string Failure = "failure";

    /// <summary>A runbook of the team that fits the case.</summary>
    public const string OfARunbook = "runbook";

    /// <summary>A known failure with the words of a signal, where the cause is not decided: no finding.</summary>
    public const string Likeness = "looksLike";

    /// <summary>The reason for a runbook, or the component of a failure.</summary>
    public string Why { get; init; } = "";

    /// <summary>The first steps of a runbook.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<RunbookStep>? Steps { get; init; }

    /// <summary>The address of a runbook.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Uri? Link { get; init; }

    /// <summary>The team's runbooks first.</summary>
    public static IReadOnlyList<ReportedKnowledge> Of(Investigation i) =>
        [
            .. i.Runbooks.Select(Of),
            .. KnowledgeLibrary.Current.Of(i.Diagnosis.Findings).Select(known => Of(known, i.Diagnosis.Findings)),
            .. i.LooksLike.Select(Of),
        ];

    private static ReportedKnowledge Of(RunbookMatch match) =>
        new(OfARunbook, match.Runbook.Name, match.Runbook.Title, match.Runbook.Origin, match.Quote)
        {
            Why = match.Why,
            Steps = match.Runbook.Steps,
            Link = match.Runbook.Link,
        };

    private static ReportedKnowledge Of(KnownFailure known, IReadOnlyList<Finding> findings) =>
        new(
            Failure,
            known.Id,
            known.Fault.Title,
            known.Origin,
            findings.First(finding => finding.Knowledge == known.Id).Quote
        )
        {
            Why = known.Component,
        };

    private static ReportedKnowledge Of(LikeFailure like) =>
        new(Likeness, like.Failure.Id, like.Failure.Fault.Title, like.Failure.Origin, like.Quote)
        {
            Why = like.Failure.Component,
        };
}
