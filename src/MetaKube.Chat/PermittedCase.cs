using MetaKube.Model;

namespace MetaKube.Chat;

/// <summary>
/// A case without the facts of namespaces that one person may not ask about; a gap says that they were left out.
/// </summary>
public sealed class PermittedCase : IEvidenceCase
{
    internal const string Refusal = "You may not ask about that here.";

    private readonly IEvidenceCase opened;
    private readonly string cluster;
    private readonly Permission permission;

    private PermittedCase(IEvidenceCase opened, string cluster, Permission permission)
    {
        this.opened = opened;
        this.cluster = cluster;
        this.permission = permission;
        Target = Shown(opened.Target);
    }

    /// <summary>Limits a case whose target may be asked about.</summary>
    /// <exception cref="NotPermittedException">The target may not be asked about.</exception>
    public static PermittedCase Of(IEvidenceCase opened, string cluster, Permission permission)
    {
        var permitted = new PermittedCase(opened, cluster, permission);
        var target = opened.Target;
        if (target is { Object: null, Namespace: null, Candidates.Count: 0 } && !permission.Allows(cluster, null))
            throw new NotPermittedException(
                "You may not ask about the whole cluster here; name a namespace that you may ask about."
            );
        var isAllowed = target switch
        {
            { Object: { } asked } => permitted.IsShown(asked),
            { Candidates.Count: > 0 } => permitted.Target.Candidates.Count > 0,
            _ => permission.Allows(cluster, target.Namespace),
        };
        return isAllowed ? permitted : throw new NotPermittedException(Refusal);
    }

    public Symptom Symptom => opened.Symptom;

    public Target Target { get; }

    public async Task<Evidence> CollectAsync(IProgress<string> progress, CancellationToken cancellationToken)
    {
        var evidence = await opened.CollectAsync(progress, cancellationToken);
        var shown = evidence
            .Findings.Where(finding => IsShown(finding.Resource) && (finding.About is null || IsShown(finding.About)))
            .ToList();
        var signals = evidence.Signals.Where(signal => signal.Resource is null || IsShown(signal.Resource)).ToList();
        return evidence with
        {
            Target = Shown(evidence.Target),
            Findings = shown,
            Signals = signals,
            Runbooks = [.. evidence.Runbooks.Where(sign => sign.Resource is null || IsShown(sign.Resource))],
            Gaps =
                shown.Count == evidence.Findings.Count && signals.Count == evidence.Signals.Count
                    ? evidence.Gaps
                    : [.. evidence.Gaps, new("other namespaces", "you may not ask about them here")],
        };
    }

    public Task<EvidenceAnswer> ReadAsync(EvidenceRequest request, CancellationToken cancellationToken) =>
        IsShown(request.Resource)
            ? opened.ReadAsync(request, cancellationToken)
            : Task.FromResult(new EvidenceAnswer(Refusal, []));

    private Target Shown(Target target) =>
        target with
        {
            Candidates = [.. target.Candidates.Where(IsShown)],
            Nearest = [.. target.Nearest.Where(IsShown)],
        };

    private bool IsShown(ResourceRef resource) =>
        resource.Namespace is null || permission.Allows(cluster, resource.Namespace);
}
