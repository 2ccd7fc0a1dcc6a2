namespace MetaKube.Model;

/// <summary>Reads more about an object of a case: <see cref="IEvidenceCase.ReadAsync"/>.</summary>
public delegate Task<EvidenceAnswer> EvidenceReader(EvidenceRequest request, CancellationToken cancellationToken);
