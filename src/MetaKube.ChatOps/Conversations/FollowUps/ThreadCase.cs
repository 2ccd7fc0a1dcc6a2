using MetaKube.Chat;
using MetaKube.Memory;
using MetaKube.Model;

namespace MetaKube.ChatOps.Conversations.FollowUps;

/// <summary>A thread's subject with its last answer, as the replies to follow-ups need it.</summary>
internal sealed record ThreadCase
{
    public required ThreadRecord Thread { get; init; }

    /// <summary>The last investigation.</summary>
    public required InvestigationReport Report { get; init; }

    public required AnswerView View { get; init; }

    /// <summary>The time of the last investigation.</summary>
    public required DateTimeOffset AnsweredAt { get; init; }

    /// <summary>The evidence as it is now; null where it was not read again.</summary>
    public Evidence? Now { get; init; }

    /// <summary>The diagnosis of <see cref="Now"/>.</summary>
    public Diagnosis? Present { get; init; }

    /// <summary>Memory's episode of the investigation, with the feedback of people, or null.</summary>
    public Episode? Episode { get; init; }

    /// <summary>True if the bot can make a change that the answer offers.</summary>
    public bool OffersChange { get; init; }

    /// <summary>The time of the message.</summary>
    public required DateTimeOffset At { get; init; }

    public string Name => Thread.Subject;

    public ReportedCause Cause => Report.Diagnosis;

    public bool NamesACause => Cause.Fault is not (Diagnosis.None or Diagnosis.Unknown);
}
