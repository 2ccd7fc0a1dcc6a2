using MetaKube.Chat;
using MetaKube.Investigations;
using MetaKube.Memory;
using MetaKube.Model;
using MetaKube.Redis;

namespace MetaKube.ChatOps.Conversations;

/// <summary>The context of an answer: the threads of earlier incidents, and the notes of people.</summary>
internal sealed class AnswerContext(ConversationStore conversations, NoteStore notes, TimeProvider time)
{
    /// <summary>A second question about an object within this time is about the same incident.</summary>
    private static readonly TimeSpan OneIncident = TimeSpan.FromHours(2);

    /// <summary>
    /// The addresses of earlier answers by the ids of their investigations, the episodes of the incident itself, and
    /// the
    /// notes, oldest first.
    /// </summary>
    public async Task<(
        IReadOnlyDictionary<string, Uri> Origins,
        IReadOnlySet<string> Own,
        IReadOnlyList<Note> Notes
    )> OfAsync(Investigation investigation, ThreadRef thread, CancellationToken cancellationToken) =>
        (
            await conversations.OriginsAsync(
                [.. investigation.Recollection.Episodes.Select(episode => episode.Id)],
                cancellationToken
            ),
            await OfThisIncidentAsync(investigation, thread, cancellationToken),
            await notes.NotesOfAsync(Note.SubjectsOf(investigation), cancellationToken)
        );

    /// <summary>
    /// The recalled episodes of the incident itself: those that this thread answered, and those about the same object
    /// of which nobody has said yet how they ended.
    /// </summary>
    private async Task<IReadOnlySet<string>> OfThisIncidentAsync(
        Investigation investigation,
        ThreadRef thread,
        CancellationToken cancellationToken
    )
    {
        var own = new HashSet<string>();
        foreach (var episode in investigation.Recollection.Episodes)
            if (
                IsOngoing(episode, investigation)
                || (await conversations.CardAsync(episode.Id, thread, cancellationToken))?.Thread == thread
            )
                own.Add(episode.Id);
        return own;
    }

    private bool IsOngoing(RecalledEpisode episode, Investigation investigation) =>
        episode.Outcome == Outcome.Pending
        && episode.Episode.Resource?.Object == investigation.Diagnosis.Resource?.Object
        && time.GetUtcNow() - episode.At < OneIncident;
}
