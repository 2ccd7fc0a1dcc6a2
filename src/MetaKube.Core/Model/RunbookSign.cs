namespace MetaKube.Model;

/// <summary>A fact of the evidence for which one of the team's runbooks is meant.</summary>
/// <param name="Runbook">The name of the runbook.</param>
/// <param name="Kind">The part of the runbook that the fact satisfies.</param>
/// <param name="Resource">The object with its container; null for text of no known object.</param>
/// <param name="Quote">One line of untrusted, redacted text, or the name of an alert; empty for labels.</param>
public sealed record RunbookSign(string Runbook, RunbookSignKind Kind, ResourceRef? Resource, string Quote);

/// <summary>The part of a runbook that a <see cref="RunbookSign"/> satisfies.</summary>
public enum RunbookSignKind
{
    /// <summary>A workload or its pods have the runbook's labels.</summary>
    Labels,

    /// <summary>The question or a text names an alert of the runbook.</summary>
    Alert,

    /// <summary>The observations of the runbook's <c>when</c> hold at a workload.</summary>
    When,
}
