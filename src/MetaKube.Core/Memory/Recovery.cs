namespace MetaKube.Memory;

/// <summary>An observed recovery of an investigation's target, with the changes before it.</summary>
/// <param name="At">When the target was observed to be healthy.</param>
/// <param name="Changes">The changes between answer and recovery, one redacted sentence each.</param>
/// <param name="BearsOutDiagnosis">True if a change concerns an object that the diagnosis blamed or missed.</param>
public sealed record Recovery(DateTimeOffset At, IReadOnlyList<string> Changes, bool BearsOutDiagnosis);
