using MetaKube.Model;

namespace MetaKube.Chat;

/// <summary>An investigation that was answered in a chat.</summary>
public sealed record RecentAnswer(
    string Investigation,
    DateTimeOffset At,
    string Cluster,
    string Question,
    string Fault,
    ResourceRef? Resource,
    string Pathway,
    Uri? Address
);
