namespace MetaKube.Memory;

/// <summary>
/// What the cluster itself showed of an investigation's end: its target recovered, after these changes.
/// </summary>
/// <param name="At">When it was seen to be well again.</param>
/// <param name="Changes">What changed between the answer and the recovery, one sentence each, redacted.</param>
/// <param name="BearsOutDiagnosis">One of the changes is to what the diagnosis blamed, or makes what it missed.</param>
public sealed record Recovery(DateTimeOffset At, IReadOnlyList<string> Changes, bool BearsOutDiagnosis);
