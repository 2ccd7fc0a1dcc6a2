using System.Collections.Concurrent;
using MetaKube.ChatOps.Conversations;
using MetaKube.Cluster.Redaction;
using MetaKube.Investigations;
using MetaKube.Model;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace MetaKube.ChatOps.WebConsole;

/// <summary>
/// Runs the investigations that are asked for in the console, in the background of the page that shows them.
/// </summary>
internal sealed partial class ConsoleInvestigations(
    IEvidenceSource cluster,
    InvestigateSymptom investigations,
    TimeProvider time,
    IHostApplicationLifetime lifetime,
    ILogger<ConsoleInvestigations> logger
) : IDisposable
{
    private const int LongestQuestion = 1000,
        MostRuns = 200,
        MostParallel = 4;

    private readonly ConcurrentDictionary<string, ConsoleRun> runs = new();
    private readonly SemaphoreSlim slots = new(MostParallel);

    /// <summary>Starts an investigation.</summary>
    /// <returns>The run's id.</returns>
    public string Ask(string question, string? ns)
    {
        var text = new Redactor().Quote(question, LongestQuestion);
        var run = new ConsoleRun(text, time.GetUtcNow());
        var id = $"run-{Guid.NewGuid():N}"[..16];
        runs[id] = run;
        foreach (var old in runs.OrderBy(one => one.Value.At).SkipLast(MostRuns))
            runs.TryRemove(old.Key, out _);
        _ = RunAsync(run, new(text, string.IsNullOrWhiteSpace(ns) ? null : ns.Trim()), lifetime.ApplicationStopping);
        return id;
    }

    /// <summary>A run of this process, or null.</summary>
    public ConsoleRun? Find(string id) => runs.GetValueOrDefault(id);

    public void Dispose() => slots.Dispose();

    private async Task RunAsync(ConsoleRun run, Symptom symptom, CancellationToken cancellationToken)
    {
        try
        {
            await slots.WaitAsync(cancellationToken);
            try
            {
                var investigation = await investigations.RunAsync(cluster, symptom, null, run.Note, cancellationToken);
                run.Investigation = investigation.Id;
            }
            finally
            {
                slots.Release();
            }
        }
        catch (EvidenceUnavailableException e)
        {
            run.Failure = new Redactor().Sentence(e.Message);
        }
#pragma warning disable CA1031 // Nothing awaits this task; the page shows its error.
        catch (Exception e)
#pragma warning restore CA1031
        {
            LogFailed(e);
            run.Failure = $"The investigation failed ({e.GetType().Name}); see the bot's log.";
        }
    }

    [LoggerMessage(LogLevel.Error, "A question from the console cannot be answered")]
    private partial void LogFailed(Exception exception);
}

/// <summary>A running investigation.</summary>
public sealed class ConsoleRun(string question, DateTimeOffset at)
{
    private readonly Lock gate = new();
    private readonly List<string> steps = [];

    public string Question => question;

    public DateTimeOffset At => at;

    /// <summary>The finished investigation's id.</summary>
    public string? Investigation { get; set; }

    public string? Failure { get; set; }

    public IReadOnlyList<string> Steps
    {
        get
        {
            lock (gate)
                return [.. steps];
        }
    }

    public void Note(InvestigationStep step)
    {
        if (!step.IsNotable)
            return;
        lock (gate)
            steps.Add(step.Description);
    }
}
