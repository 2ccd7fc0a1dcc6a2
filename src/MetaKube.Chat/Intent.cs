using MetaKube.Memory;
using MetaKube.Model;

namespace MetaKube.Chat;

/// <summary>The request that a message, or one question of a message, contains.</summary>
public abstract record Intent
{
    /// <summary>A question of its own: it is investigated.</summary>
    public sealed record Ask : Intent;

    /// <summary>The cause of the subject's problem, in other words than the answer's.</summary>
    public sealed record Why : Intent;

    /// <summary>The time at which the problem began.</summary>
    public sealed record SinceWhen : Intent;

    /// <summary>The latest changes around the subject.</summary>
    /// <param name="IsAboutPeople">True if the message asks for the author of the change.</param>
    public sealed record WhatChanged(bool IsAboutPeople) : Intent;

    public sealed record HowToFix : Intent;

    /// <summary>The present state, compared with the answer.</summary>
    public sealed record IsFixed : Intent;

    public sealed record WhoIsAffected : Intent;

    /// <summary>Logs, events or the like of the subject, or of another object that is named.</summary>
    public sealed record Show(ShownPart Part) : Intent;

    /// <summary>The evidence for the answer and against it.</summary>
    public sealed record Sure : Intent;

    /// <summary>The answer in simple words.</summary>
    /// <param name="IsForManager">True if the reader does not know Kubernetes.</param>
    public sealed record Explain(bool IsForManager) : Intent;

    /// <summary>The meaning of a fault code, a state or an exit code.</summary>
    public sealed record ExplainCode(string Code) : Intent;

    /// <summary>The thread in a few lines.</summary>
    /// <param name="IsHandOver">True if it is for the next shift.</param>
    public sealed record Summarise(bool IsHandOver) : Intent;

    /// <summary>Look at another object or namespace.</summary>
    /// <param name="Number">The place in the list that was shown last, from 1; null: the words name it.</param>
    public sealed record Elsewhere(int? Number) : Intent;

    /// <summary>Feedback on the answer.</summary>
    /// <param name="Kind">The kind of feedback.</param>
    /// <param name="Words">The fix or the true cause in the person's words, or null.</param>
    /// <param name="IsFalseAlarm">True if nothing was wrong at all.</param>
    public sealed record GiveFeedback(FeedbackKind Kind, string? Words, bool IsFalseAlarm = false) : Intent;

    /// <summary>The person thanks; nothing is to be said.</summary>
    public sealed record Thanks : Intent;

    /// <summary>The person wants no answer, or no more answers.</summary>
    /// <param name="IsForGood">True if the bot shall hold its tongue in the thread until it is mentioned.</param>
    public sealed record Stop(bool IsForGood) : Intent;

    /// <summary>Earlier cases like this, and what helped.</summary>
    public sealed record History : Intent;

    /// <summary>Other people's questions, and the privacy of one's own.</summary>
    public sealed record Privacy : Intent;

    /// <summary>The person takes the problem over.</summary>
    public sealed record Acknowledge : Intent;

    /// <summary>No further messages about the incident for a time.</summary>
    public sealed record Silence(TimeSpan For) : Intent;

    public sealed record Ticket : Intent;

    public sealed record Postmortem : Intent;

    /// <summary>A change of the cluster.</summary>
    /// <param name="Verb">The change.</param>
    /// <param name="Replicas">The wanted number of replicas, or null.</param>
    public sealed record Write(WriteVerb Verb, int? Replicas = null) : Intent;

    /// <summary>Investigate the last question again without memory.</summary>
    public sealed record Deeper : Intent;

    /// <summary>The failing objects, or the objects of a kind.</summary>
    public sealed record List(ListedKind Kind) : Intent;

    public sealed record SafeToDeploy : Intent;

    /// <summary>Keep, show or forget a note.</summary>
    public sealed record Note : Intent;

    /// <summary>Answer in another language.</summary>
    public sealed record Language(string Name) : Intent;

    public sealed record Help : Intent;

    /// <summary>The message is not for the bot.</summary>
    public sealed record None : Intent;
}
