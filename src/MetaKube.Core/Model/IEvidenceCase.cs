namespace MetaKube.Model;

/// <summary>
/// One symptom with its resolved target. The case collects its evidence once, and reads more about single objects on
/// request. It serves one caller at a time.
/// </summary>
public interface IEvidenceCase
{
    Symptom Symptom { get; }

    Target Target { get; }

    /// <summary>
    /// Collects the evidence about the target; facts that cannot be read become gaps. Later calls return the evidence
    /// of the first.
    /// </summary>
    /// <exception cref="EvidenceUnavailableException">Nothing at all can be read.</exception>
    Task<Evidence> CollectAsync(IProgress<string> progress, CancellationToken cancellationToken);

    /// <summary>
    /// Reads more about an object of the collected evidence; the answer's text says what could not be read.
    /// </summary>
    /// <exception cref="InvalidOperationException">Nothing was collected yet.</exception>
    Task<EvidenceAnswer> ReadAsync(EvidenceRequest request, CancellationToken cancellationToken);
}
