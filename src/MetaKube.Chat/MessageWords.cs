using System.Globalization;
using System.Text;

namespace MetaKube.Chat;

/// <summary>The words of a message: as they were written, and without case and accents.</summary>
internal sealed record MessageWords(IReadOnlyList<MessageWords.Word> Words)
{
    /// <summary>Longer messages are descriptions; no request is looked for beyond this.</summary>
    private const int MostWords = 60;

    /// <summary>A word.</summary>
    /// <param name="Plain">In lower case, without accents and apostrophes.</param>
    /// <param name="Written">As it stands in the message.</param>
    public sealed record Word(string Plain, string Written)
    {
        /// <summary>The word can follow another in a name: it has a Latin letter or a digit.</summary>
        public bool IsLatin => Plain.Any(char.IsAsciiLetterOrDigit);
    }

    public static MessageWords Of(string text)
    {
        var words = new List<Word>();
        for (var at = 0; at < text.Length && words.Count < MostWords;)
        {
            var end = at;
            while (end < text.Length && IsInner(text[end]) && IsWide(text[end]) == IsWide(text[at]))
                end++;
            if (end == at)
            {
                at++;
                continue;
            }
            var written = text[at..end].Trim('.', '-', '/', ':', '\'', '_', '’');
            if (written.Length > 0)
                words.Add(new(Fold(written), written));
            at = end;
        }
        return new(words);
    }

    /// <summary>Lower case, without accents and apostrophes.</summary>
    public static string Fold(string text)
    {
        var plain = new StringBuilder(text.Length);
        foreach (var letter in text.ToLowerInvariant())
        {
            var place = Accented.IndexOf(letter, StringComparison.Ordinal);
            if (letter == 'ß')
                plain.Append("ss");
            else if (place >= 0)
                plain.Append(Bare[place]);
            else if (letter is not ('\'' or '’') && char.GetUnicodeCategory(letter) != UnicodeCategory.NonSpacingMark)
                plain.Append(letter);
        }
        return plain.ToString();
    }

    // The program runs without the tables of ICU, by which a text could be decomposed.
    private const string Accented = "àáâãäåçèéêëìíîïñòóôõöùúûüýÿœæ",
        Bare = "aaaaaaceeeeiiiinooooouuuuyyoa";

    private static bool IsInner(char letter) =>
        char.IsLetterOrDigit(letter)
        || letter is '-' or '.' or '_' or '/' or ':' or '\'' or '’' or '#'
        || char.GetUnicodeCategory(letter) == UnicodeCategory.NonSpacingMark;

    /// <summary>Chinese, Japanese and Korean letters, which stand beside names without a space.</summary>
    private static bool IsWide(char letter) => letter >= '\u2e80' && char.IsLetter(letter);
}
