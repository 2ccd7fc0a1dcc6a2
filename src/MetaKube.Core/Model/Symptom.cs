namespace MetaKube.Model;

/// <summary>
/// The reported problem: the question as it was asked, and the namespace to which the asker limited it, or null.
/// </summary>
public sealed record Symptom(string Question, string? Namespace = null);
