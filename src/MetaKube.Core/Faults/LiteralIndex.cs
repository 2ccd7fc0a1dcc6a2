using System.Numerics;

namespace MetaKube.Faults;

/// <summary>
/// Finds which of many texts a line contains, in any letter case and in one pass: the first characters of each text
/// form a key, and a rolling key over the line is looked up at each position. Thousands of texts cost as much as one.
/// </summary>
/// <typeparam name="T">The value that belongs to a text.</typeparam>
internal sealed class LiteralIndex<T>
{
    /// <summary>Characters of a key; no text is shorter.</summary>
    private const int KeyLength = 8;

    /// <summary>The filter has so many bits for each key that nearly all other positions end there.</summary>
    private const int BitsPerKey = 64;

    private const ulong Multiplier = 0x9E3779B97F4A7C15;

    private readonly Dictionary<ulong, List<(string Text, T Value)>> byKey = [];
    private readonly ulong[] filter;
    private readonly int shift;

    /// <param name="texts">Texts of at least 8 characters, with their values.</param>
    public LiteralIndex(IEnumerable<(string Text, T Value)> texts)
    {
        foreach (var (text, value) in texts)
        {
            var key = KeyOf(text);
            if (!byKey.TryGetValue(key, out var known))
                byKey[key] = known = [];
            known.Add((text, value));
        }
        var bits = BitOperations.RoundUpToPowerOf2((uint)Math.Max(64, byKey.Count * BitsPerKey));
        shift = 64 - BitOperations.Log2(bits);
        filter = new ulong[bits / 64];
        foreach (var key in byKey.Keys)
            filter[Slot(key) >> 6] |= 1UL << (Slot(key) & 63);
    }

    /// <summary>The values of the texts in a line; one value may come several times.</summary>
    public IEnumerable<T> In(string line)
    {
        ulong key = 0;
        for (var i = 0; i < line.Length; i++)
        {
            key = (key << 8) | Fold(line[i]);
            var slot = Slot(key);
            if (i < KeyLength - 1 || (filter[slot >> 6] & (1UL << (slot & 63))) == 0)
                continue;
            if (!byKey.TryGetValue(key, out var texts))
                continue;
            var start = i - KeyLength + 1;
            foreach (var (text, value) in texts)
                if (string.Compare(line, start, text, 0, text.Length, StringComparison.OrdinalIgnoreCase) == 0)
                    yield return value;
        }
    }

    private static ulong KeyOf(string text)
    {
        ulong key = 0;
        foreach (var c in text.AsSpan(0, KeyLength))
            key = (key << 8) | Fold(c);
        return key;
    }

    private static byte Fold(char c) => (byte)(char.IsAscii(c) ? AsciiLower(c) : char.ToLowerInvariant(c));

    private static char AsciiLower(char c) => char.IsAsciiLetterUpper(c) ? (char)(c | 0x20) : c;

    private int Slot(ulong key) => (int)((key * Multiplier) >> shift);
}
