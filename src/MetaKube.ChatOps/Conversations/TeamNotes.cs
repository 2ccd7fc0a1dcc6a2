using System.Globalization;
using System.Security.Cryptography;
using System.Text.RegularExpressions;
using MetaKube.Chat;
using MetaKube.ChatOps.Memory;
using MetaKube.Cluster.Redaction;
using MetaKube.Model;
using MetaKube.Redis;

namespace MetaKube.ChatOps.Conversations;

/// <summary>
/// Keeps, shows and forgets the notes of people about objects and faults. The next answer about one shows them.
/// </summary>
internal sealed partial class TeamNotes(
    MemoryAccess memory,
    InvestigationStore investigations,
    NoteStore store,
    TimeProvider time
)
{
    private sealed record Subject(string Cluster, ResourceRef? Resource, IReadOnlyList<string> Names);

    /// <summary>
    /// Does what a message in a thread asks for: "note: the team moves it on Friday", "show notes", "forget note 2".
    /// </summary>
    /// <param name="text">The message; any other text is shown the notes.</param>
    /// <param name="thread">The thread, or null where nothing was asked in it yet.</param>
    /// <param name="person">The platform and the user's id.</param>
    /// <param name="permission">What the person may see.</param>
    /// <param name="cancellationToken">Cancels the calls of the store.</param>
    /// <returns>The reply.</returns>
    public async Task<string> AnswerAsync(
        string text,
        ThreadRecord? thread,
        string person,
        Permission permission,
        CancellationToken cancellationToken
    )
    {
        if (thread is null || await SubjectAsync(thread, cancellationToken) is not { Names: [var name, ..] } subject)
            return "I keep notes about an object or a fault: ask me about one, and write the note in that thread.";
        if (subject.Resource is { Namespace: { } ns } && !permission.Allows(subject.Cluster, ns))
            return $"You may not ask about namespace {ns} here.";
        if (Forgetting().Match(text) is { Success: true } forget)
            return await ForgetAsync(forget.Groups["which"].Value, subject, cancellationToken);
        if (Noting().Match(text) is { Success: true } noted)
            return await AddAsync(noted.Groups["text"].Value, name, subject.Cluster, person, cancellationToken);
        var notes = await store.NotesOfAsync(subject.Names, cancellationToken);
        return notes.Count == 0
            ? $"There is no note about {name}. \"note: …\" in this thread keeps one."
            : string.Join('\n', notes.Select((note, n) => $"{n + 1}. {note.In(subject.Cluster)}"));
    }

    /// <summary>A note of these words, or null if none are left.</summary>
    public static Note? Of(string text, string subject, string? cluster, string person, DateTimeOffset at) =>
        new Redactor().Quote(text, Note.LongestText) is { Length: > 0 } words
            ? new(
                $"n{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4))}",
                subject,
                words,
                person,
                at,
                cluster
            )
            : null;

    /// <summary>True for a text that a note is to be made of.</summary>
    public static bool IsNew(string text) => Noting().IsMatch(text);

    private async Task<string> AddAsync(
        string text,
        string subject,
        string cluster,
        string person,
        CancellationToken cancellationToken
    )
    {
        if (Of(text, subject, cluster, person, time.GetUtcNow()) is not { } note)
            return "The note is empty.";
        return await store.AddNoteAsync(note, cancellationToken)
            ? $"Noted for {subject}; my next answer about it shows the note."
            : $"{subject} has {NoteStore.MostOfASubject} notes already: \"show notes\", then \"forget note 1\".";
    }

    private async Task<string> ForgetAsync(string which, Subject subject, CancellationToken cancellationToken)
    {
        var notes = await store.NotesOfAsync(subject.Names, cancellationToken);
        if (notes.Count == 0)
            return $"There is no note about {subject.Names[0]}.";
        var chosen = int.TryParse(which, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? notes.ElementAtOrDefault(number - 1)
            : notes.FirstOrDefault(note => note.Id == which);
        if (which.Length == 0 && notes.Count == 1)
            chosen = notes[0];
        if (chosen is null)
            return $"There are {notes.Count} notes: \"show notes\" numbers them; then \"forget note 1\".";
        await store.ForgetNoteAsync(chosen.Id, cancellationToken);
        return $"Forgotten: {chosen.In(subject.Cluster)}";
    }

    /// <summary>The subject of a thread: as it was answered, else as memory has it.</summary>
    private async Task<Subject?> SubjectAsync(ThreadRecord thread, CancellationToken cancellationToken)
    {
        if ((await investigations.FindAsync(thread.Investigation, cancellationToken))?.Report is { } report)
        {
            var (target, blamed) = (report.Target?.ToResource(), report.Diagnosis.Resource?.ToResource());
            return new(report.Cluster, blamed ?? target, Note.SubjectsOf(target, blamed, report.Diagnosis.Fault));
        }
        var episodes = await memory.OpenAsync(cancellationToken);
        return await episodes.FindAsync(thread.Investigation, cancellationToken) is { } episode
            ? new(episode.Cluster, episode.Resource, Note.SubjectsOf(thread.Target, episode.Resource, episode.Answer))
            : null;
    }

    private const RegexOptions Loose =
        RegexOptions.NonBacktracking
        | RegexOptions.IgnoreCase
        | RegexOptions.CultureInvariant
        | RegexOptions.Singleline;

    [GeneratedRegex(
        @"^\s*(?:please\s+)?(?:forget|delete|remove)\s+(?:the\s+|my\s+)?notes?\s*#?(?<which>[\w-]*)",
        Loose
    )]
    private static partial Regex Forgetting();

    [GeneratedRegex(
        """
            ^ \s* (?: (?: please | bitte ) \s+ )?
            (?:
                (?: (?: take | make | add | save | keep ) \s+ )? (?: an? \s+ )?
                (?: notes? (?: \s+ to \s+ self )? | remember | notiz | notiere | merke? (?: \s+ dir )?
                  | nota | anota | apunta | recuerda | retiens )
                (?: \s* [:：–-] \s* | ,? \s+ (?: that | dass | que ) \s+ )
              | note \s+ (?: down \s+ )?
              | (?: 备注 | 记住 | 记录一下 | メモ | 覚えて ) \s* [:：,，、]? \s*
            )
            (?<text> \D .* ) $
            """,
        Loose | RegexOptions.IgnorePatternWhitespace
    )]
    private static partial Regex Noting();
}
