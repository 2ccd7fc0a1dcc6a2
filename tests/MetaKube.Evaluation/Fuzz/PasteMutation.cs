using System.Text;

namespace MetaKube.Evaluation.Fuzz;

/// <summary>Changes a text as terminals, chats and accidents do, and as nobody would.</summary>
internal sealed class PasteMutation(Random random, IReadOnlyList<string> texts)
{
    /// <summary>Characters of the largest input.</summary>
    public const int Largest = 5 * 1024 * 1024;

    private const int MostSteps = 6,
        LongLine = 20_000;

    /// <summary>One in so many inputs is repeated until it is large.</summary>
    private const int RarelyLarge = 200;

    private static readonly string[] Odd =
    [
        "\u0000",
        "\ufffd",
        "\u2028",
        "\u00a0",
        "\u001b[31m",
        "\ud800",
        "│",
        "```",
        "---",
        "{",
        "[",
        "\"",
        "'",
        "\\",
        "%",
        "|",
        "> ",
        "\t",
        ": ",
        "0/0",
        "-1",
        "99999999999999999999",
        "<none>",
        "<invalid>",
        "9999999d",
        "Events:",
        "Name:  x",
        "apiVersion: v1",
        "*a",
        "&a",
        "Ω≈ç√∫",
    ];

    /// <summary>The next input, made from one of the texts.</summary>
    public string Next()
    {
        var text = Any();
        var steps = 1 + random.Next(MostSteps);
        for (var i = 0; i < steps; i++)
            text = Cut(Step(text));
        return random.Next(RarelyLarge) == 0 ? Repeated(text) : text;
    }

    private string Any() => texts[random.Next(texts.Count)];

    private string Step(string text) =>
        random.Next(14) switch
        {
            0 => Lines(text, lines => lines.RemoveAt(random.Next(lines.Count))),
            1 => Lines(text, lines => lines.Insert(random.Next(lines.Count), lines[random.Next(lines.Count)])),
            2 => Lines(text, Swap),
            3 => Lines(text, lines => lines.RemoveRange(0, random.Next(lines.Count))),
            4 => text[..random.Next(text.Length + 1)],
            5 => Lines(text, lines => lines[random.Next(lines.Count)] = Odd[random.Next(Odd.Length)]),
            6 => Inserted(text, Odd[random.Next(Odd.Length)]),
            7 => Lines(text, Unindented),
            8 => Wrapped(text, 20 + random.Next(120)),
            9 => $"{text}\n{Any()}",
            10 => Characters(text),
            11 => Inserted(text, new string((char)('!' + random.Next(90)), random.Next(LongLine))),
            12 => Lines(text, lines => lines[random.Next(lines.Count)] += lines[random.Next(lines.Count)]),
            _ => Bytes(text),
        };

    private static string Lines(string text, Action<List<string>> change)
    {
        var lines = text.Split('\n').ToList();
        change(lines);
        return string.Join('\n', lines);
    }

    private void Swap(List<string> lines)
    {
        var (a, b) = (random.Next(lines.Count), random.Next(lines.Count));
        (lines[a], lines[b]) = (lines[b], lines[a]);
    }

    private static void Unindented(List<string> lines)
    {
        for (var i = 0; i < lines.Count; i++)
            lines[i] = lines[i].TrimStart();
    }

    /// <summary>The lines broken as a narrow terminal breaks them.</summary>
    private static string Wrapped(string text, int width)
    {
        var wrapped = new StringBuilder(text.Length + text.Length / width + 1);
        var column = 0;
        foreach (var c in text)
        {
            if (c != '\n' && column++ == width)
            {
                wrapped.Append('\n');
                column = 1;
            }
            if (c == '\n')
                column = 0;
            wrapped.Append(c);
        }
        return wrapped.ToString();
    }

    private string Inserted(string text, string odd) => text.Insert(random.Next(text.Length + 1), odd);

    private string Characters(string text)
    {
        if (text.Length == 0)
            return text;
        var changed = text.ToCharArray();
        for (var i = 0; i < 1 + changed.Length / 100; i++)
            changed[random.Next(changed.Length)] = (char)random.Next(1, 0x250);
        return new(changed);
    }

    private string Bytes(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        for (var i = 0; bytes.Length > 0 && i < 1 + bytes.Length / 200; i++)
            bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
        return Encoding.UTF8.GetString(bytes);
    }

    private static string Repeated(string text)
    {
        if (text.Length == 0)
            return text;
        var large = new StringBuilder(Largest);
        while (large.Length + text.Length < Largest)
            large.Append(text).Append('\n');
        return large.ToString();
    }

    private static string Cut(string text) => text.Length <= Largest ? text : text[..Largest];
}
