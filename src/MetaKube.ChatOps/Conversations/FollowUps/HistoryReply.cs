using MetaKube.Chat;
using MetaKube.Memory;

namespace MetaKube.ChatOps.Conversations.FollowUps;

/// <summary>"Has this happened before?", "what helped last time?".</summary>
internal static class HistoryReply
{
    private const int Most = 3;

    /// <param name="c">The case.</param>
    /// <param name="earlier">Earlier episodes with the same cause, the latest first.</param>
    public static TurnReply Of(ThreadCase c, IReadOnlyList<Episode> earlier) =>
        earlier.Count == 0
            ? TurnReply.Of($"No: I remember no earlier case like this one at {c.Name}.")
            : TurnReply.Of([
                $"Yes, I have seen \"{AnswerWording.Fault(c.Cause.Fault)}\" before:",
                .. earlier.Take(Most).Select(Line),
            ]);

    private static string Line(Episode episode)
    {
        var where = episode.Resource is { } resource ? ThreadRecord.NameOf(resource) : episode.Cluster;
        var fix = episode.Fix is { } said ? $"; what helped: {said}" : "; what helped is not known";
        return $"• {CaseText.Clock(episode.At)}, {where}{fix}";
    }
}
