using System.Diagnostics;
using System.Diagnostics.Metrics;
using MetaKube.Investigations;
using MetaKube.Memory;
using MetaKube.Model;

namespace MetaKube.ChatOps.Diagnostics;

/// <summary>
/// Metrics of the bot, and traces of its investigations. They hold numbers and the names of faults and parts, and no
/// text of questions or evidence.
/// </summary>
internal static class Telemetry
{
    public const string Name = "MetaKube";

    public static readonly ActivitySource Source = new(Name);

    private static readonly Meter Meter = new(Name);

    // An investigation takes milliseconds from memory and a minute with a slow model.
    private static readonly InstrumentAdvice<double> Seconds = new()
    {
        HistogramBucketBoundaries = [.005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30, 60, 120],
    };

    private static readonly InstrumentAdvice<double> Shares = new()
    {
        HistogramBucketBoundaries = [.1, .2, .3, .4, .5, .6, .7, .75, .8, .85, .9, .95, .99],
    };

    private static readonly Counter<long> Investigations = Meter.CreateCounter<long>(
            "metakube.investigations",
            description: "Investigations, by pathway and fault"
        ),
        ModelTokens = Meter.CreateCounter<long>("metakube.model.tokens", description: "Tokens of the language model"),
        ModelVerdicts = Meter.CreateCounter<long>(
            "metakube.model.verdicts",
            description: "Answers of the language model, by verdict"
        ),
        Feedback = Meter.CreateCounter<long>(
            "metakube.feedback",
            description: "Feedback of people, and recoveries seen in the cluster"
        ),
        Alerts = Meter.CreateCounter<long>(
            "metakube.alerts",
            description: "Notifications of monitoring systems, by source and result"
        ),
        Incidents = Meter.CreateCounter<long>("metakube.incidents", description: "Incidents, by event"),
        Changes = Meter.CreateCounter<long>(
            "metakube.changes",
            description: "Changes of the cluster, by requested step and resulting state"
        ),
        Limited = Meter.CreateCounter<long>(
            "metakube.chat.limited",
            description: "Calls that a chat platform rate-limited"
        );

    private static readonly Histogram<double> Duration = Meter.CreateHistogram(
            "metakube.investigation.duration",
            "s",
            "Time of investigations, by stage",
            tags: null,
            Seconds
        ),
        Confidence = Meter.CreateHistogram(
            "metakube.confidence",
            null,
            "Confidence of answers that name a cause",
            tags: null,
            Shares
        );

    /// <summary>Counts a completed investigation and adds its tags to the trace.</summary>
    public static void Count(Investigation investigation, Activity? trace)
    {
        var pathway = KeyValuePair.Create("pathway", (object?)investigation.Pathway.ToString().ToLowerInvariant());
        Investigations.Add(
            1,
            pathway,
            new("fault", investigation.Diagnosis.Fault),
            new("escalated", investigation.Escalated)
        );
        foreach (
            var (stage, milliseconds) in (ReadOnlySpan<(string, double)>)
                [
                    ("collect", investigation.Timings.CollectMs),
                    ("recall", investigation.Timings.RecallMs),
                    ("reason", investigation.Timings.ReasonMs),
                    ("total", investigation.Timings.TotalMs),
                ]
        )
            Duration.Record(milliseconds / 1000, pathway, new("stage", stage));
        if (investigation.Diagnosis.NamesACause)
            Confidence.Record(investigation.Diagnosis.Confidence, pathway);
        if (investigation.Model is { } model)
        {
            ModelTokens.Add(model.PromptTokens, new("model", model.Name), new("kind", "prompt"));
            ModelTokens.Add(model.CompletionTokens, new("model", model.Name), new("kind", "completion"));
            ModelVerdicts.Add(1, new("model", model.Name), new("verdict", model.Verdict.ToString().ToLowerInvariant()));
        }
        trace
            ?.SetTag("metakube.investigation", investigation.Id)
            .SetTag("metakube.pathway", pathway.Value)
            .SetTag("metakube.fault", OpenCause.Reported(investigation.Diagnosis.Fault))
            .SetTag("metakube.confidence", investigation.Diagnosis.Confidence)
            .SetTag("metakube.gaps", investigation.Gaps.Count)
            .SetTag("metakube.cluster", investigation.Cluster);
    }

    public static void CountFeedback(FeedbackKind verdict) =>
        Feedback.Add(1, new KeyValuePair<string, object?>("verdict", verdict.ToString().ToLowerInvariant()));

    public static void CountRecovery(Recovery recovery) =>
        Feedback.Add(
            1,
            new KeyValuePair<string, object?>("verdict", recovery.BearsOutDiagnosis ? "observed" : "recovered")
        );

    /// <param name="source">The monitoring system.</param>
    /// <param name="result">"taken", "malformed", "refused" or "unavailable".</param>
    public static void CountAlert(string source, string result) =>
        Alerts.Add(1, new("source", source), new("result", result));

    /// <param name="happening">"opened", "joined", "reopened" or "resolved".</param>
    public static void CountIncident(string happening) =>
        Incidents.Add(1, new KeyValuePair<string, object?>("what", happening));

    /// <summary>Counts a step of a change to the cluster.</summary>
    public static void CountChange(string step, string state) => Changes.Add(1, new("step", step), new("state", state));

    /// <summary>Counts a call that a chat platform rate-limited.</summary>
    public static void CountLimited(string platform, string method) =>
        Limited.Add(1, new("platform", platform), new("what", method));
}
