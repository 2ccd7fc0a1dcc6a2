using System.Text.Json.Serialization;
using MetaKube.Memory;
using MetaKube.Model;

namespace MetaKube.Chat;

/// <summary>
/// An event of a chat or a monitoring system that the bot has to handle, as the queue stores it. Texts are redacted,
/// except the code blocks of a mention. Items of one lane are handled in their order of arrival.
/// </summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(Mention), "question")]
[JsonDerivedType(typeof(Alert), "alert")]
[JsonDerivedType(typeof(IncidentClosing), "closing")]
[JsonDerivedType(typeof(IncidentUpdate), "update")]
[JsonDerivedType(typeof(Reaction), "reaction")]
[JsonDerivedType(typeof(FeedbackGiven), "opinion")]
[JsonDerivedType(typeof(HomeOpened), "home")]
[JsonDerivedType(typeof(Remediation), "remediation")]
[JsonDerivedType(typeof(DetailsWanted), "details")]
public abstract record WorkItem
{
    /// <summary>
    /// The deduplication key: the same for each delivery of one event, whichever transport delivers it.
    /// </summary>
    public required string Id { get; init; }

    /// <summary>The time of the event on the platform's clock, or of its arrival.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>Work of one lane is done in order.</summary>
    [JsonIgnore]
    public WorkLane Lane => WorkLane.Of(this);

    /// <summary>A message of a person: a mention, a private message, or a message in a thread of the bot.</summary>
    public sealed record Mention : WorkItem
    {
        public required ThreadRef Thread { get; init; }
        public required string Message { get; init; }
        public required string User { get; init; }

        /// <summary>The person's name, for readers only; empty if the event does not tell it.</summary>
        public string UserName { get; init; } = "";

        /// <summary>
        /// The text, redacted except for its code blocks, which are parsed first; an answer about them is redacted.
        /// </summary>
        public required string Text { get; init; }

        /// <summary>
        /// The message addresses the bot: a mention, a private message or a button. Otherwise it is a message in a
        /// thread in which the bot has posted.
        /// </summary>
        public required bool IsAddressed { get; init; }

        public IReadOnlyList<SharedFile> Files { get; init; } = [];
    }

    /// <summary>The state of a group of alerts, as a monitoring system reports it.</summary>
    public sealed record Alert : WorkItem
    {
        /// <summary>The key of the group: the same for each notification about it.</summary>
        public required string Group { get; init; }

        /// <summary>
        /// The threads for the answer: the message that shows the alert, or, without a root, a channel in which the bot
        /// starts a thread.
        /// </summary>
        public required IReadOnlyList<ThreadRef> Threads { get; init; }

        /// <summary>The alert, worded as a question.</summary>
        public required string Text { get; init; }

        public string? Namespace { get; init; }

        /// <summary>The severity, as the alert's label says it; empty if there is none.</summary>
        public string Severity { get; init; } = "";

        /// <summary>The cluster, as the alert's label says it; empty if there is none.</summary>
        public string Cluster { get; init; } = "";

        /// <summary>The alert's own description and value; empty if it has neither.</summary>
        public string Statement { get; init; } = "";

        /// <summary>Further symptoms that the alerts of the group name.</summary>
        public IReadOnlyList<Symptom> Others { get; init; } = [];

        /// <summary>The number of firing alerts.</summary>
        public int Count { get; init; } = 1;

        public required bool IsResolved { get; init; }

        /// <summary>
        /// The bot's own watch of the cluster raised it. Nothing is posted if no cause is found, or if the problem is
        /// not over when it is reported as resolved.
        /// </summary>
        public bool IsHint { get; init; }
    }

    /// <summary>All alert groups of an incident are resolved.</summary>
    public sealed record IncidentClosing : WorkItem
    {
        public required string Incident { get; init; }
    }

    /// <summary>A channel has to be told about a change of an incident.</summary>
    public sealed record IncidentUpdate : WorkItem
    {
        public required string Incident { get; init; }

        /// <summary>One of the incident's <see cref="Alert.Threads"/>.</summary>
        public required ThreadRef Channel { get; init; }
    }

    /// <summary>A person added a reaction to a message, or removed it.</summary>
    public sealed record Reaction : WorkItem
    {
        public required string Platform { get; init; }
        public required string Channel { get; init; }
        public required string Message { get; init; }
        public required string User { get; init; }
        public required string Name { get; init; }
        public required bool IsAdded { get; init; }

        /// <summary>The time in seconds on the platform's clock: events may arrive out of order.</summary>
        public required double Order { get; init; }
    }

    /// <summary>A person's feedback on an answer, by a button or a form.</summary>
    public sealed record FeedbackGiven : WorkItem
    {
        /// <summary>The investigation; empty if only the bot's message is known.</summary>
        public string Investigation { get; init; } = "";

        /// <summary>
        /// The bot's message; if this is empty as well, the feedback is about the last answer of the thread.
        /// </summary>
        public string Message { get; init; } = "";

        public required ThreadRef Thread { get; init; }
        public required string User { get; init; }

        /// <summary>The person's name, for readers only; empty if the event does not tell it.</summary>
        public string UserName { get; init; } = "";

        public required FeedbackKind Verdict { get; init; }
        public string? Fault { get; init; }

        /// <summary>The true cause in the person's words, where no fault code names it.</summary>
        public string? Cause { get; init; }
        public string? What { get; init; }

        /// <summary>A comment in the person's words, or null.</summary>
        public string? Comment { get; init; }

        /// <summary>The platform has acknowledged the click already.</summary>
        public bool IsThanked { get; init; }
    }

    /// <summary>The next step of a change that an answer offers: by a person, or by the follow-up watch.</summary>
    public sealed record Remediation : WorkItem
    {
        /// <summary>The investigation whose answer offers the change.</summary>
        public required string Investigation { get; init; }

        public required ChangeStep Step { get; init; }

        /// <summary>The version of the proposal; older approvals are rejected.</summary>
        public int Plan { get; init; }

        /// <summary>The thread of the request; null: the console.</summary>
        public ThreadRef? Thread { get; init; }

        public required string User { get; init; }

        /// <summary>The person's display name, for readers only: it authenticates nobody.</summary>
        public string UserName { get; init; } = "";
    }

    /// <summary>A person wants to see the details of an answer.</summary>
    public sealed record DetailsWanted : WorkItem
    {
        public required string Investigation { get; init; }
        public required ThreadRef Thread { get; init; }
        public required string User { get; init; }
    }

    /// <summary>A person opened the bot's home page.</summary>
    public sealed record HomeOpened : WorkItem
    {
        public required string Platform { get; init; }
        public required string User { get; init; }
    }
}
