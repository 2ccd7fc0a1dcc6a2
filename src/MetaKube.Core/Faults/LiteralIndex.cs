using System.Numerics;
using System.Runtime.CompilerServices;

namespace MetaKube.Faults;

/// <summary>
/// Finds which of many texts a line contains, in any letter case and in one pass: the first characters of each text
/// form a key, and a rolling key over the line is looked up at each position. Thousands of texts cost as much as one.
/// </summary>
/// <typeparam name="T">The value that belongs to a text.</typeparam>
internal sealed class LiteralIndex<T>
    where T : class
{
    /// <summary>Characters of a key; no text is shorter.</summary>
    private const int KeyLength = 8;

    /// <summary>The filter has so many bits for each text that nearly all other positions end there.</summary>
    private const int BitsPerText = 64;

    private const ulong Multiplier = 0x9E3779B97F4A7C15;

    private readonly Entry[] entries;

    /// <summary>By the last bits of a key's slot, the first entry with it plus 1; 0 for none.</summary>
    private readonly int[] first;
    private readonly ulong[] filter;
    private readonly int shift;

    /// <param name="texts">Texts of at least 8 characters, with their values.</param>
    public LiteralIndex(IReadOnlyCollection<(string Text, T Value)> texts)
    {
        var bits = BitOperations.RoundUpToPowerOf2((uint)Math.Max(64, texts.Count * BitsPerText));
        shift = 64 - BitOperations.Log2(bits);
        filter = new ulong[bits / 64];
        first = new int[filter.Length];
        entries = new Entry[texts.Count];
        var count = 0;
        foreach (var (text, value) in texts)
        {
            var key = KeyOf(text);
            var slot = Slot(key);
            filter[slot >> 6] |= 1UL << (slot & 63);
            entries[count++] = new(key, text, value, first[slot >> 6]);
            first[slot >> 6] = count;
        }
    }

    /// <summary>Adds the values of the texts in a line; one value may be added several times.</summary>
    public void In(string line, List<T> found)
    {
        for (var start = Next(line, 0); start >= 0; start = Next(line, start + 1))
        {
            var key = KeyOf(line.AsSpan(start));
            for (var at = first[Slot(key) >> 6]; at > 0; at = entries[at - 1].Next)
            {
                var entry = entries[at - 1];
                if (entry.Key == key && StartsAt(line, start, entry.Text))
                    found.Add(entry.Value);
            }
        }
    }

    /// <summary>The next position whose key passes the filter, or -1.</summary>
    // Compiled in full at once: a short question searches its logs before the runtime would have optimised it.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private int Next(string line, int from)
    {
        ulong key = 0;
        var bits = filter;
        for (var i = from; i < line.Length; i++)
        {
            key = (key << 8) | Fold(line[i]);
            var slot = (int)((key * Multiplier) >> shift);
            if ((bits[slot >> 6] & (1UL << (slot & 63))) != 0 && i - from >= KeyLength - 1)
                return i - KeyLength + 1;
        }
        return -1;
    }

    private static bool StartsAt(string line, int start, string text) =>
        string.Compare(line, start, text, 0, text.Length, StringComparison.OrdinalIgnoreCase) == 0;

    private static ulong KeyOf(ReadOnlySpan<char> text)
    {
        ulong key = 0;
        foreach (var c in text[..KeyLength])
            key = (key << 8) | Fold(c);
        return key;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static byte Fold(char c)
    {
        if (!char.IsAscii(c))
            return (byte)char.ToLowerInvariant(c);
        return (byte)(c is >= 'A' and <= 'Z' ? c | 0x20 : c);
    }

    private int Slot(ulong key) => (int)((key * Multiplier) >> shift);

    /// <summary>A text, and the entry before it whose slot ends alike, plus 1.</summary>
    private readonly record struct Entry(ulong Key, string Text, T Value, int Next);
}
