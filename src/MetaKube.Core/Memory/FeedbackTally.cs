using System;
using MetaKube.Faults;
using MetaKube.Model;

namespace MetaKube.Memory;

/// <summary>
/// From the live votes on an episode, and from what the cluster showed, to what memory holds of it. Nothing is added up
/// over time, so nothing counts twice.
/// </summary>
public static class FeedbackTally
{
    /// <summary>
    /// What was tried on the real system ("fixed", "wrong", a named cause) weighs as two observations.
    /// </summary>
    public const double TriedWeight = 2;

    /// <summary>A thumb up or down.</summary>
    public const double OpinionWeight = 1;

    /// <summary>
    /// The target recovered after a change to what the diagnosis blamed: it was tried on the real system, which is more
    /// than an opinion, and less than who tried it says, since recovery has
    /// other causes as well.
    /// </summary>
    public const double ObservedWeight = 1.5;

    /// <summary>The adaptive value grows by this for each success and shrinks by that for each failure.</summary>
    private const double Reinforced = 1.2,
        Weakened = 0.8,
        LargestValue = 5;

    /// <summary>An answer that names no cause is forgotten first.</summary>
    private const double ValueWithoutCause = 0.5;

    /// <summary>The episode with everything that follows from its votes and its recovery.</summary>
    public static Episode Count(Episode episode)
    {
        var support = new Dictionary<string, (double For, double Against)> { [episode.Answer] = default };
        foreach (var vote in episode.Votes.Values)
            Add(vote);
        if (episode.Recovery is { BearsOutDiagnosis: true })
            Change(episode.Answer, ObservedWeight, 0);

        // With equal support the bot's own answer stays: it had evidence, and who contradicts it has to convince more
        // than one.
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
                    .Votes.Values.OrderByDescending(vote => vote.At)
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
            var isTried = vote.Verdict is FeedbackKind.Fixed or FeedbackKind.Wrong;
            if (vote.Fault is { } named && named != episode.Answer)
            {
                Change(named, TriedWeight, 0);
                Change(episode.Answer, 0, isTried ? TriedWeight : OpinionWeight);
                return;
            }
            var weight = isTried ? TriedWeight : OpinionWeight;
            // Who names the bot's own answer as the right one confirms it, whatever button was pressed.
            if (vote.Verdict is FeedbackKind.Fixed or FeedbackKind.Helpful || vote.Fault is not null)
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

    private static Outcome OutcomeOf(Episode episode, string held, double successes, double failures) =>
        held != episode.Answer ? Outcome.Corrected
        : failures > successes ? Outcome.Wrong
        : successes == failures ? (episode.Recovery is null ? Outcome.Pending : Outcome.Observed)
        : episode.Votes.Values.Any(vote =>
            vote.Verdict is FeedbackKind.Fixed or FeedbackKind.Helpful || vote.Fault is not null
        )
            ? Outcome.Fixed
        : Outcome.Observed;
}
