namespace MetaKube.Memory;

/// <summary>Answers of similar confidence: their number, mean confidence and share of right ones.</summary>
public sealed record ReliabilityBin(int Examples, double Confidence, double Right);
