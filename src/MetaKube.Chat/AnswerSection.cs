using System.Text.Json.Serialization;

namespace MetaKube.Chat;

/// <summary>A part of an answer under a title of its own.</summary>
public sealed record AnswerSection(AnswerSectionKind Kind, string Title, IReadOnlyList<AnswerLine> Lines)
{
    /// <summary>Chats show it apart from the sections that a person on call needs first.</summary>
    [JsonIgnore]
    public bool IsDetail => Kind >= AnswerSectionKind.Prevention;

    [JsonIgnore]
    public AnswerSectionStyle Style =>
        Kind switch
        {
            AnswerSectionKind.Changes or AnswerSectionKind.Evidence or AnswerSectionKind.Signals =>
                AnswerSectionStyle.Quotes,
            AnswerSectionKind.Chain => AnswerSectionStyle.Chain,
            AnswerSectionKind.Fix or AnswerSectionKind.Runbook => AnswerSectionStyle.Steps,
            AnswerSectionKind.HowFound => AnswerSectionStyle.Note,
            _ => AnswerSectionStyle.List,
        };

    /// <summary>The number of characters in all lines.</summary>
    [JsonIgnore]
    public int Length => Lines.Sum(line => line.Text.Length + line.Verbatim.Sum(text => text.Length));
}
