using System.Buffers;

namespace MetaKube.Cluster.Redaction;

/// <summary>
/// Secrets in addresses: the user part, paths that let anyone post, and parameters whose names would be harmless
/// elsewhere, such as "sig" and "key".
/// </summary>
internal static class Addresses
{
    private const int LongestUser = 1000;

    private static readonly SearchValues<char> End = SearchValues.Create(" \t\r\n\"'<>`|\\");

    private static readonly SearchValues<char> Path = SearchValues.Create("/?#");

    /// <summary>Addresses that are secrets themselves: what stands after them up to the end of the path.</summary>
    private static readonly string[] Hooks =
    [
        "hooks.slack.com/services/",
        "hooks.slack.com/workflows/",
        "hooks.slack.com/triggers/",
        "discord.com/api/webhooks/",
        "discordapp.com/api/webhooks/",
        ".webhook.office.com/webhookb2/",
        "outlook.office.com/webhook/",
        "api.telegram.org/bot",
        "hooks.zapier.com/hooks/catch/",
        "hook.eu1.make.com/",
        "hook.us1.make.com/",
        "maker.ifttt.com/trigger/",
        "open.feishu.cn/open-apis/bot/v2/hook/",
        "open.larksuite.com/open-apis/bot/v2/hook/",
        "events.pagerduty.com/integration/",
        "hc-ping.com/",
        "uptime.betterstack.com/api/v1/heartbeat/",
        "alert.victorops.com/integrations/generic/",
        "api.flock.com/hooks/sendMessage/",
        "webhook.site/",
        "mandrillapp.com/inbound/",
        "hooks.glip.com/webhook/",
        "webexapis.com/v1/webhooks/incoming/",
    ];

    private static readonly SearchValues<string> HookSigns = SearchValues.Create(
        Hooks,
        StringComparison.OrdinalIgnoreCase
    );

    public static void Find(ReadOnlySpan<char> text, SecretSpans secrets)
    {
        for (var at = 0; text[at..].IndexOf("://", StringComparison.Ordinal) is var next and >= 0;)
        {
            at += next + 3;
            at = Math.Max(at, User(text, at, secrets));
        }
        for (var at = 0; text[at..].IndexOfAny(HookSigns) is var next and >= 0;)
            at = Hook(text, at + next, secrets);
        for (var at = 0; text[at..].IndexOf('@') is var next and >= 0;)
        {
            at += next + 1;
            SourceName(text, at - 1, secrets);
        }
        for (var at = 0; text[at..].IndexOfAny('?', '&') is var next and >= 0;)
        {
            at += next + 1;
            at = Parameter(text, at, secrets);
        }
    }

    /// <summary>user:PASSWORD@host, :PASSWORD@host, TOKEN@host; returns the position after it.</summary>
    private static int User(ReadOnlySpan<char> text, int at, SecretSpans secrets)
    {
        var rest = text[at..Math.Min(text.Length, at + LongestUser)];
        var end = rest.IndexOfAny(End);
        rest = end < 0 ? rest : rest[..end];
        var path = rest.IndexOfAny(Path);
        var sign = (path < 0 ? rest : rest[..path]).LastIndexOf('@');
        if (sign < 0)
            sign = SignAfterSlash(rest, path);
        if (sign <= 0)
            return at;
        var user = rest[..sign];
        var colon = user.IndexOf(':');
        if (colon < 0 && SecretValue.IsRandom(user))
            secrets.Add(at, at + sign);
        if (colon < 0)
            return at + sign;
        if (SecretValue.IsRandom(user[..colon]) && colon >= 16)
            secrets.Add(at, at + colon);
        if (!SecretValue.IsPlaceholder(user[(colon + 1)..]))
            secrets.Add(at + colon + 1, at + sign);
        return at + sign;
    }

    /// <summary>A password may have a slash that nobody escaped: "://app:a/b@host". A port is a number.</summary>
    private static int SignAfterSlash(ReadOnlySpan<char> rest, int path)
    {
        var colon = rest.IndexOf(':');
        if (path < 0 || colon < 0 || colon > path || path == colon + 1)
            return -1;
        if (rest[(colon + 1)..path].IndexOfAnyExceptInRange('0', '9') < 0)
            return -1;
        return rest.LastIndexOf('@');
    }

    /// <summary>Go's user:PASSWORD@tcp(host), Oracle's user/PASSWORD@//host, and user:PASSWORD@host:port.</summary>
    private static void SourceName(ReadOnlySpan<char> text, int sign, SecretSpans secrets)
    {
        var after = text[(sign + 1)..];
        var isGo = after.StartsWith("tcp(") || after.StartsWith("unix(") || after.StartsWith("udp(");
        var isOracle = after.StartsWith("//") || after.StartsWith("(DESCRIPTION", StringComparison.OrdinalIgnoreCase);
        var before = text[Math.Max(0, sign - 200)..sign];
        var start = before.LastIndexOfAny(End) + 1;
        var login = before[start..];
        if (login.Contains("://", StringComparison.Ordinal))
            return;
        var divider = isOracle ? login.IndexOf('/') : login.IndexOf(':');
        if (isOracle && login.LastIndexOf(':') is var scheme and >= 0)
            divider = login[(scheme + 1)..].IndexOf('/') is var slash and >= 0 ? scheme + 1 + slash : -1;
        if (divider < 0 || divider == login.Length - 1)
            return;
        var password = login[(divider + 1)..];
        var isPlain = !isGo && !isOracle;
        if (isPlain && (!IsHost(after) || divider == 0 || !SecretValue.IsRandom(password)))
            return;
        if (!SecretValue.IsPlaceholder(password))
            secrets.Add(sign - password.Length, sign);
    }

    /// <summary>A host with a port or a domain, and not the digest of an image.</summary>
    private static bool IsHost(ReadOnlySpan<char> after)
    {
        var end = 0;
        while (end < after.Length && end < 100 && (char.IsAsciiLetterOrDigit(after[end]) || after[end] is '.' or '-'))
            end++;
        return end > 1
            && !after.StartsWith("sha256:", StringComparison.Ordinal)
            && !after.StartsWith("sha512:", StringComparison.Ordinal);
    }

    private static int Hook(ReadOnlySpan<char> text, int at, SecretSpans secrets)
    {
        var start = at;
        foreach (var hook in Hooks)
            if (text[at..].StartsWith(hook, StringComparison.OrdinalIgnoreCase))
                start = Math.Max(start, at + hook.Length);
        var length = text[start..].IndexOfAny(End);
        var path = length < 0 ? text[start..] : text.Slice(start, length);
        var query = path.IndexOf('?');
        path = (query < 0 ? path : path[..query]).TrimEnd(".,;:)]}");
        if (!SecretValue.IsPlaceholder(path))
            secrets.Add(start, start + path.Length);
        return Math.Max(start + path.Length, at + 1);
    }

    private static int Parameter(ReadOnlySpan<char> text, int at, SecretSpans secrets)
    {
        foreach (
            var name in (ReadOnlySpan<string>)
                [
                    "sig=",
                    "key=",
                    "code=",
                    "t=",
                    "hash=",
                    "hmac=",
                    "auth=",
                    "state=",
                    "signature=",
                    "k=",
                    "amp;sig=",
                    "amp;key=",
                ]
        )
        {
            if (!text[at..].StartsWith(name, StringComparison.OrdinalIgnoreCase))
                continue;
            var start = at + name.Length;
            var end = start;
            while (
                end < text.Length
                && (
                    char.IsAsciiLetterOrDigit(text[end])
                    || text[end] is '%' or '+' or '/' or '=' or '-' or '_' or '.' or '~'
                )
            )
                end++;
            var value = text[start..end];
            if (value.Length >= 16 && SecretValue.IsRandom(value))
                secrets.Add(start, end);
            return end;
        }
        return at;
    }
}
