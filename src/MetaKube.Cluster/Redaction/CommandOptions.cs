using System.Buffers;

namespace MetaKube.Cluster.Redaction;

/// <summary>
/// Passwords that programs take by an option of one letter: mysql -pX, curl -u user:X, redis-cli -a X.
/// </summary>
internal static class CommandOptions
{
    /// <summary>One program's option.</summary>
    /// <param name="Program">The program's name, or its start.</param>
    /// <param name="Option">The option.</param>
    /// <param name="IsJoined">True if the value may follow the option without a blank.</param>
    /// <param name="After">Only what follows this character is secret, as in user:password; '\0' for all.</param>
    private sealed record Secret(string Program, string Option, bool IsJoined = false, char After = '\0');

    private static readonly Secret[] Table =
    [
        new("mysql", "-p", IsJoined: true),
        new("mariadb", "-p", IsJoined: true),
        new("xtrabackup", "-p", IsJoined: true),
        new("sshpass", "-p", IsJoined: true),
        new("mongo", "-p"),
        new("docker login", "-p"),
        new("podman login", "-p"),
        new("nerdctl login", "-p"),
        new("helm registry login", "-p"),
        new("skopeo login", "-p"),
        new("oc login", "-p"),
        new("az login", "-p"),
        new("sqlcmd", "-P", IsJoined: true),
        new("bcp ", "-P", IsJoined: true),
        new("zip ", "-P", IsJoined: true),
        new("7z", "-p", IsJoined: true),
        new("unrar", "-p", IsJoined: true),
        new("mosquitto_", "-P"),
        new("redis-cli", "-a", IsJoined: true),
        new("valkey-cli", "-a"),
        new("keydb-cli", "-a"),
        new("ldap", "-w", IsJoined: true),
        new("ipmitool", "-P"),
        new("snmp", "-A"),
        new("snmp", "-X"),
        new("snmp", "-c"),
        new("curl", "-u", IsJoined: true, After: ':'),
        new("curl", "--user", After: ':'),
        new("curl", "--proxy-user", After: ':'),
        new("curl", "-U", After: ':'),
        new("smbclient", "-U", After: '%'),
        new("rabbitmqadmin", "-p"),
        new("cqlsh", "-p"),
        new("influx", "-password"),
        new("influx", "-t"),
        new("clickhouse", "--password"),
        new("cf login", "-p"),
        new("ansible-vault", "-p"),
        new("htpasswd -b", "-b"),
        new("kinit", "-w"),
        new("nmcli", "password"),
        new("vault login", "login"),
        new("argocd login", "-p"),
    ];

    private static readonly SearchValues<string> Programs = SearchValues.Create(
        [.. Table.Select(secret => secret.Program).Distinct()],
        StringComparison.Ordinal
    );

    public static void Find(ReadOnlySpan<char> text, SecretSpans secrets)
    {
        for (var at = 0; text[at..].IndexOfAny(Programs) is var next and >= 0;)
        {
            at += next;
            var end = EndOfCommand(text, at);
            Read(text[..end], at, secrets);
            at = Math.Max(at + 1, end);
        }
    }

    /// <summary>The end of the line; a list of arguments, one a line, goes on.</summary>
    private static int EndOfCommand(ReadOnlySpan<char> text, int at)
    {
        const int longest = 2000;
        var last = Math.Min(text.Length, at + longest);
        for (var i = at; i < last; i++)
        {
            if (text[i] is '|' && i > 0 && text[i - 1] == ' ')
                return i;
            if (text[i] != '\n' || i > 0 && text[i - 1] is '\\')
                continue;
            var next = ValueReader.SkipSpace(text, i);
            if (next >= text.Length || text[next] is not ('-' or '"' or '\''))
                return i;
        }
        return last;
    }

    private static void Read(ReadOnlySpan<char> text, int at, SecretSpans secrets)
    {
        foreach (var secret in Table)
        {
            if (!text[at..].StartsWith(secret.Program, StringComparison.Ordinal))
                continue;
            for (var i = at; text[i..].IndexOf(secret.Option, StringComparison.Ordinal) is var next and >= 0;)
            {
                i += next + secret.Option.Length;
                if (IsOption(text, i - secret.Option.Length))
                    Value(text, i, secret, secrets);
            }
        }
    }

    private static bool IsOption(ReadOnlySpan<char> text, int at) =>
        at > 0 && text[at - 1] is ' ' or '"' or '\'' or '\t' or ',' or '[';

    private static void Value(ReadOnlySpan<char> text, int at, Secret secret, SecretSpans secrets)
    {
        var i = at + QuoteMark.At(text, at).Length;
        if (i < text.Length && text[i] == ',')
            i++;
        i = ValueReader.SkipSpace(text, i);
        if (i == at && !secret.IsJoined)
            return;
        if (i > at && i + 1 < text.Length && text[i] == '-' && text[i + 1] == ' ')
            i = ValueReader.SkipBlanks(text, i + 1);
        if (i < text.Length && text[i] is '=' && secret.IsJoined)
            i++;
        // The password of mysql -p is asked for where a blank follows.
        var (start, end, _) = ValueReader.Value(text, i, ValueTie.Flag);
        if (secret.After != '\0')
        {
            var divider = text[start..end].IndexOf(secret.After);
            if (divider < 0)
                return;
            start += divider + 1;
        }
        var value = text[start..end];
        if (value.Length >= 3 && value[0] != '-' && !SecretValue.IsPlaceholder(value))
            secrets.Add(start, end);
    }
}
