namespace MetaKube.Chat;

/// <summary>The form that a renderer gives to the lines of a section.</summary>
public enum AnswerSectionStyle
{
    /// <summary>A bullet for each line.</summary>
    List,

    /// <summary>Each line with commands to copy below it.</summary>
    Steps,

    /// <summary>Each line with the words that were found below it.</summary>
    Quotes,

    /// <summary>Each line is an effect of the line before.</summary>
    Chain,

    /// <summary>Small print.</summary>
    Note,
}
