using System.Text.Json.Serialization;

namespace MetaKube.Chat;

/// <summary>A part of an answer under a title of its own.</summary>
public sealed record AnswerSection(AnswerSectionKind Kind, string Title, IReadOnlyList<AnswerLine> Lines)
{
    /// <summary>
    /// The lines that a chat shows at once, shorter than <see cref="Lines"/>; none where the section is a detail.
    /// </summary>
    public IReadOnlyList<AnswerLine> Brief { get; init; } = [];

    /// <summary>True if <see cref="Brief"/> says all of it. Lines that were stored and read again count as the same.
    /// </summary>
    [JsonIgnore]
    public bool IsBriefWhole =>
        Lines.Count == Brief.Count
        && Lines
            .Zip(Brief)
            .All(pair =>
                pair.First == pair.Second with { Verbatim = pair.First.Verbatim }
                && pair.First.Verbatim.SequenceEqual(pair.Second.Verbatim)
            );

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
