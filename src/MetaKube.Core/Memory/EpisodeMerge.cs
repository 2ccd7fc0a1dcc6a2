namespace MetaKube.Memory;

/// <summary>Merges what people and the cluster said about two episodes of the same trouble.</summary>
internal static class EpisodeMerge
{
    /// <summary>The remaining episode with the feedback, recovery and repeats of another.</summary>
    public static Episode Into(Episode remaining, Episode other) =>
        remaining with
        {
            FeedbackByPerson = FeedbackOn(remaining, other),
            Recovery = remaining.Recovery ?? (other.Answer == remaining.Answer ? other.Recovery : null),
            Repeats = remaining.Repeats + 1 + other.Repeats,
        };

    private static Dictionary<string, Feedback> FeedbackOn(Episode remaining, Episode other) =>
        other
            .FeedbackByPerson.Select(entry =>
                (Person: entry.Key, Feedback: Translate(entry.Value, other, remaining.Answer))
            )
            .Concat(remaining.FeedbackByPerson.Select(entry => (Person: entry.Key, Feedback: (Feedback?)entry.Value)))
            .Where(entry => entry.Feedback is not null)
            .GroupBy(entry => entry.Person)
            .ToDictionary(
                group => group.Key,
                group => group.Select(entry => entry.Feedback!).MaxBy(feedback => feedback.At)!
            );

    /// <summary>Feedback on one answer as feedback on another; null if it says nothing about the other.</summary>
    private static Feedback? Translate(Feedback feedback, Episode on, string otherAnswer)
    {
        if (on.Answer == otherAnswer || feedback.Fault is not null)
            return feedback;
        // Confirming another answer names that answer as the cause.
        return feedback.Kind is FeedbackKind.Fixed or FeedbackKind.Helpful
            ? feedback with
            {
                Fault = on.Answer,
                Cause = on.AnsweredOpen?.Words,
            }
            : null;
    }
}
