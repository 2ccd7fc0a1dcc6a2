using System.Text.RegularExpressions;
using MetaKube.Chat;
using MetaKube.Cluster.Redaction;
using MetaKube.Model;

namespace MetaKube.ChatOps.Conversations;

/// <summary>Turns a message into the symptom to investigate; the message is redacted first.</summary>
internal static partial class MentionSymptom
{
    private const int LongestQuestion = 1000;

    /// <param name="intent">The intent of the message.</param>
    /// <param name="text">The message.</param>
    /// <param name="thread">The last investigation of the thread, or null.</param>
    /// <param name="isInThread">False in a chat without threads, where a question starts afresh.</param>
    public static Symptom Of(Intent intent, string text, ThreadRecord? thread, bool isInThread) =>
        intent switch
        {
            Intent.Deeper => new(thread!.Question, thread.Namespace),
            Intent.Elsewhere elsewhere => Elsewhere(Clean(elsewhere.Where), thread!.Target),
            _ => Question(Clean(text), isInThread ? thread?.Target : null),
        };

    /// <summary>The symptom of a message that brings its evidence along.</summary>
    public static Symptom AboutPastes(string text) =>
        new(MentionEvidence.WithoutPastes(Clean(text)) is { Length: > 0 } words ? words : "what is wrong?");

    public static string Clean(string text) => new Redactor().Quote(text, LongestQuestion);

    /// <summary>Words that name no object are about the thread's object.</summary>
    private static Symptom Question(string text, ResourceRef? target) =>
        new(text) { Otherwise = target is null ? null : new($"{text} {target.Kind} {target.Name}", target.Namespace) };

    /// <summary>
    /// "And what about staging": the same object in another namespace, else an object that the words name.
    /// </summary>
    private static Symptom Elsewhere(string where, ResourceRef? target) =>
        target is { Namespace: not null } && NamespaceName().Match(where) is { Success: true } name
            ? new($"{target.Kind} {target.Name}", name.Groups[1].Value) { Otherwise = new(where) }
            : new(where);

    [GeneratedRegex(
        """
            ^ (?: (?:in|on) \s+ )? (?: the \s+ )? (?: namespace \s+ )?
            ( [a-z0-9] (?: [a-z0-9-]{0,61} [a-z0-9] )? )
            (?: \s+ namespace )? $
            """,
        RegexOptions.IgnorePatternWhitespace
    )]
    private static partial Regex NamespaceName();
}
