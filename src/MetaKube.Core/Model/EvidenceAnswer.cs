namespace MetaKube.Model;

/// <summary>The answer to an <see cref="EvidenceRequest"/>.</summary>
/// <param name="Text">Untrusted, redacted and bounded; never empty: it says so where there is nothing.</param>
/// <param name="Findings">Findings that the case did not have before; their ids continue those of the case.</param>
public sealed record EvidenceAnswer(string Text, IReadOnlyList<Finding> Findings);
