using MetaKube.Model;

namespace MetaKube.Chat;

/// <summary>
/// Evidence that one person may see: a question about anything else is refused before it is read.
/// </summary>
public sealed class PermittedEvidence(IEvidenceSource source, Permission permission) : IEvidenceSource
{
    public string Cluster => source.Cluster;

    /// <exception cref="NotPermittedException">The symptom is about something that may not be asked about.</exception>
    public async Task<IEvidenceCase> ResolveAsync(
        Symptom symptom,
        IProgress<string> progress,
        CancellationToken cancellationToken
    )
    {
        var limited = symptom.Namespace is null ? symptom with { Namespace = permission.OnlyNamespace } : symptom;
        var named = limited.Namespace ?? QuestionWords.NamespaceIn(limited.Question);
        if (named is not null && !permission.Allows(Cluster, named))
            throw new NotPermittedException(PermittedCase.Refusal);
        try
        {
            var opened = await source.ResolveAsync(limited, progress, cancellationToken);
            return PermittedCase.Of(opened, Cluster, permission);
        }
        catch (MissingNamespaceException e)
        {
            throw e.Showing(ns => permission.Allows(Cluster, ns));
        }
    }
}
