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
    /// person's result, because a recovery has other causes as well.
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
        var meanings = CauseMeanings.Of(episode);
        var support = SupportOf(episode, meanings);
        var held = HeldOf(support, episode.Answer);
        var open = episode.OpenCauses.FirstOrDefault(cause => meanings.CodeOf(cause.Code) == held);
        var (successes, failures) = support[held];
        return episode with
        {
            Fault = held,
            RootCause =
                open?.Words
                ?? (held == episode.Answer ? episode.AnsweredCause : FaultCatalogue.Find(held)?.Title ?? held),
            Open = open,
            FailedFaults =
            [
                .. support
                    .Where(entry => entry.Value.Against > entry.Value.For)
                    .Select(entry => entry.Key)
                    .Order(StringComparer.Ordinal),
            ],
            Fix = FixOf(episode),
            Outcome = OutcomeOf(episode, held, successes, failures),
            Successes = successes,
            Failures = failures,
            AdaptiveValue = FaultCatalogue.IsCause(held)
                ? Math.Min(LargestValue, Math.Pow(Reinforced, successes) * Math.Pow(Weakened, failures))
                : ValueWithoutCause,
        };
    }

    /// <summary>
    /// The cause with the most support; with equal support the bot's own answer stays, because evidence supported it.
    /// </summary>
    private static string HeldOf(Dictionary<string, (double For, double Against)> support, string answer)
    {
        var ranked = support
            .OrderByDescending(entry => entry.Value.For)
            .ThenBy(entry => entry.Key == answer ? 0 : 1)
            .ThenBy(entry => entry.Key, StringComparer.Ordinal)
            .Where(entry => entry.Key == answer || entry.Value.For > entry.Value.Against)
            .Take(2)
            .ToList();
        // People who name different causes in words contradict each other, and nothing else decides between them.
        var isContradicted =
            ranked is [var first, var second]
            && first.Key != answer
            && second.Key != answer
            && first.Value.For <= second.Value.For
            && (OpenCause.IsCode(first.Key) || OpenCause.IsCode(second.Key));
        return isContradicted ? answer : ranked[0].Key;
    }

    /// <summary>Weighted observations for and against each fault that was answered or named.</summary>
    private static Dictionary<string, (double For, double Against)> SupportOf(Episode episode, CauseMeanings meanings)
    {
        var support = new Dictionary<string, (double For, double Against)> { [episode.Answer] = default };
        void Add(string fault, double more, double less)
        {
            var (successes, failures) = support.GetValueOrDefault(fault);
            support[fault] = (successes + more, failures + less);
        }

        foreach (var feedback in episode.FeedbackByPerson.Values)
        {
            var weight = feedback.Kind is FeedbackKind.Fixed or FeedbackKind.Wrong ? TriedWeight : OpinionWeight;
            if (feedback.Fault is { } code && meanings.CodeOf(code) is var named && named != episode.Answer)
            {
                Add(named, TriedWeight, 0);
                Add(episode.Answer, 0, weight);
            }
            else if (Confirms(feedback))
                Add(episode.Answer, weight, 0);
            else
                Add(episode.Answer, 0, weight);
        }
        if (episode.Recovery is { BearsOutDiagnosis: true })
            Add(episode.Answer, ObservedWeight, 0);
        return support;
    }

    /// <summary>
    /// True if feedback confirms the answer. Naming the answer as the cause does so, whatever the kind.
    /// </summary>
    private static bool Confirms(Feedback feedback) =>
        feedback.Kind is FeedbackKind.Fixed or FeedbackKind.Helpful || feedback.Fault is not null;

    /// <summary>The latest fix that a person named, else the observed changes, else null.</summary>
    private static string? FixOf(Episode episode)
    {
        var named = episode
            .FeedbackByPerson.Values.OrderByDescending(feedback => feedback.At)
            .Select(feedback => feedback.Fix)
            .FirstOrDefault(fix => fix is not null);
        var observed = episode.Recovery is { Changes.Count: > 0 } recovery ? string.Join("; ", recovery.Changes) : null;
        return named ?? observed;
    }

    private static Outcome OutcomeOf(Episode episode, string held, double successes, double failures)
    {
        if (held != episode.Answer)
            return Outcome.Corrected;
        if (failures > successes)
            return Outcome.Wrong;
        if (successes == failures)
            return episode.Recovery is null ? Outcome.Pending : Outcome.Observed;
        return episode.FeedbackByPerson.Values.Any(Confirms) ? Outcome.Fixed : Outcome.Observed;
    }
}
