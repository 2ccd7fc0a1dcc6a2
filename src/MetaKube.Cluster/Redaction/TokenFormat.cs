using System.Buffers;

namespace MetaKube.Cluster.Redaction;

/// <summary>A published format of keys or tokens, which its issuer chose so that it can be recognised.</summary>
/// <param name="Issuer">The issuer, and the kind of the key where it has several.</param>
/// <param name="Sign">The literal text that every one of them has, usually at its start.</param>
/// <param name="Body">The characters after the sign.</param>
/// <param name="Least">The least number of characters after the sign.</param>
/// <param name="Most">The largest number of characters after the sign; where more follow, it is something
/// else.</param>
internal sealed record TokenFormat(
    string Issuer,
    string Sign,
    SearchValues<char> Body,
    int Least,
    int Most = int.MaxValue
)
{
    /// <summary>Characters after a sign that are looked at before the token is taken for one.</summary>
    private const int LongestLook = 800;

    /// <summary>The characters before a sign that stands within; null where the sign is the start.</summary>
    public SearchValues<char>? Before { get; init; }

    /// <summary>The number of characters before a sign that stands within.</summary>
    public (int Least, int Most) BeforeLength { get; init; }

    /// <summary>True for a sign that words may have too: the characters after it must look random.</summary>
    public bool IsCommonSign { get; init; }

    /// <summary>A text that the characters after the sign must have, or null.</summary>
    public string? Within { get; init; }

    /// <summary>The start and end of the token whose sign begins at <paramref name="at"/>; null for none.</summary>
    public (int Start, int End)? Match(ReadOnlySpan<char> text, int at)
    {
        var body = text[(at + Sign.Length)..];
        var start = Before is null ? at : StartBefore(text, at);
        if (start < 0 || Before is null && !IsStart(text, at))
            return null;
        // A bounded look first: a text of nothing but signs must not be read to its end for each of them.
        var looked = body[..Math.Min(body.Length, Most == int.MaxValue ? Math.Max(Least, LongestLook) : Most + 1)];
        var length = LengthOf(looked);
        if (length < Least || length > Most)
            return null;
        if (IsCommonSign && !SecretValue.IsRandom(looked[..length]))
            return null;
        if (Within is not null && !looked[..length].Contains(Within, StringComparison.Ordinal))
            return null;
        return (start, at + Sign.Length + (length == looked.Length ? LengthOf(body) : length));
    }

    private int LengthOf(ReadOnlySpan<char> body)
    {
        var length = body.IndexOfAnyExcept(Body);
        return length < 0 ? body.Length : length;
    }

    private int StartBefore(ReadOnlySpan<char> text, int at)
    {
        var least = Math.Max(0, at - BeforeLength.Most - 1);
        var start = at;
        while (start > least && Before!.Contains(text[start - 1]))
            start--;
        return at - start < BeforeLength.Least || at - start > BeforeLength.Most ? -1 : start;
    }

    /// <summary>
    /// True where a word may begin: not after a letter or digit, except at the end of an escape such as \n or %3D.
    /// </summary>
    private static bool IsStart(ReadOnlySpan<char> text, int at)
    {
        if (at == 0 || !char.IsAsciiLetterOrDigit(text[at - 1]))
            return true;
        var before = text[Math.Max(0, at - 6)..at];
        return before is [.., '\\', 'n' or 't' or 'r']
            || before is [.., '%', _, _] && char.IsAsciiHexDigit(before[^1]) && char.IsAsciiHexDigit(before[^2])
            || before is ['\\', 'u', '0', '0', _, _];
    }
}
