using MetaKube.Model;

namespace MetaKube.Chat;

/// <summary>
/// Evidence as far as the asker may see it: a question about anything else is refused, and what lies in other
/// namespaces is left out and said to be.
/// </summary>
public sealed class PermittedEvidence(IEvidenceSource source, Permission permission) : IEvidenceSource
{
    /// <exception cref="NotPermittedException">The question is about something that may not be asked about.</exception>
    public async Task<Evidence> CollectAsync(
        Symptom symptom,
        IProgress<string> progress,
        CancellationToken cancellationToken
    )
    {
        var limited =
            symptom.Namespace is null && permission.OnlyNamespace is { } only
                ? symptom with
                {
                    Namespace = only,
                }
                : symptom;
        var evidence = await source.CollectAsync(limited, progress, cancellationToken);
        if (evidence.Candidates.Count > 0)
            evidence = evidence with { Candidates = [.. evidence.Candidates.Where(IsShown)] };
        else if (
            evidence.Target is { } target ? !IsShown(target) : !permission.Allows(evidence.Cluster, evidence.Scope)
        )
            throw new NotPermittedException(
                evidence.Target is null && evidence.Scope is null
                    ? "You may not ask about the whole cluster here; name a namespace that you may ask about."
                    : "You may not ask about that here."
            );
        var shown = evidence
            .Findings.Where(finding => IsShown(finding.Resource) && (finding.About is null || IsShown(finding.About)))
            .ToList();
        return evidence with
        {
            Findings = shown,
            Gaps =
                shown.Count == evidence.Findings.Count
                    ? evidence.Gaps
                    : [.. evidence.Gaps, new("other namespaces", "you may not ask about them here")],
            Reader = evidence.Reader is { } reader
                ? (request, token) =>
                    IsShown(request.Resource)
                        ? reader(request, token)
                        : Task.FromResult(new EvidenceAnswer("You may not ask about that here.", []))
                : null,
        };

        bool IsShown(ResourceRef resource) =>
            resource.Namespace is null || permission.Allows(evidence.Cluster, resource.Namespace);
    }
}
