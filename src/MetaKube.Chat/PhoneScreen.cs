namespace MetaKube.Chat;

/// <summary>The room that a message has on a phone.</summary>
public static class PhoneScreen
{
    /// <summary>Characters in a line of a chat on a phone.</summary>
    public const int Width = 44;

    /// <summary>Lines of an answer that a reader sees without scrolling.</summary>
    public const int Height = 12;

    /// <summary>The number of lines that a text takes when words are wrapped.</summary>
    public static int LinesOf(string text) => text.Split('\n').Sum(Wrapped);

    private static int Wrapped(string line)
    {
        var (lines, used) = (1, 0);
        foreach (var word in line.Split(' '))
        {
            if (used > 0 && used + 1 + word.Length > Width)
            {
                lines++;
                used = 0;
            }
            else if (used > 0)
                used++;
            used += word.Length;
            lines += (used - 1) / Width;
            used = used > Width ? (used - 1) % Width + 1 : used;
        }
        return lines;
    }
}
