using MetaKube.Chat;
using MetaKube.Cluster.Redaction;
using MetaKube.Model;

namespace MetaKube.ChatOps.Conversations;

/// <summary>Finds the object or the namespace that the words of a message name.</summary>
internal sealed class ThreadSubjects(ThreadCases cases)
{
    private const int LongestName = 80,
        MostNear = 8;

    /// <summary>Reads words that may be names.</summary>
    /// <param name="words">The words, without those of the request itself.</param>
    /// <param name="thread">The thread, or null where it has no subject yet.</param>
    /// <param name="isName">True where the words are a name by their place: "logs of X", "and X?".</param>
    /// <param name="isElsewhere">True for "and staging?", which asks for the same object in another place.</param>
    /// <param name="permission">The asker's permission.</param>
    /// <param name="cancellationToken">Cancels the reading of names.</param>
    public async Task<NamedSubject> FindAsync(
        string words,
        ThreadRecord? thread,
        bool isName,
        bool isElsewhere,
        Permission permission,
        CancellationToken cancellationToken
    )
    {
        var text = MentionSymptom.Clean(words);
        if (text.Split(' ').All(word => word.Length == 0 || QuestionWords.KindOf(word) is not null))
            return new NamedSubject.Nothing();
        if (thread?.Target is { } subject && Names(text, subject))
            return new NamedSubject.Same();
        var target = (await cases.OpenAsync(new Symptom(text), permission, cancellationToken)).Target;
        if (target.Object is { } found && (target.NotFound is null || isName))
            return OfObject(found, thread);
        if (target.Candidates.Count > 1 && (target.NotFound is null || isName))
            return OfSeveral(text, target.Candidates, thread);
        if (target is { Namespace: { } ns, Object: null })
            return await OfNamespaceAsync(ns, isElsewhere ? thread : null, permission, cancellationToken);
        return isName ? new NamedSubject.Missing(Missing(text, target)) : new NamedSubject.Nothing();
    }

    private static NamedSubject OfObject(ResourceRef found, ThreadRecord? thread) =>
        thread?.Target is { } subject && found.Object == subject.Object
            ? new NamedSubject.Same()
            : new NamedSubject.Other(ThreadCases.About(found), found, null);

    /// <summary>Of several objects the one in the subject's namespace is meant.</summary>
    private static NamedSubject OfSeveral(string text, IReadOnlyList<ResourceRef> candidates, ThreadRecord? thread)
    {
        var near = candidates
            .Where(one => thread is not null && one.Namespace == (thread.Target?.Namespace ?? thread.Scope))
            .ToList();
        return near is [var only] ? OfObject(only, thread) : new NamedSubject.Other(new(text), null, null);
    }

    /// <summary>
    /// "And staging?": the same object in another namespace, or one of those that were listed; else the namespace.
    /// </summary>
    private async Task<NamedSubject> OfNamespaceAsync(
        string ns,
        ThreadRecord? thread,
        Permission permission,
        CancellationToken cancellationToken
    )
    {
        var whole = new NamedSubject.Other(ThreadCases.AboutNamespace(ns), null, ns);
        if (thread is null)
            return whole;
        if (thread.Target is null && thread.Scope == ns)
            return new NamedSubject.Same();
        var listed = thread.Listed.Where(one => one.Namespace == ns).ToList();
        if (thread.Target is null && listed is [var only])
            return new NamedSubject.Other(ThreadCases.About(only), only, null);
        if (thread.Target is not { Namespace: { } own } subject || thread.Scope is not null)
            return whole;
        if (own == ns)
            return whole;
        var there = subject with { Namespace = ns, Container = null };
        var opened = await cases.OpenAsync(ThreadCases.About(there), permission, cancellationToken);
        return opened.Target is { Object: { } found, NotFound: null } && found.Name == subject.Name
            ? OfObject(found, thread)
            : whole with
            {
                Remark = $"Nothing in namespace {ns} is called {subject.Name}; this is about all of {ns}.",
            };
    }

    private static bool Names(string text, ResourceRef subject) =>
        text.Equals(subject.Name, StringComparison.OrdinalIgnoreCase)
        || text.Equals($"{subject.Namespace}/{subject.Name}", StringComparison.OrdinalIgnoreCase);

    private static string Missing(string text, Target target)
    {
        var name = new Redactor().Sentence(target.NotFound ?? text, LongestName);
        var nearest =
            target.Nearest.Count == 0
                ? ""
                : $" The nearest: {string.Join(", ", target.Nearest.Take(MostNear).Select(ThreadRecord.NameOf))}.";
        return $"Nothing is called \"{name}\": there is no such object and no such namespace.{nearest}";
    }
}
