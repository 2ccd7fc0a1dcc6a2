using System;
using MetaKube.Faults;
using MetaKube.Model;

namespace MetaKube.Memory;

/// <summary>
/// Derives the state of an episode from the current feedback and the observed recovery. Nothing is accumulated, so
/// nothing counts twice.
/// </summary>
public static class FeedbackTally
{
    /// <summary>
    /// The weight of a result on the real system ("fixed", "wrong", a named cause): two observations.
    /// </summary>
    public const double TriedWeight = 2;

    /// <summary>The weight of an opinion: a thumb up or down.</summary>
    public const double OpinionWeight = 1;

    /// <summary>
    /// The weight of a recovery after a change to a blamed object. It is stronger than an opinion and weaker than a
    /// person's
    /// result, because a recovery has other causes as well.
    /// </summary>
    public const double ObservedWeight = 1.5;

    /// <summary>The factors of the adaptive value for each success and each failure, and its maximum.</summary>
    private const double Reinforced = 1.2,
        Weakened = 0.8,
        LargestValue = 5;

    /// <summary>The adaptive value of an answer without a cause, which is forgotten first.</summary>
    private const double ValueWithoutCause = 0.5;

    /// <summary>The episode with all properties that follow from its feedback and recovery.</summary>
    public static Episode Count(Episode episode)
    {
        var support = new Dictionary<string, (double For, double Against)> { [episode.Answer] = default };
        foreach (var vote in episode.FeedbackByPerson.Values)
            Add(vote);
        if (episode.Recovery is { BearsOutDiagnosis: true })
            Change(episode.Answer, ObservedWeight, 0);

        // With equal support the bot's own answer stays, because evidence supported it.
        var held = support
            .OrderByDescending(entry => entry.Value.For)
            .ThenBy(entry => entry.Key == episode.Answer ? 0 : 1)
            .ThenBy(entry => entry.Key, StringComparer.Ordinal)
            .First(entry => entry.Key == episode.Answer || entry.Value.For > entry.Value.Against)
            .Key;
        var (successes, failures) = support[held];
        return episode with
        {
            Fault = held,
            RootCause = held == episode.Answer ? episode.AnsweredCause : FaultCatalogue.Get(held).Title,
            FailedFaults =
            [
                .. support
                    .Where(entry => entry.Value.Against > entry.Value.For)
                    .Select(entry => entry.Key)
                    .Order(StringComparer.Ordinal),
            ],
            Fix =
                episode
                    .FeedbackByPerson.Values.OrderByDescending(vote => vote.At)
                    .Select(vote => vote.Fix)
                    .FirstOrDefault(fix => fix is not null)
                ?? (episode.Recovery is { Changes.Count: > 0 } recovery ? string.Join("; ", recovery.Changes) : null),
            Outcome = OutcomeOf(episode, held, successes, failures),
            Successes = successes,
            Failures = failures,
            AdaptiveValue = FaultCatalogue.Find(held) is null
                ? ValueWithoutCause
                : Math.Min(LargestValue, Math.Pow(Reinforced, successes) * Math.Pow(Weakened, failures)),
        };

        void Add(Feedback vote)
        {
            var isTried = vote.Kind is FeedbackKind.Fixed or FeedbackKind.Wrong;
            if (vote.Fault is { } named && named != episode.Answer)
            {
                Change(named, TriedWeight, 0);
                Change(episode.Answer, 0, isTried ? TriedWeight : OpinionWeight);
                return;
            }
            var weight = isTried ? TriedWeight : OpinionWeight;
            // Naming the bot's own answer as the cause confirms it, whatever the kind.
            if (vote.Kind is FeedbackKind.Fixed or FeedbackKind.Helpful || vote.Fault is not null)
                Change(episode.Answer, weight, 0);
            else
                Change(episode.Answer, 0, weight);
        }

        void Change(string fault, double more, double less)
        {
            var (successes, failures) = support.GetValueOrDefault(fault);
            support[fault] = (successes + more, failures + less);
        }
    }

    private static Outcome OutcomeOf(Episode episode, string held, double successes, double failures)
    {
        if (held != episode.Answer)
            return Outcome.Corrected;
        if (failures > successes)
            return Outcome.Wrong;
        if (successes == failures)
            return episode.Recovery is null ? Outcome.Pending : Outcome.Observed;
        var isConfirmed = episode.FeedbackByPerson.Values.Any(feedback =>
            feedback.Kind is FeedbackKind.Fixed or FeedbackKind.Helpful || feedback.Fault is not null
        );
        return isConfirmed ? Outcome.Fixed : Outcome.Observed;
    }
}
