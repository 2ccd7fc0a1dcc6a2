namespace MetaKube.Chat;

/// <summary>Compares a word that may be misspelt with one that is known.</summary>
internal static class Spelling
{
    private const int ShortestToCorrect = 4,
        LongEnoughForTwo = 9;

    /// <summary>True if few letters are missing, added, replaced or swapped for the length of the word.</summary>
    public static bool IsLike(string word, string known)
    {
        var shorter = Math.Min(word.Length, known.Length);
        if (shorter < ShortestToCorrect || word[0] != known[0] && shorter < LongEnoughForTwo)
            return false;
        // In a word of four letters only two swapped ones are a slip; another letter makes another word.
        if (shorter == ShortestToCorrect)
            return word.Length == known.Length && IsSwapped(word, known);
        var most = shorter >= LongEnoughForTwo ? 2 : 1;
        return Math.Abs(word.Length - known.Length) <= most && Distance(word, known) <= most;
    }

    private static bool IsSwapped(string word, string known)
    {
        var first = word.AsSpan().CommonPrefixLength(known);
        return first + 1 < word.Length
            && word[first] == known[first + 1]
            && word[first + 1] == known[first]
            && word[(first + 2)..] == known[(first + 2)..];
    }

    private static int Distance(string word, string known)
    {
        var rows = new int[word.Length + 1, known.Length + 1];
        for (var i = 0; i <= word.Length; i++)
            for (var j = 0; j <= known.Length; j++)
                rows[i, j] = (i, j) switch
                {
                    (0, _) => j,
                    (_, 0) => i,
                    _ => Least(rows, word, known, i, j),
                };
        return rows[word.Length, known.Length];
    }

    private static int Least(int[,] rows, string word, string known, int i, int j)
    {
        var cost = word[i - 1] == known[j - 1] ? 0 : 1;
        var least = Math.Min(Math.Min(rows[i - 1, j], rows[i, j - 1]) + 1, rows[i - 1, j - 1] + cost);
        var isSwap = i > 1 && j > 1 && word[i - 1] == known[j - 2] && word[i - 2] == known[j - 1];
        return isSwap ? Math.Min(least, rows[i - 2, j - 2] + 1) : least;
    }
}
