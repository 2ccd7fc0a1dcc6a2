using System.Text.Json.Serialization;
using MetaKube.Investigations;
using MetaKube.Model;

namespace MetaKube.Chat;

/// <summary>
/// The JSON contract of models/schemas/investigation.schema.json, field by field. It is a type of its own so that
/// renaming a property of the core does not change the contract.
/// </summary>
public sealed record InvestigationReport(
    string Investigation,
    string Cluster,
    string Question,
    ReportedResource? Target,
    string Pathway,
    bool Escalated,
    ReportedCause Diagnosis,
    IReadOnlyList<ReportedOther> Others,
    ReportedRecollection Recollection,
    IReadOnlyList<Gap> Gaps,
    ReportedModel? Model,
    Timings Timings
)
{
    public static InvestigationReport Of(Investigation i) =>
        new(
            i.Id,
            i.Cluster,
            i.Question,
            ReportedResource.Of(i.Target),
            i.Pathway.ToString().ToLowerInvariant(),
            i.Escalated,
            ReportedCause.Of(i.Diagnosis),
            [
                .. i.Others.Select(other => new ReportedOther(
                    other.Fault,
                    ReportedResource.Of(other.Resource)!,
                    other.RootCause
                )),
            ],
            new(
                Math.Round(i.Recollection.Confidence, 4),
                Math.Round(i.Recollection.Novelty, 4),
                Math.Round(i.Recollection.Threshold, 4),
                [
                    .. i.Recollection.Episodes.Select(e => new ReportedEpisode(
                        e.Id,
                        Math.Round(e.Similarity, 4),
                        e.Fault,
                        e.Outcome.ToString().ToLowerInvariant(),
                        e.At
                    )),
                ],
                [
                    .. i.Recollection.Patterns.Select(p => new ReportedPattern(
                        p.Id,
                        Math.Round(p.Similarity, 4),
                        p.Fault,
                        Math.Round(p.Pattern.Reliability, 4),
                        p.Pattern.Count
                    )),
                ]
            ),
            i.Gaps,
            ReportedModel.Of(i.Model),
            i.Timings
        );
}

public sealed record ReportedResource(
    string Kind,
    string? Namespace,
    string Name,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Container
)
{
    public static ReportedResource? Of(ResourceRef? resource) =>
        resource is null ? null : new(resource.Kind, resource.Namespace, resource.Name, resource.Container);

    public ResourceRef ToResource() => new(Kind, Namespace, Name, Container);
}

public sealed record ReportedCause(
    string Fault,
    string? Category,
    string RootCause,
    ReportedResource? Resource,
    double Confidence,
    IReadOnlyList<ReportedLink> Chain,
    IReadOnlyList<ReportedFact> Findings,
    IReadOnlyList<Remedy> Remedies,
    IReadOnlyList<string> Prevention,
    IReadOnlyList<ReportedRival> Alternatives
)
{
    public static ReportedCause Of(Diagnosis d) =>
        new(
            d.Fault,
            d.Category,
            d.RootCause,
            ReportedResource.Of(d.Resource),
            d.Confidence,
            [.. d.Chain.Select(link => new ReportedLink(ReportedResource.Of(link.Resource)!, link.Description))],
            [
                .. d.Findings.Select(f => new ReportedFact(
                    f.Id,
                    f.Fault,
                    ReportedResource.Of(f.Resource)!,
                    f.Summary,
                    f.Source,
                    f.Quote
                )),
            ],
            d.Remedies,
            d.Prevention,
            [.. d.Alternatives.Select(a => new ReportedRival(a.Fault, ReportedResource.Of(a.Resource)!, a.Confidence))]
        );

    /// <summary>The diagnosis, as far as the contract holds it.</summary>
    public Diagnosis ToDiagnosis() =>
        new()
        {
            Fault = Fault,
            Category = Category,
            RootCause = RootCause,
            Resource = Resource?.ToResource(),
            Confidence = Confidence,
            Chain = [.. Chain.Select(link => new ChainLink(link.Resource.ToResource(), link.Says))],
            Findings = [.. Findings.Select(finding => finding.ToFinding())],
            Remedies = Remedies,
            Prevention = Prevention,
            Alternatives =
            [
                .. Alternatives.Select(a => new Alternative(a.Fault, a.Resource.ToResource(), a.Confidence)),
            ],
        };
}

public sealed record ReportedLink(ReportedResource Resource, string Says);

public sealed record ReportedFact(
    string Id,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Fault,
    ReportedResource Resource,
    string Summary,
    string Source,
    string Quote
)
{
    public Finding ToFinding() =>
        new()
        {
            Id = Id,
            Fault = Fault,
            Resource = Resource.ToResource(),
            Summary = Summary,
            Source = Source,
            Quote = Quote,
        };
}

public sealed record ReportedRival(string Fault, ReportedResource Resource, double Confidence);

public sealed record ReportedOther(string Fault, ReportedResource Resource, string RootCause);

public sealed record ReportedRecollection(
    double Confidence,
    double Novelty,
    double Threshold,
    IReadOnlyList<ReportedEpisode> Episodes,
    IReadOnlyList<ReportedPattern> Patterns
);

public sealed record ReportedEpisode(string Id, double Similarity, string Fault, string Outcome, DateTimeOffset At);

public sealed record ReportedPattern(string Id, double Similarity, string Fault, double Reliability, int Episodes);

public sealed record ReportedModel(
    string Name,
    long PromptTokens,
    long CompletionTokens,
    string Verdict,
    string? Fault,
    ReportedResource? Resource,
    string? Failure,
    int Requests
)
{
    public static ReportedModel? Of(ModelPart? part) =>
        part is null
            ? null
            : new(
                part.Name,
                part.PromptTokens,
                part.CompletionTokens,
                part.Verdict.ToString().ToLowerInvariant(),
                part.Fault,
                ReportedResource.Of(part.Resource),
                part.Failure,
                part.Requests
            );
}
