using System.Buffers;

namespace MetaKube.Cluster.Redaction;

/// <summary>
/// Finds the values of names that speak of credentials, in every writing that config files, manifests, command lines,
/// logs and code use.
/// </summary>
internal static class NamedValues
{
    private const int LongestWordBefore = 24;

    /// <summary>
    /// Characters of a value that are looked at before it is taken for a secret, so that a text of nothing but names is
    /// not read to its end for each of them.
    /// </summary>
    private const int LongestLook = 512;

    /// <summary>Characters of code and data, which prose about a password does not have.</summary>
    private static readonly SearchValues<char> NoProse = SearchValues.Create("=:,;\"'<>()[]{}|#");

    private static readonly SearchValues<char> NameCharacters = SearchValues.Create(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-"
    );

    /// <summary>Adds the values of credentials in the text.</summary>
    public static void Find(ReadOnlySpan<char> text, SecretSpans secrets)
    {
        for (var from = 0; from < text.Length;)
        {
            var next = text[from..].IndexOfAny(CredentialName.Signs);
            if (next < 0)
                return;
            var (start, end) = NameAround(text, from + next, from);
            from = Math.Max(end, Read(text, start, end, secrets));
        }
    }

    private static (int Start, int End) NameAround(ReadOnlySpan<char> text, int at, int least)
    {
        var start = at;
        least = Math.Max(least, at - CredentialName.Longest);
        while (start > least && NameCharacters.Contains(text[start - 1]))
            start--;
        // "\npassword=x" within a string.
        if (start > 0 && text[start - 1] == '\\' && text[start] is 'n' or 't' or 'r' && start < at)
            start++;
        var length = text[at..].IndexOfAnyExcept(NameCharacters);
        return (start, length < 0 ? text.Length : at + length);
    }

    /// <summary>Reads the value of one name; returns the position from which the search goes on.</summary>
    private static int Read(ReadOnlySpan<char> text, int start, int end, SecretSpans secrets)
    {
        var name = text[start..end].TrimEnd('.');
        if (name.Length is 0 or > CredentialName.Longest)
            return end;
        end = start + name.Length;
        if (HeaderValues.Read(text, start, end, secrets) is var header and > 0)
            return header;
        if (SqlPasswords.Read(text, start, end, secrets) is var statement and > 0)
            return statement;
        var strength = StrengthOf(text, start, end);
        if (strength == CredentialStrength.None)
            return end;
        if (ValueBefore(text, start, secrets))
            return end;
        var (tie, at) = ValueReader.After(text, start, end);
        if (tie == ValueTie.None || IsAboutSomething(text, start, end, tie, strength))
            return end;
        if (tie == ValueTie.Blank)
            at = AfterIs(text, at);
        if (tie == ValueTie.Colon && YamlBlock.StartsAt(text, at) is var block and > 0)
            return Block(text, start, block, strength, secrets) is var read and > 0 ? read : end;
        var looked = text[..Math.Min(text.Length, at + LongestLook)];
        var value = ValueReader.Value(looked, at, tie);
        if (!IsSecret(text, start, end, tie, strength, value))
            return end;
        if (value.End == looked.Length)
            value = ValueReader.Value(text, at, tie);
        var last = value.IsQuoted ? value.End : EndOfLineValue(text, start, value.End, tie);
        secrets.Add(value.Start, last);
        return Items(text, value, last, secrets);
    }

    /// <summary>
    /// "checksum/secret: x", "arn:aws:…:secret:db" and "PasswordHasher.cs:31" are no fields of credentials.
    /// </summary>
    private static bool IsAboutSomething(
        ReadOnlySpan<char> text,
        int start,
        int end,
        ValueTie tie,
        CredentialStrength strength
    )
    {
        var before = text[Math.Max(0, start - 12)..start];
        if (before is [.., ':'] && tie == ValueTie.Colon && strength == CredentialStrength.Weak)
            return true;
        if (before is [.., '/'])
            foreach (var word in (ReadOnlySpan<string>)["checksum/", "hash/", "digest/", "sha256/", "sum/"])
                if (before.EndsWith(word, StringComparison.OrdinalIgnoreCase))
                    return true;
        var name = text[start..end];
        var extension = name[(name.LastIndexOf('.') + 1)..];
        return tie == ValueTie.Colon
            && extension.Length < name.Length
            && extension
                is "cs"
                    or "java"
                    or "kt"
                    or "py"
                    or "go"
                    or "js"
                    or "ts"
                    or "rb"
                    or "php"
                    or "rs"
                    or "scala"
                    or "ex";
    }

    /// <summary>"The password is x".</summary>
    private static int AfterIs(ReadOnlySpan<char> text, int at)
    {
        foreach (var word in (ReadOnlySpan<string>)["is ", "was ", "is: ", "of ", "to "])
            if (text[at..].StartsWith(word, StringComparison.Ordinal))
                return ValueReader.SkipBlanks(text, at + word.Length);
        return at;
    }

    /// <summary>The further strings of a list; returns the position after the last.</summary>
    private static int Items(
        ReadOnlySpan<char> text,
        (int Start, int End, bool IsQuoted) value,
        int end,
        SecretSpans secrets
    )
    {
        var open = value.Start - 1;
        while (open > 0 && value.Start - open < 6 && text[open] is '"' or '\'' or '\\')
            open--;
        if (!value.IsQuoted || open < 0 || text[open] != '[')
            return end;
        while (QuoteMark.At(text, end) is { IsThere: true } close)
        {
            var next = end + close.Length;
            if (next >= text.Length || text[next] != ',')
                break;
            next = ValueReader.SkipSpace(text, next + 1);
            if (QuoteMark.At(text, next) is not { IsThere: true } quote)
                break;
            next += quote.Length;
            end = quote.EndOf(text, next);
            secrets.Add(next, end);
        }
        return end;
    }

    /// <summary><c>"value": "x", "name": "DB_PASSWORD"</c>: the value is before the name.</summary>
    private static bool ValueBefore(ReadOnlySpan<char> text, int start, SecretSpans secrets)
    {
        var before = text[Math.Max(0, start - LongestLook)..start];
        var from = start - before.Length;
        var name = before.TrimEnd(" \t\"'\\");
        if (
            name is not ([.., ':'] or [.., '='])
            || !name[..^1].TrimEnd(" \t\"'\\").EndsWith("name", StringComparison.Ordinal)
        )
            return false;
        var key = before.LastIndexOf("value", StringComparison.Ordinal);
        if (key < 0)
            return false;
        var (tie, at) = ValueReader.After(before, key, key + "value".Length);
        if (tie is not (ValueTie.Colon or ValueTie.Assignment))
            return false;
        var value = ValueReader.Value(before, at, tie);
        var between = before[value.End..].Trim(" \t\r\n\"'\\,;");
        if (
            !between.StartsWith("name", StringComparison.Ordinal)
            || SecretValue.IsPlaceholder(before[value.Start..value.End])
        )
            return false;
        secrets.Add(from + value.Start, from + value.End);
        return true;
    }

    /// <summary>A value that begins on the next line; returns its end, or 0 where it is no secret.</summary>
    private static int Block(
        ReadOnlySpan<char> text,
        int name,
        int line,
        CredentialStrength strength,
        SecretSpans secrets
    )
    {
        var first = text[line..Math.Min(text.Length, line + LongestLook)].TrimStart("- \t\r\n");
        var end = first.IndexOfAny('\n', '\r');
        if (strength == CredentialStrength.Weak && !SecretValue.IsRandom(end < 0 ? first : first[..end].Trim()))
            return 0;
        if (YamlBlock.Read(text, name, line) is not var (from, to) || SecretValue.IsPlaceholder(text[from..to]))
            return 0;
        secrets.Add(from, to);
        return to;
    }

    /// <summary>"API key: x": a word before a weak name may make it a strong one.</summary>
    private static CredentialStrength StrengthOf(ReadOnlySpan<char> text, int start, int end)
    {
        var strength = CredentialName.Judge(text[start..end]);
        if (strength == CredentialStrength.Strong || start < 2 || text[start - 1] != ' ' || end - start > 12)
            return strength;
        var first = start - 1;
        while (first > 0 && start - first < LongestWordBefore && NameCharacters.Contains(text[first - 1]))
            first--;
        return first < start - 1 ? CredentialName.Judge($"{text[first..(start - 1)]}_{text[start..end]}") : strength;
    }

    private static bool IsSecret(
        ReadOnlySpan<char> text,
        int start,
        int end,
        ValueTie tie,
        CredentialStrength strength,
        (int Start, int End, bool IsQuoted) found
    )
    {
        var name = text[start..end];
        var value = text[found.Start..found.End].Trim();
        if (value.Length < 3 || SecretValue.IsPlaceholder(value))
            return false;
        var isPassword = CredentialName.IsPassword(name);
        if (value.IndexOfAnyExceptInRange('0', '9') < 0)
            return strength == CredentialStrength.Strong && (isPassword || value.Length >= 6);
        if (tie == ValueTie.Blank)
            return BlankIsSecret(text, start, end, strength, found);
        if (
            strength == CredentialStrength.Weak
            && !(tie is ValueTie.Flag or ValueTie.Pair && !SecretValue.IsName(value))
        )
            return SecretValue.IsRandom(value) || IsShortRandom(name, value, tie);
        if (!isPassword && tie == ValueTie.Colon && !found.IsQuoted && IsCredentialWord(value))
            return false;
        // "password: must be set" is a sentence.
        if (tie == ValueTie.Colon && !found.IsQuoted)
            return !IsProse(text, found, value);
        return true;
    }

    /// <summary>
    /// Values too short for the test of randomness: those after an equals sign whose name asks for a secret, UUIDs that
    /// are tokens, and SNMP communities with a number.
    /// </summary>
    private static bool IsShortRandom(ReadOnlySpan<char> name, ReadOnlySpan<char> value, ValueTie tie)
    {
        if (tie == ValueTie.Assignment && value.Length >= 8 && !Ends(name, "key") && !SecretValue.IsName(value))
            return !SecretValue.IsUuid(value) || Ends(name, "token");
        return Ends(name, "token") && SecretValue.IsUuid(value)
            || Ends(name, "community") && value.IndexOfAnyInRange('0', '9') >= 0;

        static bool Ends(ReadOnlySpan<char> name, string end) => name.EndsWith(end, StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>"non-existent secret key: password" names the key.</summary>
    private static bool IsCredentialWord(ReadOnlySpan<char> value)
    {
        foreach (var c in value)
            if (!char.IsAsciiLetter(c) && c is not ('-' or '_' or '.'))
                return false;
        return CredentialName.Judge(value) != CredentialStrength.None;
    }

    private static bool IsProse(
        ReadOnlySpan<char> text,
        (int Start, int End, bool IsQuoted) found,
        ReadOnlySpan<char> value
    )
    {
        foreach (var c in value)
            if (!char.IsLetter(c) && c is not ('.' or ',' or '-' or '\''))
                return false;
        var next = ValueReader.SkipBlanks(text, found.End);
        return next > found.End && next < text.Length && (char.IsAsciiLetter(text[next]) || text[next] == '(')
            || text[found.Start..found.End].EndsWith(",");
    }

    /// <summary>
    /// "password hunter2" has to look like a secret, except where a file of logins or a server's setting is read.
    /// </summary>
    private static bool BlankIsSecret(
        ReadOnlySpan<char> text,
        int start,
        int end,
        CredentialStrength strength,
        (int Start, int End, bool IsQuoted) found
    )
    {
        var name = text[start..end];
        var value = text[found.Start..found.End];
        if (name.EndsWith("requirepass", StringComparison.OrdinalIgnoreCase))
            return true;
        if (name.EndsWith("masterauth", StringComparison.OrdinalIgnoreCase))
            return true;
        var before = text[Math.Max(0, start - 200)..start];
        if (
            name is "password"
            && (
                before.Contains("login ", StringComparison.Ordinal)
                || before.Contains("machine ", StringComparison.Ordinal)
            )
        )
            return true;
        if (name is "AUTH" && QuoteMark.At(text, end).IsThere && found.IsQuoted)
            return true;
        if (found.IsQuoted && !CredentialName.IsPassword(name))
            return SecretValue.IsRandom(value) && value.Length >= 16;
        return SecretValue.IsRandom(value.TrimEnd(".,;:!)"))
            && (strength == CredentialStrength.Strong || value.Length >= 16 && value.IndexOfAnyInRange('A', 'Z') >= 0);
    }

    /// <summary>
    /// A pass phrase of several words is the rest of its line, if nothing there is a sentence or a field.
    /// </summary>
    private static int EndOfLineValue(ReadOnlySpan<char> text, int start, int end, ValueTie tie)
    {
        const int longest = 200;
        if (tie != ValueTie.Colon || end >= text.Length || text[end] != ' ' || !YamlBlock.IsFirstOnLine(text, start))
            return end;
        if (!CredentialName.IsPassword(text[start..Math.Min(end, start + CredentialName.Longest)]))
            return end;
        var rest = text[end..Math.Min(text.Length, end + longest)];
        var stop = rest.IndexOfAny('\n', '\r');
        rest = stop < 0 ? rest : rest[..stop];
        if (rest.IndexOfAny(NoProse) >= 0 || rest.StartsWith("  ", StringComparison.Ordinal))
            return end;
        foreach (var word in rest.Split(' '))
            if (rest[word].Length > 0 && SecretValue.IsStatus(rest[word]))
                return end;
        return end + rest.TrimEnd().Length;
    }
}
