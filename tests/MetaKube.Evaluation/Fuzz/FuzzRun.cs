using System.Diagnostics;
using System.Globalization;
using MetaKube.Cluster;
using MetaKube.Fakes;
using MetaKube.Model;

namespace MetaKube.Evaluation.Fuzz;

/// <summary>
/// The verb <c>fuzz</c>: changes real pastes at random, asks about them without a model and without a memory, and
/// reports exceptions, hangs and slow answers.
/// </summary>
internal static class FuzzRun
{
    /// <summary>
    /// Seconds of processor time, so that other programs on the machine make no answer slow. An answer that takes
    /// longer than the second counts as hanging, and ends the run: its thread cannot be stopped.
    /// </summary>
    private const double Slow = 5,
        Hanging = 60;

    private const string Hangs = "hangs";

    private static readonly TimeSpan Look = TimeSpan.FromSeconds(2);

    private static readonly string[] Questions =
    [
        "what is wrong?",
        "why is web not running",
        "is \"Peer down\" in the log of the pod db-0?",
        "warum startet checkout nicht",
        "",
    ];

    /// <summary>The exit status: 0 where every input was answered in time, 1 where not, 2 for wrong usage.</summary>
    public static async Task<int> RunAsync(
        IReadOnlyList<string> arguments,
        IEnumerable<string> scenarios,
        TextWriter output
    )
    {
        if (FuzzOptions.Parse(arguments) is not { } options)
        {
            output.WriteLine($"usage: {FuzzOptions.Usage}");
            return 2;
        }
        var texts = Texts(options, scenarios);
        output.WriteLine($"{texts.Count} texts, seed {options.Seed}, {options.Minutes} minutes");
        var random = new Random(options.Seed);
        var mutation = new PasteMutation(random, texts);
        var watch = Stopwatch.StartNew();
        var (count, failed, longest) = (0, new Dictionary<string, int>(), 0.0);
        // The first answer also compiles the program.
        await AskAsync([texts[0]], Questions[0]);
        while (watch.Elapsed.TotalMinutes < options.Minutes)
        {
            var input = new[] { mutation.Next(), mutation.Next() }[..(1 + random.Next(2))];
            var (seconds, failure) = await AskAsync(input, Questions[random.Next(Questions.Length)]);
            count++;
            longest = Math.Max(longest, seconds);
            if (failure is null)
                continue;
            failed[failure] = failed.GetValueOrDefault(failure) + 1;
            if (failed[failure] == 1)
                await ReportAsync(options, count, input, failure, output);
            if (failure == Hangs)
                break;
        }
        foreach (var (failure, times) in failed.OrderByDescending(pair => pair.Value))
            output.WriteLine($"{times,5} {failure}");
        output.WriteLine($"{count} inputs, {failed.Values.Sum()} failed, longest answer {longest:0.0} s");
        return failed.Count == 0 ? 0 : 1;
    }

    private static List<string> Texts(FuzzOptions options, IEnumerable<string> scenarios) =>
        [
            .. options
                .Folders.SelectMany(folder => Directory.EnumerateFiles(folder, "*.txt", SearchOption.AllDirectories))
                .Concat(scenarios.Where(File.Exists))
                .Order(StringComparer.Ordinal)
                .Select(File.ReadAllText)
                .Where(text => text.Length > 0),
        ];

    private static async Task<(double Seconds, string? Failure)> AskAsync(string[] input, string question)
    {
        var before = Spent();
        var pastes = input.Select((text, i) => new PastedEvidence.Paste($"paste-{i}.txt", text)).ToList();
        var asking = Task.Run(() =>
            MemorylessInvestigation.RunAsync(
                new PastedEvidence(pastes, TimeProvider.System),
                question,
                null,
                CancellationToken.None
            )
        );
        string? failure = null;
        try
        {
            while (!asking.IsCompleted && Spent() - before < Hanging)
                await Task.WhenAny(asking, Task.Delay(Look));
            if (asking.IsCompleted)
                await asking;
            else
                failure = Hangs;
        }
        catch (EvidenceUnavailableException)
        {
            // A text that holds nothing to read is refused with a sentence: that is an answer, and no failure.
            failure = null;
        }
#pragma warning disable CA1031 // Every other exception is what this run looks for.
        catch (Exception e)
#pragma warning restore CA1031
        {
            failure = $"{e.GetType().Name} at {Place(e)}";
        }
        var seconds = Spent() - before;
        return (seconds, failure ?? (seconds > Slow ? "slow" : null));
    }

    private static double Spent() => Environment.CpuUsage.TotalTime.TotalSeconds;

    /// <summary>The method that threw.</summary>
    private static string Place(Exception e) =>
        (e.StackTrace ?? "")
            .Split('\n')
            .Select(line => line.Trim())
            .FirstOrDefault(line => line.Contains("MetaKube", StringComparison.Ordinal))
        ?? "?";

    private static async Task ReportAsync(
        FuzzOptions options,
        int number,
        string[] input,
        string failure,
        TextWriter output
    )
    {
        output.WriteLine($"input {number} ({input.Sum(text => text.Length)} characters): {failure}");
        if (options.Keep is not { } folder)
            return;
        Directory.CreateDirectory(folder);
        for (var i = 0; i < input.Length; i++)
        {
            var name = string.Create(CultureInfo.InvariantCulture, $"{options.Seed}-{number}-{i}.txt");
            await File.WriteAllTextAsync(Path.Combine(folder, name), input[i]);
        }
    }
}
