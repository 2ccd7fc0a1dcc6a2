using MetaKube.Model;

namespace MetaKube.Investigations;

/// <summary>The result of the analytical pathway.</summary>
/// <param name="Diagnosis">The answer.</param>
/// <param name="Others">Further problems that are independent of the diagnosis.</param>
/// <param name="Model">The model's part, or null if none was asked.</param>
public sealed record Analysis(Diagnosis Diagnosis, IReadOnlyList<OtherProblem> Others, ModelPart? Model);
