using System.Text.Json.Serialization;

namespace MetaKube.Chat;

/// <summary>
/// The sections of an answer, after the verdict and the cause, in the order in which all media show them.
/// </summary>
[JsonConverter(typeof(JsonStringEnumConverter<AnswerSectionKind>))]
public enum AnswerSectionKind
{
    Changes,
    Signals,
    Fix,
    Notes,
    Runbook,
    TriedBefore,
    OtherProblems,
    Evidence,
    Explanation,
    Chain,
    Alternatives,
    LooksLike,
    Prevention,
    SimilarIncidents,
    Gaps,
    HowFound,
}
