using MetaKube.Cluster.Objects;
using MetaKube.Cluster.Redaction;
using MetaKube.Model;

namespace MetaKube.Cluster.Inspectors;

/// <summary>
/// The list of all inspectors. A new inspector is one class in this folder and one line in <see cref="All"/>.
/// </summary>
internal static class InspectorRegistry
{
    private const int LongestSummary = 400,
        LongestSource = 120,
        LongestError = 160,
        LongestFact = 200;

    /// <summary>The order decides the order of equal findings, and nothing else.</summary>
    public static IReadOnlyList<IInspector> All { get; } =
    [
        new ContainerInspector(),
        new ImageInspector(),
        new ProbeInspector(),
        new PodInspector(),
        new SchedulingInspector(),
        new MountInspector(),
        new LogInspector(),
        new WorkloadInspector(),
        new JobInspector(),
        new ServiceInspector(),
        new AddressInspector(),
        new IngressInspector(),
        new ClaimInspector(),
        new QuotaInspector(),
        new NodeInspector(),
        new AutoscalerInspector(),
        new DisruptionInspector(),
        new WebhookInspector(),
        new FinalizerInspector(),
        new ChangeInspector(),
        new ConditionInspector(),
        new MetricsInspector(),
        new NodeUnitInspector(),
        new AlertInspector(),
    ];

    /// <summary>Runs every inspector. The caller adds the edges to its topology.</summary>
    public static InspectionReport Run(InspectionContext context) => Run(context, All);

    /// <summary>Runs these inspectors. One that throws becomes a gap, and the others go on.</summary>
    public static InspectionReport Run(InspectionContext context, IEnumerable<IInspector> inspectors)
    {
        var findings = new List<Finding>();
        var edges = new List<TopologyEdge>();
        var gaps = new List<Gap>();
        var redaction = context.Snapshot.Redaction;
        foreach (var inspector in inspectors)
        {
            try
            {
                var result = inspector.Inspect(context);
                findings.AddRange(result.Findings);
                edges.AddRange(result.Edges);
            }
#pragma warning disable CA1031 // Objects from dumps and older servers may lack fields that the API promises.
            catch (Exception e)
#pragma warning restore CA1031
            {
                gaps.Add(
                    new(
                        inspector.GetType().Name,
                        $"could not judge what it read: {redaction.Quote(e.Message, LongestError)}"
                    )
                );
            }
        }
        return new(
            [
                .. findings
                    .DistinctBy(finding => (finding.Fault, finding.Resource, finding.Summary, finding.Source))
                    .Select(finding => Quoted(finding, context.Snapshot.Pasted))
                    .Select((finding, i) => Redact(finding, redaction) with { Id = $"f{i + 1}" }),
            ],
            [.. edges.Distinct()],
            gaps
        );
    }

    /// <summary>A finding about pasted text quotes what was pasted.</summary>
    private static Finding Quoted(Finding finding, PastedSource? pasted) =>
        pasted is null ? finding : finding with { Quote = pasted.Quote(finding.Quote, finding.Resource) };

    private static Finding Redact(Finding finding, Redactor redaction) =>
        finding with
        {
            // A pasted table names no containers, so the name is empty.
            Summary = redaction.Sentence(
                finding.Summary.Replace("container  ", "its container ", StringComparison.Ordinal),
                LongestSummary
            ),
            Source = redaction.Quote(finding.Source, LongestSource),
            Quote = redaction.Quote(finding.Quote),
            AboutDescription = redaction.Sentence(finding.AboutDescription, LongestFact),
            Facts = finding.Facts.ToDictionary(fact => fact.Key, fact => redaction.Quote(fact.Value, LongestFact)),
        };
}
