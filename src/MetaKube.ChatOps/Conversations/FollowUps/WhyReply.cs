using MetaKube.Chat;

namespace MetaKube.ChatOps.Conversations.FollowUps;

/// <summary>"Why?": the causal chain and the evidence that shows it.</summary>
internal static class WhyReply
{
    private const int MostEvidence = 3;

    public static TurnReply Of(ThreadCase c)
    {
        if (!c.NamesACause)
            return TurnReply.Of([
                CaseText.Verdict(c),
                CaseText.Cause(c),
                .. c.Report.Signals.Take(MostEvidence).Select(signal => $"• {signal.Summary}: {signal.Quote}"),
            ]);
        var chain = c
            .Cause.Chain.Select(link => $"{ThreadRecord.NameOf(link.Resource.ToResource())}: {link.Description}")
            .ToList();
        return TurnReply.Of([
            CaseText.Verdict(c),
            CaseText.Cause(c),
            chain.Count > 1 ? $"Because: {string.Join(" → ", chain)}." : null,
            .. c.Cause.Findings.Take(MostEvidence).Select(CaseText.Evidence),
            Explanation(c),
        ]);
    }

    private static string? Explanation(ThreadCase c) =>
        c.View.Sections.FirstOrDefault(section => section.Kind == AnswerSectionKind.Explanation)?.Lines
            is [var line, ..]
            ? line.Text
            : null;
}
