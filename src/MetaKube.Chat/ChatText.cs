using System.Net;

namespace MetaKube.Chat;

/// <summary>Text as people type it in chats, and as it fits there.</summary>
public static class ChatText
{
    /// <summary>With entities decoded once, and the quotes and spaces that chat programs make straight again.</summary>
    public static string Straight(string text) =>
        WebUtility
            .HtmlDecode(text)
            .Replace('\u201c', '"')
            .Replace('\u201d', '"')
            .Replace('\u2019', '\'')
            .Replace('\u00a0', ' ')
            .Trim();

    /// <summary>At most so many characters, and none of a pair alone.</summary>
    public static string Cut(string text, int most)
    {
        if (text.Length <= most)
            return text;
        var end = char.IsHighSurrogate(text[most - 2]) ? most - 2 : most - 1;
        return $"{text[..end]}…";
    }
}
