namespace MetaKube.Faults;

/// <summary>The words of a text as they are compared: in lower case, without ids and endings.</summary>
public static class Words
{
    private const int Shortest = 2,
        Longest = 40;

    private static readonly string[] Endings = ["ing", "ed", "s"];

    /// <summary>The words in their order; a name such as "FailedMount" is followed by its parts.</summary>
    public static IReadOnlyList<string> Of(string text) => Read(text, pairs: null);

    /// <summary>The words, and the pairs of those that follow each other in the text.</summary>
    public static IReadOnlyList<string> WithPairs(string text)
    {
        var pairs = new List<string>();
        return [.. Read(text, pairs), .. pairs];
    }

    private static List<string> Read(string text, List<string>? pairs)
    {
        var words = new List<string>();
        var last = "";
        for (var start = 0; start < text.Length; start++)
        {
            if (!char.IsLetterOrDigit(text[start]))
                continue;
            var end = start + 1;
            while (end < text.Length && char.IsLetterOrDigit(text[end]))
                end++;
            var run = text.AsSpan(start, end - start);
            start = end;
            if (run.Length is < Shortest or > Longest || IsId(run))
                continue;
            var word = Stem(run);
            words.Add(word);
            AddParts(run, words);
            if (last.Length > 0)
                pairs?.Add($"{last} {word}");
            last = word;
        }
        return words;
    }

    private static void AddParts(ReadOnlySpan<char> run, List<string> words)
    {
        for (var start = 0; start < run.Length;)
        {
            var end = start + 1;
            while (end < run.Length && !(char.IsUpper(run[end]) && char.IsLower(run[end - 1])))
                end++;
            if (end - start > Shortest && end - start < run.Length)
                words.Add(Stem(run[start..end]));
            start = end;
        }
    }

    /// <summary>True for numbers, except for codes of three to five digits, and for hashes.</summary>
    private static bool IsId(ReadOnlySpan<char> run)
    {
        var digits = 0;
        foreach (var c in run)
            digits += char.IsAsciiDigit(c) ? 1 : 0;
        if (digits == run.Length)
            return digits is < 3 or > 5;
        return digits > 2 && digits * 4 > run.Length && run.Length > 7;
    }

    private static string Stem(ReadOnlySpan<char> word)
    {
        var lower = word.ToString().ToLowerInvariant();
        foreach (var ending in Endings)
            if (lower.Length > ending.Length + 3 && lower.EndsWith(ending, StringComparison.Ordinal))
                return lower[..^ending.Length].TrimEnd('e');
        return lower.Length > 3 ? lower.TrimEnd('e') : lower;
    }
}
