using MetaKube.Model;

namespace MetaKube.Investigations;

/// <summary>What has to be known of an investigation to see its target recover, and what was changed before.</summary>
/// <param name="Symptom">What was asked.</param>
/// <param name="Target">What it was about.</param>
/// <param name="Before">What people had set around it when the answer was given.</param>
/// <param name="Gaps">What could not be read then either.</param>
/// <param name="Blamed">The objects of which a change bears the diagnosis out; none where it names no cause.</param>
public sealed record Watched(
    Symptom Symptom,
    ResourceRef Target,
    Settings Before,
    IReadOnlyList<string> Gaps,
    IReadOnlyList<ResourceRef> Blamed
)
{
    /// <summary>Of an investigation, or null where it is about no object.</summary>
    /// <param name="symptom">What was asked.</param>
    /// <param name="investigation">The answer.</param>
    /// <param name="settings">Reads what people set around a target.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public static async Task<Watched?> OfAsync(
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
