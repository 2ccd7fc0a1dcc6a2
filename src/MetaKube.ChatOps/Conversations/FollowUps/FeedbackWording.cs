using MetaKube.Chat;
using MetaKube.Memory;
using MetaKube.Model;

namespace MetaKube.ChatOps.Conversations.FollowUps;

/// <summary>The acknowledgement of feedback: the object that it counts for, and what memory keeps.</summary>
internal static class FeedbackWording
{
    /// <param name="subject">The thread's subject.</param>
    /// <param name="given">The feedback.</param>
    /// <param name="fault">The code of the named cause, or null.</param>
    /// <param name="episode">The episode after it; null where memory does not keep the investigation.</param>
    public static string Of(string subject, Intent.GiveFeedback given, string? fault, Episode? episode)
    {
        var words = given.Words is { } said ? $" (\"{ChatText.Cut(said, 120)}\")" : "";
        if (episode is null)
            return $"Noted for {subject}{words}; memory does not keep that answer, so nothing is learnt from it.";
        var answer = AnswerWording.Fault(episode.Answer);
        var isOpen = episode.Answer is Diagnosis.None or Diagnosis.Unknown;
        return given switch
        {
            { IsFalseAlarm: true } =>
                $"Noted for {subject}: a false alarm. I will not say \"{answer}\" again in cases like this.",
            { Kind: FeedbackKind.Fixed } when isOpen =>
                $"Noted for {subject}: fixed{words}. I had found no cause, so I learn none; "
                    + "\"it was …\" tells me the cause.",
            { Kind: FeedbackKind.Fixed } when episode.Outcome == Outcome.Fixed =>
                $"Noted for {subject}: fixed{words}, cause: {answer}. I will know it when I see it again.",
            { Kind: FeedbackKind.Fixed } =>
                $"Noted for {subject}: fixed{words}. Opinions differ on its cause; I count it as not settled.",
            _ when fault is not null =>
                $"Noted for {subject}: it was {AnswerWording.Fault(fault)}{words}, not \"{answer}\".",
            _ => $"Noted for {subject}: \"{answer}\" is not the cause{words}. I will not say it again in such cases."
                + (given.Words is null ? " \"It was …\" tells me the cause." : ""),
        };
    }
}
