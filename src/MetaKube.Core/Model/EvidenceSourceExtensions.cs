namespace MetaKube.Model;

public static class EvidenceSourceExtensions
{
    /// <summary>Resolves a symptom's target and collects the evidence about it.</summary>
    /// <exception cref="EvidenceUnavailableException">Nothing at all can be read.</exception>
    public static async Task<Evidence> CollectAsync(
        this IEvidenceSource source,
        Symptom symptom,
        IProgress<string> progress,
        CancellationToken cancellationToken
    )
    {
        var opened = await source.ResolveAsync(symptom, progress, cancellationToken);
        return await opened.CollectAsync(progress, cancellationToken);
    }
}
