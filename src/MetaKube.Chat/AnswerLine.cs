namespace MetaKube.Chat;

/// <summary>A line of a section.</summary>
/// <param name="Text">The line itself.</param>
public sealed record AnswerLine(string Text)
{
    /// <summary>Commands or quotes that stand below the line, unchanged.</summary>
    public IReadOnlyList<string> Verbatim { get; init; } = [];

    /// <summary>The number by which citations refer to the line, from 1, or null.</summary>
    public int? Citation { get; init; }

    /// <summary>The id of the episode that the line describes, shown before <see cref="Text"/>, or null.</summary>
    public string? Incident { get; init; }

    /// <summary>The address at which <see cref="Incident"/> was answered, or null.</summary>
    public Uri? Link { get; init; }
}
