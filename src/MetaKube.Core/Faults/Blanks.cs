using System.Text.RegularExpressions;

namespace MetaKube.Faults;

/// <summary>White space in the text of programs.</summary>
public static partial class Blanks
{
    /// <summary>The text with each run of white space as one blank; the same string where it has no such run.</summary>
    public static string Collapse(string text) => Runs().Replace(text, " ");

    [GeneratedRegex(@"\s{2,}|[^\S ]")]
    private static partial Regex Runs();
}
