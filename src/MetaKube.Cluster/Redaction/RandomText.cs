using System.Buffers;

namespace MetaKube.Cluster.Redaction;

/// <summary>
/// Finds long random strings of mixed letters and digits that stand without a name. Digests, UUIDs, hexadecimal ids and
/// names are none, because their letters are of one case or make words.
/// </summary>
internal static class RandomText
{
    private const int Least = 20,
        Most = 600;

    /// <summary>Random text of letters of both cases and digits changes its kind at 6 of 10 characters.</summary>
    private const double LeastChanges = 0.42;

    private static readonly SearchValues<char> Characters = SearchValues.Create(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+/=_-"
    );

    public static void Find(ReadOnlySpan<char> text, SecretSpans secrets)
    {
        for (var at = 0; at < text.Length;)
        {
            var start = text[at..].IndexOfAny(Characters);
            if (start < 0)
                return;
            start += at;
            var length = text[start..].IndexOfAnyExcept(Characters);
            at = length < 0 ? text.Length : start + length;
            if (at - start >= Least && IsSecret(text, start, at))
                secrets.Add(start, at);
        }
    }

    private static bool IsSecret(ReadOnlySpan<char> text, int start, int end)
    {
        var run = text[start..end];
        if (run.Length > Most || run.Count('/') > 4 || IsPublic(text, start))
            return false;
        var sign = run.IndexOf('=');
        if (sign >= 0 && sign < run.Length - 2)
            return IsMixed(run[..sign]) || IsMixed(run[(sign + 1)..]);
        return IsMixed(run);
    }

    private static bool IsMixed(ReadOnlySpan<char> run)
    {
        return run.Length >= Least
            && run.IndexOfAnyInRange('0', '9') >= 0
            && run.IndexOfAnyInRange('A', 'Z') >= 0
            && run.IndexOfAnyInRange('a', 'z') >= 0
            && SecretValue.Changes(run) >= LeastChanges;
    }

    /// <summary>A digest or a certificate, by what is before it.</summary>
    private static bool IsPublic(ReadOnlySpan<char> text, int start)
    {
        var before = text[Math.Max(0, start - 24)..Math.Min(text.Length, start + 8)];
        foreach (
            var word in (ReadOnlySpan<string>)
                [
                    "sha1",
                    "sha256",
                    "sha384",
                    "sha512",
                    "md5",
                    "h1:",
                    "ssh-rsa",
                    "ssh-ed25519",
                    "LS0tLS1C",
                    "AAAAB3Nz",
                    "AAAAC3Nz",
                    "MII",
                    "MCow",
                    "MFkw",
                    "public",
                    "accept",
                    "checksum",
                    "digest",
                    "fingerprint",
                    "integrity",
                    "nonce",
                    "continue",
                    "etag",
                    "W/\"",
                ]
        )
            if (before.Contains(word, StringComparison.OrdinalIgnoreCase))
                return true;
        return false;
    }
}
