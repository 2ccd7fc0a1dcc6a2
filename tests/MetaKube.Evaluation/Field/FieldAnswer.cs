using System.Diagnostics;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using MetaKube.Chat;
using MetaKube.Cluster;
using MetaKube.Cluster.Redaction;
using MetaKube.Fakes;
using MetaKube.Model;

namespace MetaKube.Evaluation.Field;

/// <summary>
/// The answer to one case, as <c>metakube ask --attach --no-memory --no-model --json</c> gives it, or the reason why
/// there is none.
/// </summary>
internal sealed record FieldAnswer(string Case)
{
    /// <summary>The fault of an answer that was not given.</summary>
    public const string Failed = "error";

    /// <summary>From this confidence on a wrong cause counts as confidently wrong.</summary>
    public const double Confident = 0.5;

    private const int LongestQuestion = 1000;

    public string? Error { get; init; }

    public double Seconds { get; init; }

    public string Said => Report?.Diagnosis.Fault ?? Failed;

    /// <summary>KIND/NAME, or empty.</summary>
    public string Where => Place(Report?.Diagnosis.Resource);

    public double Confidence => Report?.Diagnosis.Confidence ?? 0;

    public string Root => Report?.Diagnosis.RootCause ?? "";

    public IEnumerable<string> Remedy => Report?.Diagnosis.Remedies.Select(remedy => remedy.Summary) ?? [];

    public IEnumerable<string> Quotes => Report?.Diagnosis.Findings.Select(finding => finding.Quote) ?? [];

    /// <summary>Fault and place of the next causes, the most likely first.</summary>
    public IEnumerable<string[]> More => Rivals.Select(rival => (string[])[rival.Fault, Place(rival.Resource)]);

    public IEnumerable<string> Gaps => Report?.Gaps.Select(gap => $"{gap.What}: {gap.Why}") ?? [];

    [JsonIgnore]
    public InvestigationReport? Report { get; init; }

    /// <summary>All that the answer shows, as JSON text.</summary>
    [JsonIgnore]
    public string Shown { get; init; } = "";

    [JsonIgnore]
    public bool NamesACause => Said is not (Diagnosis.Unknown or Diagnosis.None or Failed);

    /// <summary>The alternatives of the diagnosis, then the other problems.</summary>
    [JsonIgnore]
    public IEnumerable<(string Fault, ReportedResource Resource)> Rivals =>
        Report is null
            ? []
            : Report
                .Diagnosis.Alternatives.Select(alternative => (alternative.Fault, alternative.Resource))
                .Concat(Report.Others.Select(other => (other.Fault, other.Resource)));

    public static async Task<FieldAnswer> AskAsync(FieldCase asked, FieldOptions options, string? ns)
    {
        var watch = Stopwatch.StartNew();
        try
        {
            var investigation = await MemorylessInvestigation.RunAsync(
                new PastedEvidence(asked.Pastes(options.IsReversed), TimeProvider.System),
                // The program redacts and bounds a question before it is read.
                new Redactor().Quote(asked.Question(options.IsNeutral), LongestQuestion),
                ns,
                default
            );
            var json = JsonNode.Parse(InvestigationJson.Of(investigation))!;
            return new(asked.Name)
            {
                Report = InvestigationReport.Of(investigation),
                Shown = Text(json["diagnosis"]) + Text(json["signals"]),
                Seconds = Math.Round(watch.Elapsed.TotalSeconds, 3),
            };
        }
#pragma warning disable CA1031 // One case without an answer must not end the run over all of them.
        catch (Exception e)
#pragma warning restore CA1031
        {
            return new(asked.Name)
            {
                Error = $"{e.GetType().Name}: {e.Message}",
                Seconds = Math.Round(watch.Elapsed.TotalSeconds, 3),
            };
        }
    }

    private static string Text(JsonNode? node) => node?.ToJsonString(FieldJson.Options) ?? "";

    private static string Place(ReportedResource? resource) =>
        resource is null ? "" : $"{resource.Kind}/{resource.Name}";
}
