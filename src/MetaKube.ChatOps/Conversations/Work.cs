using System.Text.Json.Serialization;
using MetaKube.Memory;

namespace MetaKube.ChatOps.Conversations;

/// <summary>What came in from a chat and is to be dealt with; texts are redacted. Work of one lane is done in the order in which it came.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(Question), "question")]
[JsonDerivedType(typeof(Alert), "alert")]
[JsonDerivedType(typeof(Reaction), "reaction")]
[JsonDerivedType(typeof(Opinion), "opinion")]
[JsonDerivedType(typeof(HomeVisit), "home")]
internal abstract record Work
{
    /// <summary>The same for everything that tells of one event, however often and by whichever way it is delivered.</summary>
    public required string Id { get; init; }

    public required DateTimeOffset At { get; init; }

    /// <summary>What is in one lane is done in order, and what is in another beside it: a vote does not wait for an investigation.</summary>
    [JsonIgnore]
    public string Lane => this switch
    {
        Question question => question.Thread.Key,
        Alert alert => $"incident:{alert.Incident}",
        Reaction reaction => $"votes:{reaction.Platform}:{reaction.Channel}:{reaction.Message}",
        Opinion opinion => $"votes:{opinion.Investigation}",
        HomeVisit visit => $"home:{visit.Platform}:{visit.User}",
        _ => throw new InvalidOperationException($"{GetType().Name} has no lane."),
    };

    [JsonIgnore]
    public WorkPriority Priority => this switch { Question => WorkPriority.Question, Alert => WorkPriority.Alert, _ => WorkPriority.Vote };

    /// <summary>Something a person wrote, to us or in a thread of ours.</summary>
    public sealed record Question : Work
    {
        public required ThreadRef Thread { get; init; }
        public required string Message { get; init; }
        public required string User { get; init; }
        public required string Text { get; init; }

        /// <summary>It was said to us, by a mention, in private or by a button; else it was said in a thread in which we have spoken.</summary>
        public required bool IsAddressed { get; init; }

        public IReadOnlyList<SharedFile> Files { get; init; } = [];
    }

    /// <summary>A monitoring system wrote that something fires, or no longer does.</summary>
    public sealed record Alert : Work
    {
        public required ThreadRef Thread { get; init; }

        /// <summary>The same for each message about one trouble.</summary>
        public required string Incident { get; init; }

        public required string Text { get; init; }
        public string? Namespace { get; init; }
        public required bool IsResolved { get; init; }
    }

    /// <summary>A person put a reaction to a message, or took it away.</summary>
    public sealed record Reaction : Work
    {
        public required string Platform { get; init; }
        public required string Channel { get; init; }
        public required string Message { get; init; }
        public required string User { get; init; }
        public required string Name { get; init; }
        public required bool IsAdded { get; init; }

        /// <summary>Seconds on the platform's clock: events may arrive in another order than they happened.</summary>
        public required double Order { get; init; }
    }

    /// <summary>A person said by a button or a form what an answer was worth.</summary>
    public sealed record Opinion : Work
    {
        public required string Investigation { get; init; }
        public required ThreadRef Thread { get; init; }
        public required string User { get; init; }
        public required Verdict Verdict { get; init; }
        public string? Fault { get; init; }
        public string? What { get; init; }
    }

    /// <summary>A person opened the page of the bot.</summary>
    public sealed record HomeVisit : Work
    {
        public required string Platform { get; init; }
        public required string User { get; init; }
    }
}

/// <summary>What is done first where there is more than can be done at once.</summary>
internal enum WorkPriority
{
    Question,
    Vote,
    Alert,
}

/// <summary>A text file that somebody attached to a message.</summary>
internal sealed record SharedFile(string Id, string Name, Uri Address, long Bytes);
