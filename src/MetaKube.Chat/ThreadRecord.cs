using MetaKube.Model;

namespace MetaKube.Chat;

/// <summary>What a thread is about, for whoever speaks in it next.</summary>
/// <param name="Question">The last question that was investigated.</param>
/// <param name="Namespace">The namespace to which it was limited, or null.</param>
/// <param name="Target">The object that it turned out to be about, or null.</param>
/// <param name="Investigation">The last investigation's id.</param>
public sealed record ThreadRecord(string Question, string? Namespace, ResourceRef? Target, string Investigation);

/// <summary>Where a conversation is reached that a platform keeps at changing places.</summary>
/// <param name="Service">The address of the server that has it.</param>
/// <param name="Kind">"personal", "groupChat" or "channel"; empty where it is not known.</param>
public sealed record ChatAddress(Uri Service, string Kind);

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

/// <summary>A message as a platform's own JSON; within one piece of work its part tells it from the others.</summary>
/// <param name="Part">"answer", "details", "reply".</param>
/// <param name="Payload">What is sent.</param>
public sealed record OutgoingMessage(string Part, string Payload);

/// <summary>What one piece of work is to post: once decided it is posted, even by the next process.</summary>
/// <param name="Messages">In order.</param>
/// <param name="Answer">What the messages answer, or null where they answer no investigation.</param>
public sealed record Outbox(IReadOnlyList<OutgoingMessage> Messages, ThreadRecord? Answer, RecentAnswer? Recent);
