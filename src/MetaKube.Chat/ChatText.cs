using System.Net;

namespace MetaKube.Chat;

/// <summary>Normalises and cuts text of chat messages.</summary>
public static class ChatText
{
    /// <summary>Decodes entities once and replaces typographic quotes and no-break spaces by plain ones.</summary>
    public static string Straight(string text) =>
        WebUtility
            .HtmlDecode(text)
            .Replace('\u201c', '"')
            .Replace('\u201d', '"')
            .Replace('\u2019', '\'')
            .Replace('\u00a0', ' ')
            .Trim();

    /// <summary>Cuts a text to a number of characters, never within a surrogate pair, and marks the cut.</summary>
    public static string Cut(string text, int most)
    {
        if (text.Length <= most)
            return text;
        var end = char.IsHighSurrogate(text[most - 2]) ? most - 2 : most - 1;
        return $"{text[..end]}…";
    }
}
