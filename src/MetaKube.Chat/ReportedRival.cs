namespace MetaKube.Chat;

public sealed record ReportedRival(string Fault, ReportedResource Resource, double Confidence);
