namespace MetaKube.Chat;

public sealed record ReportedLink(ReportedResource Resource, string Says);
