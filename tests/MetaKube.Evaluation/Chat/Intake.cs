using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;

namespace MetaKube.Evaluation.Chat;

/// <summary>Times how fast a bot takes in what a platform sends at a steady rate.</summary>
internal static class Intake
{
    /// <param name="perSecond">Requests a second.</param>
    /// <param name="seconds">The length of the measurement.</param>
    /// <param name="perQuestion">One of so many is a question.</param>
    /// <param name="sendAsync">Sends the request with a number; true if it was accepted.</param>
    public static async Task<string> MeasureAsync(
        int perSecond,
        int seconds,
        int perQuestion,
        Func<int, Task<bool>> sendAsync
    )
    {
        var times = new ConcurrentBag<double>();
        var failed = 0;
        var sending = new List<Task>();
        var start = Stopwatch.GetTimestamp();
        for (var i = 0; i < perSecond * seconds; i++)
        {
            var due = TimeSpan.FromSeconds((double)i / perSecond) - Stopwatch.GetElapsedTime(start);
            if (due > TimeSpan.FromMilliseconds(1))
                await Task.Delay(due);
            var number = i + 100;
            sending.Add(
                Task.Run(async () =>
                {
                    var began = Stopwatch.GetTimestamp();
                    if (!await sendAsync(number))
                        Interlocked.Increment(ref failed);
                    times.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
                })
            );
        }
        await Task.WhenAll(sending);
        var elapsed = Stopwatch.GetElapsedTime(start).TotalSeconds;
        var sorted = times.Order().ToList();
        return string.Create(
            CultureInfo.InvariantCulture,
            $"intake, {(perQuestion == 1 ? "each a question" : $"one question in {perQuestion}")}: "
                + $"{sorted.Count} in {elapsed:0.0} s ({sorted.Count / elapsed:0}/s), {failed} not taken; ms p50 "
                + $"{At(sorted, .5):0.0}, p95 {At(sorted, .95):0.0}, p99 {At(sorted, .99):0.0}, max {sorted[^1]:0.0}"
        );
    }

    private static double At(List<double> sorted, double share) =>
        sorted[Math.Min(sorted.Count - 1, (int)(sorted.Count * share))];
}
