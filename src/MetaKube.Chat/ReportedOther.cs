namespace MetaKube.Chat;

public sealed record ReportedOther(string Fault, ReportedResource Resource, string RootCause);
