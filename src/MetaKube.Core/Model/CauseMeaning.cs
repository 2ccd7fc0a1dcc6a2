using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace MetaKube.Model;

/// <summary>
/// The meaning of a cause in words, as far as words tell it: the stems of its words without those that every cause may
/// have. The order and the form of the words do not matter, and numbers are alike.
/// </summary>
public sealed partial class CauseMeaning
{
    /// <summary>The share of common stems (Dice) from which two causes mean the same.</summary>
    private const double Same = 0.8;

    private const int LongestStem = 12,
        ShortestWord = 3,
        TagDigits = 12;

    private const string Number = "#";

    private static readonly HashSet<string> Fillers =
    [
        .. (
            "a an the is was were are be been being it its that this these those of to at by for from with and or as "
            + "because since due has have had did does do there which who so then our their his her my we they i "
            + "cause caused causes causing root reason problem issue actually just really still again too "
            + "turned way got gets getting will would can could should"
        ).Split(' '),
    ];

    /// <summary>Words that make the opposite of a sentence: causes that differ by one of them differ.</summary>
    private static readonly HashSet<string> Opposites =
    [
        .. (
            "no not never without none low lower high higher small smaller large larger big bigger few fewer many "
            + "less more before after old older new newer wrong right up down in out missing extra full empty "
            + "fast slow client server read write min max minimum maximum ingress egress inbound outbound upstream "
            + "downstream start stop started stopped enabled disabled on off"
        )
            .Split(' ')
            .Select(StemOf),
    ];

    private readonly HashSet<string> stems;

    private CauseMeaning(HashSet<string> stems) => this.stems = stems;

    /// <summary>A hash of the stems: 12 hexadecimal digits.</summary>
    public string Tag =>
        Convert.ToHexStringLower(
            SHA256.HashData(Encoding.UTF8.GetBytes(string.Join(' ', stems.Order(StringComparer.Ordinal))))
        )[..TagDigits];

    public static CauseMeaning Of(string words)
    {
        var all = Word().Matches(words).Select(match => match.Value.ToLowerInvariant()).ToList();
        var telling = all.Where(word => !Fillers.Contains(word)).ToList();
        return new((telling.Count > 0 ? telling : all).Select(StemOf).ToHashSet());
    }

    /// <summary>True if two causes mean the same.</summary>
    public bool Equals(CauseMeaning other)
    {
        var shared = stems.Count(other.stems.Contains);
        return shared > 0
            && 2.0 * shared / (stems.Count + other.stems.Count) >= Same
            && !stems.Except(other.stems).Concat(other.stems.Except(stems)).Any(Opposites.Contains);
    }

    public override bool Equals(object? obj) => obj is CauseMeaning other && Equals(other);

    /// <summary>Equality is not transitive, so that no hash can follow from the stems.</summary>
    public override int GetHashCode() => 0;

    private static string StemOf(string word)
    {
        if (word.Any(char.IsDigit))
            return Number;
        if (word.Length <= ShortestWord)
            return word;
        foreach (var ending in (string[])["ing", "ed", "es", "s", "e", "ly"])
            if (word.Length - ending.Length >= ShortestWord && word.EndsWith(ending, StringComparison.Ordinal))
            {
                word = word[..^ending.Length];
                break;
            }
        return word[..Math.Min(word.Length, LongestStem)];
    }

    [GeneratedRegex(@"[\p{L}\p{Nd}]+", RegexOptions.NonBacktracking)]
    private static partial Regex Word();
}
