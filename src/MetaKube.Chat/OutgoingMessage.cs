using System.Text.Json.Serialization;

namespace MetaKube.Chat;

/// <summary>
/// A message before a platform renders it. The outbox stores it in this form; the platform renders it when it posts it.
/// All texts are untrusted plain text.
/// </summary>
/// <param name="Part">The name of the message within its work item, such as "answer", "details" or "reply". Together
/// with the id of the work item it identifies the message, so that it is posted once.</param>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(Answer), "answer")]
[JsonDerivedType(typeof(Reply), "reply")]
[JsonDerivedType(typeof(AlertHeadline), "alert")]
[JsonDerivedType(typeof(Rendered), "rendered")]
public abstract record OutgoingMessage(string Part)
{
    /// <summary>An answer, or a part of one.</summary>
    public sealed record Answer(string Part, AnswerView View, AnswerExtent Extent = AnswerExtent.Whole)
        : OutgoingMessage(Part);

    /// <summary>A reply of a few words.</summary>
    /// <param name="Text">The reply; it may have several lines.</param>
    /// <param name="Verbatim">A text that stands below it in monospace, or null.</param>
    /// <param name="Link">The address of another thread of ours, or null.</param>
    /// <param name="Buttons">Buttons below it, or null.</param>
    public sealed record Reply(string Text, string? Verbatim = null, Uri? Link = null, CardButtons? Buttons = null)
        : OutgoingMessage("reply");

    /// <summary>The message that starts the thread of an alert.</summary>
    /// <param name="Text">The alert.</param>
    /// <param name="IsResolved">True if the alert no longer fires.</param>
    public sealed record AlertHeadline(string Text, bool IsResolved = false) : OutgoingMessage("alert");

    /// <summary>
    /// A message that a version up to November 2026 stored as a platform's own JSON. Outbox entries expire after two
    /// days, so this is only read within two days of an upgrade and never written.
    /// </summary>
    public sealed record Rendered(string Part, string Payload) : OutgoingMessage(Part);
}
