namespace MetaKube.Model;

/// <summary>
/// Where facts come from: a live cluster, a dump folder, or pasted kubectl output; it only ever reads.
/// </summary>
public interface IEvidenceSource
{
    /// <summary>Gathers what bears on the symptom; what cannot be read becomes a gap.</summary>
    /// <exception cref="EvidenceUnavailableException">Nothing at all can be read (no such cluster, no such
    /// folder).</exception>
    Task<Evidence> CollectAsync(Symptom symptom, IProgress<string> progress, CancellationToken cancellationToken);
}
