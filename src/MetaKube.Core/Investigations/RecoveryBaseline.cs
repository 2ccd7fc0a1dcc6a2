using MetaKube.Model;

namespace MetaKube.Investigations;

/// <summary>The part of an investigation that is needed to recognise a recovery and its cause.</summary>
/// <param name="Symptom">The question.</param>
/// <param name="Target">The target, or the blamed resource.</param>
/// <param name="Before">The settings around the target at the time of the answer.</param>
/// <param name="Gaps">Evidence that could not be read at that time either.</param>
/// <param name="Blamed">Objects whose change confirms the diagnosis; none without a cause.</param>
public sealed record RecoveryBaseline(
    Symptom Symptom,
    ResourceRef Target,
    Settings Before,
    IReadOnlyList<string> Gaps,
    IReadOnlyList<ResourceRef> Blamed
)
{
    /// <summary>From an investigation; null if it is about no object.</summary>
    /// <param name="symptom">The question.</param>
    /// <param name="investigation">The investigation.</param>
    /// <param name="settings">Reads the settings around a target.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    public static async Task<RecoveryBaseline?> OfAsync(
        Symptom symptom,
        Investigation investigation,
        Func<ResourceRef, CancellationToken, Task<Settings>> settings,
        CancellationToken cancellationToken
    )
    {
        var diagnosis = investigation.Diagnosis;
        return (investigation.Target ?? diagnosis.Resource) is { } target
            ? new(
                symptom,
                target,
                await settings(target, cancellationToken),
                [.. investigation.Gaps.Select(gap => gap.What)],
                [.. BlamedBy(diagnosis).Distinct()]
            )
            : null;
    }

    private static IEnumerable<ResourceRef> BlamedBy(Diagnosis diagnosis)
    {
        if (!diagnosis.NamesACause)
            yield break;
        if (diagnosis.Resource is { } resource)
            yield return resource.Object;
        foreach (var finding in diagnosis.Findings)
            if (finding.About is { } about && finding.Fault == diagnosis.Fault)
                yield return about.Object;
    }
}
