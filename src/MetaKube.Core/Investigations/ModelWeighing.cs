using MetaKube.Faults;
using MetaKube.Memory;
using MetaKube.Model;
using MetaKube.Reasoning;

namespace MetaKube.Investigations;

/// <summary>Decides between the deterministic diagnosis and a model's choice.</summary>
internal static class ModelWeighing
{
    /// <summary>
    /// The deterministic diagnosis, or the model's if the findings that the model cites support it about as well.
    /// </summary>
    public static (Diagnosis Diagnosis, ModelVerdict Verdict) Weigh(
        Diagnosis floor,
        ModelAnswer answer,
        CausalReasoning reasoning,
        Recollection recollection
    )
    {
        if (answer.Conclusion is not { } choice)
            return (floor, ModelVerdict.Failed);
        if (choice.Fault == Diagnosis.Unknown)
            return (floor, ModelVerdict.Abstained);
        if (IsSame(choice, floor, reasoning.Evidence))
            return (floor, ModelVerdict.Agreed);
        if (recollection.Contraindicated.Contains(choice.Fault))
            return (floor, ModelVerdict.Unsupported);
        var preferred =
            SupportedByEvidence(choice, reasoning, recollection) ?? SupportedByMemory(choice, reasoning, recollection);
        return preferred is null
            ? (floor, ModelVerdict.Unsupported)
            : (WithAlternative(preferred, floor), ModelVerdict.Preferred);
    }

    private static bool IsSame(ModelTurn.Concludes choice, Diagnosis floor, Evidence evidence) =>
        choice.Fault == floor.Fault
        && (floor.Resource is null || IsSameWorkload(choice.Resource, floor.Resource, evidence));

    /// <summary>The choice as a root cause that the evidence supports about as well as the best, or null.</summary>
    private static Diagnosis? SupportedByEvidence(
        ModelTurn.Concludes choice,
        CausalReasoning reasoning,
        Recollection recollection
    )
    {
        var chosen = reasoning.Roots.FirstOrDefault(root =>
            root.Fault.Code == choice.Fault
            && root.Findings.Any(choice.Findings.Contains)
            && IsAt(choice.Resource, root, reasoning.Evidence)
        );
        if (
            chosen is null
            || reasoning.Score(chosen) < AnalyticalPathway.AboutEqual * reasoning.Score(reasoning.Roots[0])
        )
            return null;
        return AnalyticalPathway.WithTaught(DiagnosisBuilder.Build(chosen, reasoning), recollection);
    }

    /// <summary>
    /// The choice as a fault that memory knows from such symptoms, or null. It counts only if the evidence names no
    /// cause: the model has read the symptoms and may know which of several memories fits.
    /// </summary>
    private static Diagnosis? SupportedByMemory(
        ModelTurn.Concludes choice,
        CausalReasoning reasoning,
        Recollection recollection
    )
    {
        var memory = recollection
            .Memories.Where(memory =>
                memory.Fault == choice.Fault
                && memory is { Successes: > 0, Confidence: >= AnalyticalPathway.Mentionable }
            )
            .MaxBy(memory => memory.Confidence);
        if (memory is null || reasoning.Roots.Count > 0 || choice.Findings.Count == 0)
            return null;
        return IntuitivePathway.FromSymptoms(reasoning, memory, FaultCatalogue.Get(memory.Fault))?.Diagnosis;
    }

    private static bool IsAt(ResourceRef resource, Hypothesis root, Evidence evidence) =>
        IsSameWorkload(resource, root.Resource, evidence)
        || root.Findings.Any(finding => finding.Resource.Object == resource || finding.About == resource);

    private static bool IsSameWorkload(ResourceRef a, ResourceRef b, Evidence evidence) =>
        evidence.Topology.Controller(a) == evidence.Topology.Controller(b);

    /// <summary>Keeps the deterministic diagnosis as the first alternative.</summary>
    private static Diagnosis WithAlternative(Diagnosis diagnosis, Diagnosis floor) =>
        !floor.NamesACause || floor.Resource is null
            ? diagnosis
            : diagnosis with
            {
                Alternatives =
                [
                    new(floor.Fault, floor.Resource, floor.Confidence),
                    .. diagnosis.Alternatives.Where(other =>
                        (other.Fault, other.Resource) != (floor.Fault, floor.Resource)
                    ),
                ],
            };
}
