namespace MetaKube.Chat;

/// <summary>A part of an answer under a title of its own.</summary>
public sealed record CardPart(string Title, CardPartStyle Style, IReadOnlyList<CardLine> Lines);

public enum CardPartStyle
{
    /// <summary>One line after another.</summary>
    List,

    /// <summary>What to do, with commands.</summary>
    Steps,

    /// <summary>What was found, word by word.</summary>
    Quotes,

    /// <summary>From cause to effect.</summary>
    Chain,
}

/// <summary>A line of an answer.</summary>
/// <param name="Text">What it says.</param>
/// <param name="Verbatim">What stands under it as it is: commands, or quotes.</param>
/// <param name="Incident">The earlier case that it tells of, or null.</param>
public sealed record CardLine(string Text, IReadOnlyList<string> Verbatim, string? Incident = null);

/// <summary>A button under an answer.</summary>
/// <param name="Verb">One of <see cref="CardVerb"/>.</param>
/// <param name="Title">What stands on it.</param>
/// <param name="IsPrimary">It is the one that says how it ended well.</param>
public sealed record CardButton(string Verb, string Title, bool IsPrimary = false);

/// <summary>Buttons under a reply.</summary>
/// <param name="Value">What they are about.</param>
/// <param name="Buttons">The buttons.</param>
public sealed record CardButtons(string Value, IReadOnlyList<CardButton> Buttons);

/// <summary>What the buttons under an answer mean, on each platform.</summary>
public static class CardVerb
{
    public const string Fixed = "fixed",
        Wrong = "wrong",
        Deeper = "deeper",
        What = "what",
        Propose = "propose",
        Apply = "apply",
        Undo = "undo";
}
