using System.Buffers;
using System.Diagnostics.CodeAnalysis;

namespace MetaKube.Faults;

/// <summary>
/// A pattern for one line of a program's text: plain words in any letter case, <c>{slot}</c> for one word and
/// <c>...</c> for any text up to <see cref="LongestGap"/> characters. It is not a regular expression, so that
/// a pattern's author needs no escapes and the time to match is linear in the line.
/// </summary>
public sealed class TextPattern
{
    /// <summary>The fewest characters of the longest plain part; shorter ones are in too many lines.</summary>
    public const int ShortestLiteral = 8;

    private const int LongestGap = 200,
        LongestSlot = 200;

    /// <summary>The characters that end the word of a slot.</summary>
    private static readonly SearchValues<char> SlotEnds = SearchValues.Create(" \t\r\n\"'`,;()[]");

    private IReadOnlyList<Part>? read;

    private TextPattern(string text, string literal)
    {
        Text = text;
        Literal = literal;
    }

    private enum PartKind
    {
        Literal,
        Slot,
        Gap,
    }

    public string Text { get; }

    /// <summary>The longest plain part: a line without it cannot match.</summary>
    public string Literal { get; }

    /// <summary>Reads a pattern.</summary>
    /// <param name="text">The pattern as its author wrote it.</param>
    /// <exception cref="FormatException">
    /// The pattern has no plain part of <see cref="ShortestLiteral"/> characters, or a slot stands beside another slot
    /// or after a gap.
    /// </exception>
    public static TextPattern Parse(string text)
    {
        // Blanks beside a gap belong to it.
        var words = Blanks
            .Collapse(text.Trim())
            .Replace(" ...", "...", StringComparison.Ordinal)
            .Replace("... ", "...", StringComparison.Ordinal);
        var parts = PartsOf(words);
        // A slot before a gap ends with its word; any other neighbours would have no clear border.
        var pairs = parts.Zip(parts.Skip(1));
        if (pairs.Any(pair => pair is { First.Kind: not PartKind.Literal, Second.Kind: PartKind.Slot }))
            throw new FormatException($"'{text}' needs plain text between its slots and gaps.");
        if (!parts.Exists(part => part.Kind == PartKind.Literal && part.Text.Trim().Length >= ShortestLiteral))
            throw new FormatException(
                $"'{text}' needs a plain part of at least {ShortestLiteral} characters: shorter ones are in many lines."
            );
        return OfWritten(words);
    }

    /// <summary>A pattern from the <see cref="Text"/> of one that was read before.</summary>
    internal static TextPattern OfWritten(string text)
    {
        var longest = (Start: 0, Length: 0);
        for (var at = 0; at < text.Length;)
        {
            var kind = Next(text.AsSpan(at), out var length);
            if (kind == PartKind.Literal && length > longest.Length)
                longest = (at, length);
            at += length;
        }
        return new(text, text.Substring(longest.Start, longest.Length));
    }

    private static List<Part> PartsOf(string text)
    {
        var parts = new List<Part>();
        for (var rest = text.AsSpan(); rest.Length > 0;)
        {
            var kind = Next(rest, out var length);
            parts.Add(
                new(
                    kind,
                    kind switch
                    {
                        PartKind.Gap => "",
                        PartKind.Slot => rest[1..(length - 1)].ToString(),
                        _ => rest[..length].ToString(),
                    }
                )
            );
            rest = rest[length..];
        }
        return parts;
    }

    /// <summary>The values of the slots if the line contains the pattern, else null.</summary>
    /// <param name="line">One line whose runs of white space are single blanks.</param>
    public IReadOnlyDictionary<string, string>? Match(string line)
    {
        var parts = read ??= PartsOf(Text);
        var anchor = parts.First(part => part.Kind == PartKind.Literal);
        for (
            var at = line.IndexOf(anchor.Text, StringComparison.OrdinalIgnoreCase);
            at >= 0;
            at = line.IndexOf(anchor.Text, at + 1, StringComparison.OrdinalIgnoreCase)
        )
            if (MatchAt(parts, line, at) is { } slots)
                return slots;
        return null;
    }

    public override string ToString() => Text;

    private static PartKind Next(ReadOnlySpan<char> rest, out int length)
    {
        if (rest.StartsWith("...", StringComparison.Ordinal))
        {
            length = 3;
            return PartKind.Gap;
        }
        if (IsSlot(rest, out length))
            return PartKind.Slot;
        length = 1;
        while (length < rest.Length && !IsGapOrSlot(rest[length..]))
            length++;
        return PartKind.Literal;
    }

    private static bool IsGapOrSlot(ReadOnlySpan<char> rest) =>
        rest[0] switch
        {
            '.' => rest.StartsWith("...", StringComparison.Ordinal),
            '{' => IsSlot(rest, out _),
            _ => false,
        };

    private static bool IsSlot(ReadOnlySpan<char> rest, out int length)
    {
        length = 0;
        if (rest[0] != '{')
            return false;
        length = rest.IndexOf('}') + 1;
        return length > 2 && !rest[1..(length - 1)].ContainsAnyExceptInRange('a', 'z');
    }

    /// <summary>Matches with the first plain part at this position.</summary>
    private static Dictionary<string, string>? MatchAt(IReadOnlyList<Part> parts, string line, int at)
    {
        var slots = new Dictionary<string, string>();
        var first = parts[0].Kind == PartKind.Literal ? 0 : 1;
        if (parts[0].Kind == PartKind.Slot && !AddBefore(slots, parts[0].Text, line, at))
            return null;
        var end = at + parts[first].Text.Length;
        for (var i = first + 1; i < parts.Count; i++)
        {
            var next = i + 1 < parts.Count && parts[i + 1].Kind == PartKind.Literal ? parts[i + 1].Text : null;
            if (!Step(slots, parts[i], next, line, ref end))
                return null;
            // The plain part after a slot or gap is matched with it.
            if (next is not null)
                i++;
        }
        return slots;
    }

    private static bool Step(Dictionary<string, string> slots, Part part, string? next, string line, ref int end)
    {
        var isGap = part.Kind == PartKind.Gap;
        if (isGap && next is null)
            return true;
        var most = Math.Min(line.Length - end, (isGap ? LongestGap : LongestSlot) + (next?.Length ?? 0));
        var window = line.AsSpan(end, most);
        var length = next is null ? WordLength(window) : window.IndexOf(next, StringComparison.OrdinalIgnoreCase);
        if (length < 0 || !isGap && !Add(slots, part.Text, window[..length]))
            return false;
        end += length + (next?.Length ?? 0);
        return true;
    }

    private static int WordLength(ReadOnlySpan<char> text)
    {
        var length = text.IndexOfAny(SlotEnds);
        return length < 0 ? text.Length : length;
    }

    /// <summary>Adds the word that ends at a position.</summary>
    private static bool AddBefore(Dictionary<string, string> slots, string name, string line, int at)
    {
        var before = line.AsSpan(0, at);
        return Add(slots, name, before[(before.LastIndexOfAny(SlotEnds) + 1)..]);
    }

    private static bool Add(Dictionary<string, string> slots, string name, ReadOnlySpan<char> word)
    {
        var value = word.TrimEnd(".:");
        if (value.Length is 0 or > LongestSlot || value.ContainsAny(SlotEnds))
            return false;
        slots.TryAdd(name, value.ToString());
        return true;
    }

    private sealed record Part(PartKind Kind, string Text);
}
