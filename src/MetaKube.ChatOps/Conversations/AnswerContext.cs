using MetaKube.Chat;
using MetaKube.Investigations;
using MetaKube.Redis;

namespace MetaKube.ChatOps.Conversations;

/// <summary>What people know besides an answer: the threads of earlier incidents, and their notes.</summary>
internal sealed class AnswerContext(ConversationStore conversations, NoteStore notes)
{
    /// <summary>
    /// The addresses of earlier answers by the ids of their investigations, and the notes, oldest first.
    /// </summary>
    public async Task<(IReadOnlyDictionary<string, Uri> Origins, IReadOnlyList<Note> Notes)> OfAsync(
        Investigation investigation,
        CancellationToken cancellationToken
    ) =>
        (
            await conversations.OriginsAsync(
                [.. investigation.Recollection.Episodes.Select(episode => episode.Id)],
                cancellationToken
            ),
            await notes.NotesOfAsync(Note.SubjectsOf(investigation), cancellationToken)
        );
}
