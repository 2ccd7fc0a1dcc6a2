using System.Text.Json.Serialization;
using MetaKube.Model;

namespace MetaKube.Chat;

/// <summary>The subject of a thread, to which later messages in it refer, and what was said about it.</summary>
/// <param name="Question">The last question that was investigated.</param>
/// <param name="Namespace">The namespace that the question was limited to, or null.</param>
/// <param name="Target">The object that the question was about, else the one that the answer blames, or null.</param>
/// <param name="Investigation">The id of the last investigation.</param>
public sealed record ThreadRecord(string Question, string? Namespace, ResourceRef? Target, string Investigation)
{
    private const int MostTurns = 30;

    /// <summary>The namespace that the question was about, where it named one; null for an object or the
    /// cluster.</summary>
    public string? Scope { get; init; }

    /// <summary>True if the question named no object: it is about <see cref="Scope"/> or the cluster, and the target is
    /// the object that the answer blames.</summary>
    public bool IsBroad { get; init; }

    /// <summary>True if the person asked the bot to hold its tongue: it answers only where it is mentioned.</summary>
    public bool IsMuted { get; init; }

    /// <summary>True if the answer is about text that a person pasted, which cannot be read again.</summary>
    public bool IsPasted { get; init; }

    /// <summary>The objects that were listed last, in the order in which they were shown.</summary>
    public IReadOnlyList<ResourceRef> Listed { get; init; } = [];

    /// <summary>The last messages to the bot, oldest first.</summary>
    public IReadOnlyList<ThreadTurn> Turns { get; init; } = [];

    /// <summary>The time until which no updates about the incident are posted, or null.</summary>
    public DateTimeOffset? SilencedUntil { get; init; }

    /// <summary>The person who took the problem over, or null.</summary>
    public string? AcknowledgedBy { get; init; }

    /// <summary>The subject in a few letters: "shop/checkout", "namespace shop", "the cluster".</summary>
    [JsonIgnore]
    public string Subject
    {
        get
        {
            if (IsPasted)
                return "the pasted text";
            if (Target is { } target)
                return NameOf(target);
            return Scope is null ? "the cluster" : $"namespace {Scope}";
        }
    }

    /// <summary>An object as people write it: "shop/checkout", "node-1".</summary>
    public static string NameOf(ResourceRef resource) =>
        resource.Namespace is null ? resource.Name : $"{resource.Namespace}/{resource.Name}";

    /// <summary>The same thread after another message.</summary>
    public ThreadRecord After(ThreadTurn turn) => this with { Turns = [.. Turns.Append(turn).TakeLast(MostTurns)] };
}
