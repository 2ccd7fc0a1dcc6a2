using MetaKube.Chat;

namespace MetaKube.ChatOps.Conversations.FollowUps;

/// <summary>"Dig deeper" with the same result: all evidence, alternatives and gaps, instead of the same card.</summary>
internal static class DeeperReply
{
    private const int MostEvidence = 5,
        MostLines = 10;

    public static TurnReply Of(ThreadCase c) =>
        TurnReply.Of(
            new[] { $"I looked at {c.Name} again, without memory; it stays the same: {CaseText.Verdict(c)}" }
                .Concat(c.Cause.Findings.Take(MostEvidence).Select(CaseText.Evidence))
                .Concat(
                    c.View.Sections.Where(section =>
                            section.Kind
                                is AnswerSectionKind.Alternatives
                                    or AnswerSectionKind.OtherProblems
                                    or AnswerSectionKind.Gaps
                        )
                        .Select(section =>
                            $"{section.Title}: {string.Join("; ", section.Lines.Select(line => line.Text))}"
                        )
                )
                .Take(MostLines)
                .Append(
                    $"Worked out from the evidence ({c.Cause.Fault}). \"show the logs\", \"show the events\" and "
                        + "\"show the yaml\" show more."
                )
                .Select(line => CaseText.Sentence(line))
        );
}
