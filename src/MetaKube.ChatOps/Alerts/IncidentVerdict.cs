using MetaKube.Chat;
using MetaKube.Investigations;
using MetaKube.Model;

namespace MetaKube.ChatOps.Alerts;

/// <summary>The result of an incident's investigation, in a few words.</summary>
/// <param name="Text">The fault and its object, or why none is named.</param>
/// <param name="Cluster">The cluster, or null where it was not read.</param>
/// <param name="Namespace">The namespace of the named object, or null.</param>
/// <param name="Investigation">The investigation that is kept in memory, or null.</param>
internal sealed record IncidentVerdict(string Text, string? Cluster, string? Namespace, string? Investigation)
{
    private const string NothingSeen = "I cannot confirm it: nothing wrong is seen now";

    public static readonly IncidentVerdict NotInvestigated = new("not looked into", null, null, null);

    public static IncidentVerdict Of(Investigation? investigation, Evidence evidence)
    {
        if (investigation is null)
            return NotInvestigated with { Cluster = evidence.Cluster, Namespace = evidence.Target.Object?.Namespace };
        var diagnosis = investigation.Diagnosis;
        var text = diagnosis.Fault == Diagnosis.None ? NothingSeen : AnswerView.Of(investigation).Verdict;
        var resource = diagnosis.Resource ?? investigation.Target ?? evidence.Target.Object;
        return new(text, evidence.Cluster, resource?.Namespace, investigation.Id);
    }
}
