namespace MetaKube.Model;

/// <summary>
/// What is said to be wrong: the question in plain words, and the namespace to which the asker limited it, if any.
/// </summary>
public sealed record Symptom(string Question, string? Namespace = null);
