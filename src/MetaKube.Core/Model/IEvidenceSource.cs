namespace MetaKube.Model;

/// <summary>A read-only source of facts: a live cluster, a dump folder, or pasted kubectl output.</summary>
public interface IEvidenceSource
{
    /// <summary>The name of the cluster, the dump or the paste.</summary>
    /// <exception cref="EvidenceUnavailableException">There is no such cluster.</exception>
    string Cluster { get; }

    /// <summary>
    /// Resolves the target of a symptom and opens a case about it. A live cluster is asked for the names of objects, or
    /// for the objects of the namespace that the symptom names; the case reuses what was read.
    /// </summary>
    /// <exception cref="EvidenceUnavailableException">Nothing at all can be read.</exception>
    Task<IEvidenceCase> ResolveAsync(Symptom symptom, IProgress<string> progress, CancellationToken cancellationToken);
}
