using MetaKube.Chat;

namespace MetaKube.ChatOps.Conversations.FollowUps;

/// <summary>"Summarise this thread", and the hand-over to the next shift.</summary>
internal static class SummaryReply
{
    private const int MostTurns = 4;

    public static TurnReply Of(ThreadCase c, bool isHandOver)
    {
        var others = c.Report.Others.Select(other => ThreadRecord.NameOf(other.Resource.ToResource())).Take(3).ToList();
        return TurnReply.Of([
            $"{(isHandOver ? "Hand-over" : "Summary")}: {c.Name}, cluster {c.Report.Cluster}.",
            $"Found {CaseText.Clock(c.AnsweredAt)}: {CaseText.Verdict(c)}",
            CaseText.Cause(c),
            CaseText.Fix(c),
            $"State: {StateOf(c)}",
            others.Count > 0 ? $"Also failing: {string.Join(", ", others)}." : null,
            .. isHandOver ? Next(c) : Turns(c),
        ]);
    }

    private static string StateOf(ThreadCase c)
    {
        var taken = c.Thread.AcknowledgedBy is null ? "" : " Somebody has taken it over.";
        if (CaseText.Feedback(c) is { } said)
            return said + taken;
        if (c.Present is null)
            return $"not confirmed as fixed.{taken}";
        return (c.Present.Fault == Model.Diagnosis.None ? "it looks healthy now." : "not fixed as of now.") + taken;
    }

    private static IEnumerable<string> Turns(ThreadCase c) =>
        c
            .Thread.Turns.TakeLast(MostTurns)
            .Select(turn => $"• {turn.At.UtcDateTime:HH:mm} \"{ChatText.Cut(turn.Text, 70)}\"");

    private static IEnumerable<string> Next(ThreadCase c) =>
        [
            c.Cause.Remedies is [var first, ..]
                ? $"Next: {CaseText.Sentence(first.Summary)}"
                : "Next: find out more; the cause is open.",
            "Watch: ask me \"is it fixed?\" here, and I look again.",
        ];
}
