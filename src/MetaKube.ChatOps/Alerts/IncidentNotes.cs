using System.Globalization;
using MetaKube.Chat;
using MetaKube.ChatOps.Memory;
using MetaKube.Investigations;
using MetaKube.Memory;
using MetaKube.Model;
using MetaKube.Redis;
using Microsoft.Extensions.Logging;

namespace MetaKube.ChatOps.Alerts;

/// <summary>Notes beside the answer of an incident: earlier incidents of its kind, and further causes in the
/// group.</summary>
internal sealed partial class IncidentNotes(
    IEvidenceSource cluster,
    IncidentStore store,
    MemoryAccess memory,
    TimeProvider time,
    ILogger<IncidentNotes> logger
)
{
    private static readonly TimeSpan Recent = TimeSpan.FromDays(7);

    public async Task<IReadOnlyList<string>> OfAsync(
        WorkItem.Alert alert,
        Incident incident,
        Investigation investigation,
        CancellationToken cancellationToken
    )
    {
        var recurrence = await RecurrenceAsync(incident, investigation, cancellationToken);
        var others = await OtherCausesAsync(alert, investigation, cancellationToken);
        return [.. new[] { recurrence, others }.OfType<string>()];
    }

    /// <summary>The number of incidents of this kind, and the fix of the last; null for the first.</summary>
    private async Task<string?> RecurrenceAsync(
        Incident incident,
        Investigation investigation,
        CancellationToken cancellationToken
    )
    {
        var past = await store.NoteHappenedAsync(
            incident.Key,
            new(incident.Id, time.GetUtcNow(), investigation.Id),
            cancellationToken
        );
        if (!investigation.Diagnosis.NamesACause || past.Count == 0)
            return null;
        var recent = past.Count(one => time.GetUtcNow() - one.At < Recent);
        var times = recent == 0 ? "It was there before" : $"The {Ordinal(recent + 1)} time within a week";
        var last = past[0];
        var episode = last.Investigation is null
            ? null
            : await (await memory.OpenAsync(cancellationToken)).FindAsync(last.Investigation, cancellationToken);
        var when = last.At.ToString("MMM d, HH:mm", CultureInfo.InvariantCulture);
        return $"{times}; the last was on {when} UTC{(episode?.Fix is { } fix ? $", and ended with: {fix}" : "")}.";
    }

    /// <summary>The causes of the group's other alerts that the same cause does not explain; null for none.</summary>
    private async Task<string?> OtherCausesAsync(
        WorkItem.Alert alert,
        Investigation investigation,
        CancellationToken cancellationToken
    )
    {
        var known = investigation.Diagnosis;
        var lines = new List<string>();
        foreach (var other in alert.Others)
        {
            try
            {
                var evidence = await cluster.CollectAsync(other, SilentProgress.Instance, cancellationToken);
                var (diagnosis, _) = AnalyticalPathway.Diagnose(new(evidence), Recollection.Empty);
                if (
                    diagnosis.NamesACause
                    && (diagnosis.Fault, diagnosis.Resource?.Object) != (known.Fault, known.Resource?.Object)
                )
                    lines.Add($"• {diagnosis.Fault}: {diagnosis.Resource}. {diagnosis.RootCause}");
            }
            catch (EvidenceUnavailableException e)
            {
                LogNotRead(other.Question, e.Message);
            }
        }
        return lines.Count == 0
            ? null
            : $"The same group has other causes as well:\n{string.Join('\n', lines.Distinct())}";
    }

    private static string Ordinal(int number) =>
        (number % 10, number % 100) switch
        {
            (1, not 11) => $"{number}st",
            (2, not 12) => $"{number}nd",
            (3, not 13) => $"{number}rd",
            _ => $"{number}th",
        };

    [LoggerMessage(LogLevel.Warning, "{Question} cannot be investigated: {Why}")]
    private partial void LogNotRead(string question, string why);
}
