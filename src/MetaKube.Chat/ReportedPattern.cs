namespace MetaKube.Chat;

public sealed record ReportedPattern(string Id, double Similarity, string Fault, double Reliability, int Episodes);
