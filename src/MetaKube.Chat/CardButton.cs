namespace MetaKube.Chat;

/// <summary>A button under a message.</summary>
/// <param name="Verb">One of <see cref="CardVerb"/>.</param>
/// <param name="Title">The button's text.</param>
/// <param name="IsPrimary">True if the platform highlights the button.</param>
/// <param name="Value">The value that a click sends; null for that of all buttons of the message.</param>
public sealed record CardButton(string Verb, string Title, bool IsPrimary = false, string? Value = null);
