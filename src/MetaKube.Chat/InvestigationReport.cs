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
    string? TargetRemark,
    string Pathway,
    bool Escalated,
    ReportedCause Diagnosis,
    IReadOnlyList<ReportedOther> Others,
    ReportedRecollection Recollection,
    IReadOnlyList<ReportedSignal> Signals,
    IReadOnlyList<ReportedKnowledge> Knowledge,
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
            i.TargetRemark,
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
            ReportedRecollection.Of(i),
            [.. i.Signals.Select(ReportedSignal.Of)],
            ReportedKnowledge.Of(i),
            i.Gaps,
            ReportedModel.Of(i.Model),
            i.Timings
        );
}
