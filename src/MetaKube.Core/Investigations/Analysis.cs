using MetaKube.Model;

namespace MetaKube.Investigations;

/// <summary>What the analytical pathway came to.</summary>
/// <param name="Diagnosis">The answer.</param>
/// <param name="Others">Further problems that are independent of it.</param>
/// <param name="Model">A model's part in it, or null where none was asked.</param>
public sealed record Analysis(Diagnosis Diagnosis, IReadOnlyList<OtherProblem> Others, ModelPart? Model);
