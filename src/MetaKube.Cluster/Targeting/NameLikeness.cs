using System;
using MetaKube.Model;

namespace MetaKube.Cluster.Targeting;

/// <summary>The likeness of a word of a question and the name of an object, both in lower case.</summary>
internal static class NameLikeness
{
    /// <summary>The greatest likeness: one letter is wrong.</summary>
    public const int Highest = 58;

    /// <summary>From this likeness on, the word as a whole is like the name as a whole.</summary>
    public const int Whole = 48;

    private const int OfAPart = 44,
        OfTheStart = 40,
        ShortestToCorrect = 5,
        ShortestPart = 3;

    /// <summary>A letter that is wrong in a shorter word makes another word.</summary>
    private const int LongEnoughForTwo = 8;

    private static readonly char[] Separators = ['-', '.', '_'];

    /// <summary>The likeness, from 40 to <see cref="Highest"/>; 0 where the word does not mean the name.</summary>
    public static int Of(string word, string name)
    {
        if (word.Length < ShortestPart)
            return 0;
        if (Distance(word, name) is { } letters)
            return Highest - 4 * (letters - 1);
        var parts = PartsOf(name);
        if (IsPartOf(word, name) || IsPartOf(name, word) && PartsOf(word).Except(parts).All(IsGeneric))
            return Whole;
        return parts.Where(part => !IsGeneric(part)).Select(part => OfPart(word, part)).DefaultIfEmpty().Max();
    }

    /// <summary>
    /// A measure for the names to offer where none is meant for certain, from 0 to 1: the shared letters and parts.
    /// </summary>
    public static double Resemblance(string word, string name)
    {
        if (word == name)
            return 1;
        var shared = PartsOf(word).Intersect(PartsOf(name)).Where(part => part.Length >= ShortestPart).ToList();
        var byPart = shared.Count == 0 ? 0 : 0.5 + 0.1 * shared.Count;
        var longest = Math.Max(word.Length, name.Length);
        var letters = Distance(word, name, longest) ?? longest;
        return Math.Max(byPart, 1 - (double)letters / longest);
    }

    private static int OfPart(string word, string part)
    {
        if (Distance(word, part) is { } letters)
            return OfAPart - letters;
        var start = word.AsSpan().CommonPrefixLength(part);
        return start >= ShortestToCorrect && start * 5 >= Math.Max(word.Length, part.Length) * 3 ? OfTheStart : 0;
    }

    /// <summary>True if the word is one or several whole parts of the name.</summary>
    private static bool IsPartOf(string word, string name)
    {
        if (word.Length < ShortestPart || word.Length >= name.Length)
            return false;
        for (
            var at = name.IndexOf(word, StringComparison.Ordinal);
            at >= 0;
            at = name.IndexOf(word, at + 1, StringComparison.Ordinal)
        )
            if (
                (at == 0 || Separators.Contains(name[at - 1]))
                && (at + word.Length == name.Length || Separators.Contains(name[at + word.Length]))
            )
                return true;
        return false;
    }

    /// <summary>A part that many names have, and that people add to names.</summary>
    private static bool IsGeneric(string part) =>
        part.Length < ShortestPart || QuestionWords.KindOf(part) is not null || TargetWords.IsOrdinary(part);

    private static string[] PartsOf(string name) => name.Split(Separators, StringSplitOptions.RemoveEmptyEntries);

    /// <summary>The number of wrong letters; null where there are too many for one word to mean the other.</summary>
    private static int? Distance(string word, string name)
    {
        var shorter = Math.Min(word.Length, name.Length);
        if (shorter < ShortestToCorrect || Math.Abs(word.Length - name.Length) > 2)
            return null;
        var most = shorter >= LongEnoughForTwo ? 2 : 1;
        return Distance(word, name, most);
    }

    /// <summary>
    /// The letters to insert, to delete, to replace or to swap with their neighbour; null if they are more than most.
    /// </summary>
    private static int? Distance(string word, string name, int most)
    {
        if (Math.Abs(word.Length - name.Length) > most)
            return null;
        var rows = new int[3][];
        for (var i = 0; i < rows.Length; i++)
            rows[i] = new int[name.Length + 1];
        for (var j = 0; j <= name.Length; j++)
            rows[0][j] = j;
        for (var i = 1; i <= word.Length; i++)
        {
            var (row, above, aboveThat) = (rows[i % 3], rows[(i - 1) % 3], rows[(i + 1) % 3]);
            row[0] = i;
            for (var j = 1; j <= name.Length; j++)
            {
                var cost = word[i - 1] == name[j - 1] ? 0 : 1;
                row[j] = Math.Min(Math.Min(row[j - 1], above[j]) + 1, above[j - 1] + cost);
                if (i > 1 && j > 1 && word[i - 1] == name[j - 2] && word[i - 2] == name[j - 1])
                    row[j] = Math.Min(row[j], aboveThat[j - 2] + 1);
            }
        }
        var letters = rows[word.Length % 3][name.Length];
        return letters <= most && letters > 0 ? letters : null;
    }
}
