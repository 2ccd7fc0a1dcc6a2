using MetaKube.Faults;
using MetaKube.Memory;

namespace MetaKube.Chat;

/// <summary>The form "What fixed it?", as a person submitted it.</summary>
/// <param name="What">The fix in the person's words; empty if none.</param>
/// <param name="Cause">The fault code of the actual cause; empty if the answer's cause was right.</param>
/// <param name="Words">The actual cause in the person's words, where the catalogue has none; empty if none.</param>
public sealed record FeedbackForm(string What, string Cause, string Words)
{
    /// <summary>
    /// A correction if the form names another cause by a code or in words, else a confirmation; null if the cause is no
    /// code of the catalogue.
    /// </summary>
    /// <param name="id">The deduplication key of the submission.</param>
    /// <param name="at">The time of the submission.</param>
    /// <param name="thread">The thread of the answer.</param>
    /// <param name="user">The person who submitted it.</param>
    /// <param name="investigation">The investigation of the answer.</param>
    public WorkItem.FeedbackGiven? ToWorkItem(
        string id,
        DateTimeOffset at,
        ThreadRef thread,
        string user,
        string investigation
    )
    {
        var isCorrection = Cause.Length + Words.Length > 0;
        if (Cause.Length > 0 && FaultCatalogue.Find(Cause) is null)
            return null;
        return new()
        {
            Id = id,
            At = at,
            Investigation = investigation,
            Thread = thread,
            User = user,
            Verdict = isCorrection ? FeedbackKind.Wrong : FeedbackKind.Fixed,
            Fault = Cause.Length > 0 ? Cause : null,
            Cause = Cause.Length == 0 && Words.Length > 0 ? Words : null,
            What = What.Length > 0 ? What : null,
        };
    }
}
