using MetaKube.Chat;

namespace MetaKube.ChatOps.Conversations.FollowUps;

/// <summary>"How do I fix it?": the remedies with their commands.</summary>
internal static class FixReply
{
    private const int Most = 3;

    public static TurnReply Of(ThreadCase c)
    {
        var remedies = c.Cause.Remedies.Take(Most).ToList();
        if (c.Cause.Fault == Model.Diagnosis.None)
            return TurnReply.Of($"There is nothing to fix at {c.Name}: I find nothing wrong with it.");
        if (remedies.Count == 0)
            return TurnReply.Of(
                $"I know no fix for {c.Name}: {CaseText.Sentence(c.Cause.RootCause)}",
                "Ask \"show the logs\" or \"show the events\" for what it says itself."
            );
        var title = c.NamesACause ? $"To fix {c.Name}:" : $"The cause is not decided; next steps for {c.Name}:";
        return TurnReply.Of([
            title,
            .. remedies.Select(
                (one, n) =>
                    $"{n + 1}. {CaseText.Sentence(one.Summary)} (risk: {one.Risk.ToString().ToLowerInvariant()})"
            ),
            c.OffersChange ? "I can make this change after an approval: press \"Show the change\"." : null,
        ]) with
        {
            Verbatim = CaseText.Commands(remedies),
            Buttons = c.OffersChange ? new(c.Report.Investigation, [new(CardVerb.Propose, "Show the change")]) : null,
        };
    }
}
