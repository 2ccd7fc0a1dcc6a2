using MetaKube.Chat;

namespace MetaKube.ChatOps.Conversations.FollowUps;

/// <summary>"Open a ticket": a text to copy.</summary>
internal static class TicketReply
{
    public static TurnReply Of(ThreadCase c) =>
        TurnReply.Of($"I cannot open tickets myself. Here is one for {c.Name} to copy:") with
        {
            Verbatim = string.Join(
                '\n',
                [
                    $"Title: {c.View.Verdict}",
                    $"Cluster: {c.Report.Cluster}",
                    $"Object: {c.Name}",
                    $"Found: {CaseText.Clock(c.AnsweredAt)}",
                    $"Cause: {c.Cause.RootCause} ({c.Cause.Fault})",
                    .. c.Cause.Findings.Take(3).Select(finding => $"Evidence: {finding.Quote}"),
                    .. c.Cause.Remedies.Take(2).Select(remedy => $"Fix: {remedy.Summary}"),
                    $"Investigation: {c.Report.Investigation}",
                ]
            ),
        };
}
