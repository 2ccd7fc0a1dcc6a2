namespace MetaKube.ChatOps.Conversations.FollowUps;

/// <summary>"Since when?": the first trace of the failure, and the change before it.</summary>
internal static class SinceReply
{
    public static TurnReply Of(ThreadCase c)
    {
        if (c.Now is not { } now)
            return OfReport(c);
        if (c.Present is { Fault: Model.Diagnosis.None })
            return TurnReply.Of($"{c.Name} looks healthy now, so nothing fails since any time.", Earlier(c));
        var since = now.FailingSince ?? now.Findings.Where(one => !one.IsChange).Select(one => one.At).Min();
        if (since is not { } at)
            return TurnReply.Of(
                $"I cannot tell since when {c.Name} fails: no event or state of it bears a time "
                    + "(the cluster keeps events for an hour)."
            );
        var change = ChangesReply.BeforeFailure(c).OrderByDescending(one => one.At).FirstOrDefault();
        return TurnReply.Of(
            $"{c.Name} fails since {CaseText.When(at, now.At)}; that is the first trace I find.",
            change is null ? null : $"Shortly before: {CaseText.Sentence(change.Summary)}",
            change is null ? "No change shortly before is recorded." : null
        );
    }

    private static TurnReply OfReport(ThreadCase c)
    {
        var first = c.Report.Signals.Select(signal => signal.At).Min();
        return TurnReply.Of(
            first is { } at
                ? $"The earliest time in {c.Name} is {CaseText.Clock(at)}."
                : $"I cannot tell since when: {c.Name} bears no time."
        );
    }

    private static string? Earlier(ThreadCase c) =>
        c.NamesACause ? $"When I answered ({CaseText.Clock(c.AnsweredAt)}) it failed: {CaseText.Verdict(c)}" : null;
}
