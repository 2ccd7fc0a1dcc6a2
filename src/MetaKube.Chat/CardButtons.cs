namespace MetaKube.Chat;

/// <summary>The buttons under a message.</summary>
/// <param name="Value">The value that a click on any of them sends: an investigation's id, or that and the number of a
/// plan.</param>
/// <param name="Buttons">The buttons, in order.</param>
public sealed record CardButtons(string Value, IReadOnlyList<CardButton> Buttons);
