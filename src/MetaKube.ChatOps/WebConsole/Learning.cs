using MetaKube.Memory;
using MetaKube.Model;

namespace MetaKube.ChatOps.WebConsole;

/// <summary>Figures of the quality of memory's answers, and of its history.</summary>
/// <param name="Reliability">The reliability diagram: stated confidence against the share of right answers.</param>
/// <param name="Days">For each of the last 30 days with investigations: their number, and how many of them memory
/// answered.</param>
/// <param name="Curve">The learning curve: after each known outcome, the share of right answers among the last
/// 20.</param>
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
