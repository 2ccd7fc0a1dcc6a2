using MetaKube.Chat;
using MetaKube.Model;

namespace MetaKube.ChatOps.Conversations.FollowUps;

/// <summary>"Is it fixed?": the state now, compared with the answer.</summary>
internal static class IsFixedReply
{
    public static TurnReply Of(ThreadCase c)
    {
        if (c.Present is not { } present)
            return TurnReply.Of(
                $"I cannot look again: the answer was about {c.Name}. Paste the output anew, or name the object."
            );
        var age = CaseText.Age(c.At - c.AnsweredAt);
        return present.Fault switch
        {
            Diagnosis.None => Healthy(c, age),
            Diagnosis.Unknown => TurnReply.Of(
                $"Not as far as I can see: {CaseText.Sentence(present.RootCause)}",
                c.NamesACause ? $"The cause of {age} ago ({AnswerWording.Fault(c.Cause.Fault)}) no longer shows." : null
            ),
            var fault when fault == c.Cause.Fault => TurnReply.Of(
                $"No, not fixed yet: {CaseText.Sentence(present.RootCause)}",
                $"I looked at {c.Name} again just now; it is the same problem as {age} ago.",
                CaseText.Fix(c)
            ),
            _ => TurnReply.Of(
                $"No: {c.Name} has a problem now that differs from the one before. "
                    + CaseText.Sentence(VerdictSentence.Of(present, c.Thread.Target, c.Report.Cluster).Sentence),
                CaseText.Sentence(present.RootCause),
                present.Remedies is [var first, ..] ? $"Fix: {CaseText.Sentence(first.Summary)}" : null
            ),
        };
    }

    private static TurnReply Healthy(ThreadCase c, string age)
    {
        var lost = c.Now!.Gaps.Count > 0 ? $"Not everything could be read: {c.Now.Gaps[0].What}." : null;
        return c.NamesACause
            ? TurnReply.Of(
                $"Yes: {c.Name} looks healthy now. The problem of {age} ago "
                    + $"({AnswerWording.Fault(c.Cause.Fault)}) is gone.",
                lost,
                "Tell me what fixed it (\"this fixed it: …\"), and I know it the next time."
            )
            : TurnReply.Of($"{c.Name} looks healthy now, as it did {age} ago.", lost);
    }
}
