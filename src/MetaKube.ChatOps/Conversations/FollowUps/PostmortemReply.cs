using MetaKube.Chat;

namespace MetaKube.ChatOps.Conversations.FollowUps;

/// <summary>A draft of a postmortem in Markdown.</summary>
internal static class PostmortemReply
{
    public static TurnReply Of(ThreadCase c) =>
        TurnReply.Of($"A draft of the postmortem for {c.Name} (Markdown):") with
        {
            Verbatim = string.Join(
                '\n',
                [
                    $"# Postmortem: {c.View.Verdict}",
                    "## Timeline",
                    .. Timeline(c),
                    "## Impact",
                    $"{c.Name} in cluster {c.Report.Cluster} did not work as it should. (Add: users, duration.)",
                    "## Cause",
                    $"{c.Cause.RootCause} ({c.Cause.Fault}, {c.View.Certainty})",
                    "## Fix",
                    c.Episode?.Fix ?? c.Cause.Remedies.FirstOrDefault()?.Summary ?? "(open)",
                    "## Prevention",
                    .. c.Cause.Prevention.DefaultIfEmpty("(open)").Select(text => $"- {text}"),
                    "## What memory learnt",
                    CaseText.Feedback(c) ?? "Nothing yet: nobody has said what fixed it.",
                ]
            ),
        };

    private static IEnumerable<string> Timeline(ThreadCase c)
    {
        if (c.Now?.FailingSince is { } since)
            yield return $"- {CaseText.Clock(since)}: first trace of the failure";
        foreach (var turn in c.Thread.Turns)
            yield return $"- {CaseText.Clock(turn.At)}: \"{ChatText.Cut(turn.Text, 80)}\"";
        yield return $"- {CaseText.Clock(c.AnsweredAt)}: diagnosed";
    }
}
