namespace MetaKube.Chat;

public sealed record ReportedEpisode(string Id, double Similarity, string Fault, string Outcome, DateTimeOffset At);
