using MetaKube.Memory;
using MetaKube.Model;

namespace MetaKube.ChatOps.WebConsole;

/// <summary>How well memory knows what it knows, and how that has come about.</summary>
/// <param name="Reliability">Stated confidences against what became of them.</param>
/// <param name="Days">By day: investigations, and how many of them memory answered.</param>
/// <param name="Curve">After each so many outcomes, the share of answers that were right among the last ones.</param>
/// <param name="Threshold">The confidence above which memory answers.</param>
public sealed record Learning(
    Reliability Reliability,
    IReadOnlyList<(DateOnly Day, int All, int Intuitive)> Days,
    IReadOnlyList<double> Curve,
    double Threshold
)
{
    private const int Window = 20,
        DaysShown = 30;

    public static Learning Of(IReadOnlyList<Episode> episodes, MemoryState state)
    {
        var settled = episodes
            .Where(episode => episode.IsSettled)
            .OrderBy(episode => episode.At)
            .Select(episode => episode.Truth == episode.Answer)
            .ToList();
        return new(
            Reliability.Of([
                .. Calibration
                    .Examples(episodes)
                    .Select(example => (state.Calibration.Of(example.Factors), example.IsRight)),
            ]),
            [
                .. episodes
                    .Where(episode => episode.Prediction is not null)
                    .GroupBy(episode => DateOnly.FromDateTime(episode.At.UtcDateTime))
                    .OrderBy(day => day.Key)
                    .TakeLast(DaysShown)
                    .Select(day =>
                        (day.Key, day.Count(), day.Count(episode => episode.Prediction!.Pathway == Pathway.Intuitive))
                    ),
            ],
            [
                .. Enumerable
                    .Range(1, settled.Count)
                    .Select(n => settled.Take(n).TakeLast(Window).Average(isRight => isRight ? 1.0 : 0.0)),
            ],
            state.Controller.Threshold
        );
    }
}
