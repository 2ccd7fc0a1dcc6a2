using System.Text.Json;
using MetaKube.Chat;
using StackExchange.Redis;

namespace MetaKube.Redis;

/// <summary>Notes by subject. They are kept until somebody forgets them.</summary>
public sealed class NoteStore(IRedisConnection connection, RedisKeys keys)
{
    /// <summary>Notes of one subject; more would hide the answer.</summary>
    public const int MostOfASubject = 20;

    /// <summary>Stores a note.</summary>
    /// <returns>False if its subject has the most notes already.</returns>
    public Task<bool> AddNoteAsync(Note note, CancellationToken cancellationToken) =>
        connection.RunAsync(
            async db =>
            {
                if (await db.HashLengthAsync(keys.Notes(note.Subject)) >= MostOfASubject)
                    return false;
                var transaction = db.CreateTransaction();
                _ = transaction.HashSetAsync(
                    keys.Notes(note.Subject),
                    note.Id,
                    JsonSerializer.Serialize(note, NoteJson.Default.Note)
                );
                _ = transaction.HashSetAsync(keys.NoteSubjects, note.Id, note.Subject);
                return await transaction.ExecuteAsync();
            },
            cancellationToken
        );

    /// <summary>The notes of these subjects, oldest first.</summary>
    public Task<IReadOnlyList<Note>> NotesOfAsync(
        IReadOnlyList<string> subjects,
        CancellationToken cancellationToken
    ) =>
        connection.RunAsync<IReadOnlyList<Note>>(
            async db =>
            {
                var notes = new List<Note>();
                foreach (var subject in subjects)
                    notes.AddRange((await db.HashValuesAsync(keys.Notes(subject))).Select(ToNote));
                return [.. notes.OrderBy(note => note.At).ThenBy(note => note.Id, StringComparer.Ordinal)];
            },
            cancellationToken
        );

    /// <summary>All notes, oldest first.</summary>
    public async Task<IReadOnlyList<Note>> ListNotesAsync(CancellationToken cancellationToken)
    {
        var subjects = await connection.RunAsync(db => db.HashValuesAsync(keys.NoteSubjects), cancellationToken);
        return await NotesOfAsync([.. subjects.Select(subject => (string)subject!).Distinct()], cancellationToken);
    }

    /// <summary>Deletes a note.</summary>
    /// <returns>True if it existed.</returns>
    public Task<bool> ForgetNoteAsync(string id, CancellationToken cancellationToken) =>
        connection.RunAsync(
            async db =>
            {
                if (await db.HashGetAsync(keys.NoteSubjects, id) is not { IsNull: false } subject)
                    return false;
                var transaction = db.CreateTransaction();
                _ = transaction.HashDeleteAsync(keys.Notes(subject!), id);
                _ = transaction.HashDeleteAsync(keys.NoteSubjects, id);
                return await transaction.ExecuteAsync();
            },
            cancellationToken
        );

    private static Note ToNote(RedisValue json) => JsonSerializer.Deserialize((string)json!, NoteJson.Default.Note)!;
}
