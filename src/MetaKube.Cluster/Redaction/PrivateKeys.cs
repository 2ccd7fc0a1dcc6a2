namespace MetaKube.Cluster.Redaction;

/// <summary>
/// Private keys as blocks of text: PEM, OpenSSH, PGP, PuTTY, also on one line with written line breaks, in base64, cut
/// at the start or at the end. Certificates and public keys stay.
/// </summary>
internal static class PrivateKeys
{
    private const string Begin = "-----BEGIN ",
        End = "-----END ",
        Putty = "Private-Lines: ",
        Ssh2 = "---- BEGIN SSH2 ";

    /// <summary>Characters of a block's label, such as "ENCRYPTED PRIVATE KEY-----".</summary>
    private const int LongestLabel = 60,
        LongestLine = 200;

    /// <summary>"-----BEGIN " in base64, which always starts a multiple of three bytes.</summary>
    private const string EncodedBegin = "LS0tLS1CRUdJTi";

    public static void Find(ReadOnlySpan<char> text, SecretSpans secrets)
    {
        for (var at = 0; text[at..].IndexOf("-----", StringComparison.Ordinal) is var next and >= 0;)
        {
            at += next;
            at = Math.Max(at + 5, BlockAt(text, at, secrets));
        }
        for (var at = 0; text[at..].IndexOf(Ssh2, StringComparison.Ordinal) is var next and >= 0;)
        {
            at += next + Ssh2.Length;
            if (!text[at..Math.Min(text.Length, at + LongestLabel)].Contains("PRIVATE", StringComparison.Ordinal))
                continue;
            var line = text[at..].IndexOf('\n');
            var start = line < 0 ? text.Length : at + line + 1;
            at = EndOfKey(text, start);
            secrets.Add(start, at);
        }
        for (var at = 0; text[at..].IndexOf(Putty, StringComparison.Ordinal) is var next and >= 0;)
            at = PuttyAt(text, at + next, secrets);
        for (var at = 0; text[at..].IndexOf(EncodedBegin, StringComparison.Ordinal) is var next and >= 0;)
            at = EncodedAt(text, at + next, secrets);
    }

    /// <summary>Reads a block at the dashes of its first line, or of its last where the first was cut off.</summary>
    private static int BlockAt(ReadOnlySpan<char> text, int at, SecretSpans secrets)
    {
        var rest = text[at..];
        if (rest.StartsWith(End, StringComparison.Ordinal) && IsPrivate(rest[End.Length..]))
        {
            secrets.Add(StartOfCut(text, at), at + End.Length + LabelLength(rest[End.Length..]));
            return at + End.Length;
        }
        if (!rest.StartsWith(Begin, StringComparison.Ordinal) || !IsPrivate(rest[Begin.Length..]))
            return at;
        var from = at + Begin.Length + LabelLength(rest[Begin.Length..]);
        var end = EndOfKey(text, from);
        var last = text[end..];
        if (last.StartsWith(End, StringComparison.Ordinal))
            end += End.Length + LabelLength(last[End.Length..]);
        secrets.Add(at, end);
        return end;
    }

    private static bool IsPrivate(ReadOnlySpan<char> label) =>
        label[..Math.Min(label.Length, LongestLabel)] is var start
        && start.IndexOf("-----", StringComparison.Ordinal) is var dashes and >= 0
        && start[..dashes].Contains("PRIVATE", StringComparison.Ordinal);

    private static int LabelLength(ReadOnlySpan<char> label) => label.IndexOf("-----", StringComparison.Ordinal) + 5;

    /// <summary>
    /// The end of the key's text: characters of base64, headers of old formats, and line breaks, written or real.
    /// </summary>
    private static int EndOfKey(ReadOnlySpan<char> text, int at)
    {
        while (at < text.Length)
        {
            var end = text[at..].IndexOf('\n');
            end = end < 0 ? text.Length : at + end;
            var line = text[at..end];
            var dashes = line.IndexOf(End, StringComparison.Ordinal);
            if (dashes >= 0)
                return at + dashes;
            if (!IsOfKey(line))
                return at + EndWithin(line);
            at = Math.Min(text.Length, end + 1);
        }
        return at;
    }

    /// <summary>
    /// True for a line of base64, one of a header, or an empty one; a log may put its stamp before it.
    /// </summary>
    private static bool IsOfKey(ReadOnlySpan<char> line)
    {
        line = line.Trim(" \t\r>|\"'+,");
        if (line.IsEmpty)
            return true;
        foreach (
            var header in (ReadOnlySpan<string>)["Proc-Type:", "DEK-Info:", "Version:", "Comment:", "Hash:", "Charset:"]
        )
            if (line.StartsWith(header, StringComparison.Ordinal))
                return true;
        var word = line[(line.LastIndexOf(' ') + 1)..];
        return IsBase64(line) || word.Length >= 40 && IsBase64(word);
    }

    private static bool IsBase64(ReadOnlySpan<char> line)
    {
        foreach (var c in line)
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('+' or '/' or '=' or '-' or '_' or '\\'))
                return false;
        return true;
    }

    private static int EndWithin(ReadOnlySpan<char> line)
    {
        var i = 0;
        while (
            i < line.Length
            && (char.IsAsciiLetterOrDigit(line[i]) || line[i] is '+' or '/' or '=' or '\\' or ' ' && i < 2)
        )
            i++;
        return i >= 16 || i == line.Length ? i : 0;
    }

    /// <summary>
    /// The first line of base64 above a last line whose first one was cut off, or the written one before it.
    /// </summary>
    private static int StartOfCut(ReadOnlySpan<char> text, int at)
    {
        const int most = 100;
        var start = at;
        while (
            start > 0
            && at - start < LongestLine * 40
            && text[start - 1] != '\n'
            && (IsBase64(text[(start - 1)..start]))
        )
            start--;
        for (var lines = 0; lines < most && start > 0 && text[start - 1] == '\n'; lines++)
        {
            var before = text[..(start - 1)];
            before = before[Math.Max(0, before.Length - LongestLine)..];
            var line = before[(before.LastIndexOf('\n') + 1)..];
            if (line.Length < 16 || !IsOfKey(line))
                break;
            start -= line.Length + 1;
        }
        return start;
    }

    private static int PuttyAt(ReadOnlySpan<char> text, int at, SecretSpans secrets)
    {
        var line = text[at..].IndexOf('\n');
        if (line < 0)
            return text.Length;
        var start = at + line + 1;
        var end = EndOfKey(text, start);
        secrets.Add(start, end);
        return Math.Max(end, start);
    }

    private static int EncodedAt(ReadOnlySpan<char> text, int at, SecretSpans secrets)
    {
        var length = 0;
        while (
            at + length < text.Length
            && (char.IsAsciiLetterOrDigit(text[at + length]) || text[at + length] is '+' or '/' or '=' or '-' or '_')
        )
            length++;
        Span<byte> start = stackalloc byte[60];
        var sample = text.Slice(at, Math.Min(length, 80) / 4 * 4);
        var isPrivate =
            Convert.TryFromBase64Chars(sample, start, out var decoded) && start[..decoded].IndexOf("PRIVATE"u8) >= 0;
        if (isPrivate)
            secrets.Add(at, at + length);
        return at + Math.Max(length, EncodedBegin.Length);
    }
}
