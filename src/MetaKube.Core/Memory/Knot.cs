namespace MetaKube.Memory;

/// <summary>A knot of a piecewise linear map between confidences.</summary>
public sealed record Knot(double At, double Value);
