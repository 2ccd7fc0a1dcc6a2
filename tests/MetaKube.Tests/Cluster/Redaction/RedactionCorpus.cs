using System;
using System.Text;

namespace MetaKube.Tests.Cluster.Redaction;

/// <summary>Ten planted secrets of each of two dozen kinds, in the lines in which they are met.</summary>
internal static class RedactionCorpus
{
    private const string Letters = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789";

    private static readonly (string Kind, Func<Random, string> Secret, Func<string, Random, string> Line)[] Kinds =
    [
        (
            "environment variable",
            r => Text(r, 14),
            (s, r) => $"{Pick(r, "DB_PASSWORD", "REDIS_PASSWORD", "ADMIN_PWD", "APP_SECRET", "SMTP_PASSWD")}={s}"
        ),
        (
            "JSON field",
            r => Text(r, 12),
            (s, r) =>
            {
                var key = Pick(r, "password", "dbPassword", "client_secret", "apiKey", "accessToken");
                return $$"""{"user":"app","{{key}}":"{{s}}","ok":true}""";
            }
        ),
        (
            "YAML field",
            r => Text(r, 12),
            (s, r) => $"  {Pick(r, "password", "clientSecret", "api-key", "passphrase")}: {s}"
        ),
        (
            "log text",
            r => Text(r, 12),
            (s, r) => $"INFO connecting user=app {Pick(r, "password", "token", "secret")}={s} host=db port=5432"
        ),
        (
            "password in a URL",
            r => Text(r, 12),
            (s, r) =>
                $"cannot reach {Pick(r, "postgres", "mysql", "amqp", "mongodb+srv")}://app:{s}"
                + $"@db.example:5432/shop?sslmode=disable"
        ),
        ("password in a Redis URL", r => Text(r, 16), (s, _) => $"dial redis://:{s}@cache:6379/0 failed"),
        (
            "MySQL data source",
            r => Text(r, 12),
            (s, _) => $"open root:{s}@tcp(mysql:3306)/shop?parseTime=true: refused"
        ),
        (
            "connection string",
            r => Text(r, 14),
            (s, r) => $"Server=db;User Id=sa;{Pick(r, "Password", "Pwd")}={s};Encrypt=true"
        ),
        (
            "storage account key",
            r => Base64(r, 48),
            (s, _) => $"DefaultEndpointsProtocol=https;AccountName=x;AccountKey={s};EndpointSuffix=core.windows.net"
        ),
        ("bearer token", r => Text(r, 32), (s, _) => $"> Authorization: Bearer {s}"),
        ("basic authorization", r => Base64(r, 18), (s, _) => $"headers={{Authorization=[Basic {s}], Accept=[*/*]}}"),
        (
            "JSON web token",
            r => $"eyJ{Text(r, 20)}.eyJ{Text(r, 40)}.{Text(r, 43)}",
            (s, _) => $"using service account {s} now"
        ),
        ("AWS key id", r => "AKIA" + Text(r, 16).ToUpperInvariant(), (s, _) => $"signing with {s} in eu-central-1"),
        ("AWS secret", r => Base64(r, 30), (s, _) => $"aws_secret_access_key = {s}"),
        ("GitHub token", r => "ghp_" + Text(r, 36), (s, _) => $"git clone https://{s}@github.com/example/app failed"),
        ("GitLab token", r => "glpat-" + Text(r, 20), (s, _) => $"PRIVATE-TOKEN header {s} refused"),
        ("Slack token", r => "xoxb-" + Digits(r, 12) + "-" + Text(r, 24), (s, _) => $"slack: posting with {s}"),
        (
            "Slack webhook",
            r => $"T{Text(r, 8)}/B{Text(r, 8)}/{Text(r, 24)}",
            (s, _) => $"POST https://hooks.slack.com/services/{s} 404"
        ),
        ("Google key", r => "AIza" + Text(r, 35), (s, _) => $"GET /maps?key={s}&q=x 403"),
        ("Stripe key", r => "sk_live_" + Text(r, 24), (s, _) => $"stripe: Invalid API Key provided: {s}"),
        ("model API key", r => "sk-" + Text(r, 40), (s, _) => $"Incorrect key provided: {s}. You can find yours"),
        ("npm token", r => "npm_" + Text(r, 36), (s, _) => $"//registry.npmjs.org/:_authToken={s}"),
        ("Docker login", r => Base64(r, 24), (s, _) => "{\"auths\":{\"registry.example\":{\"auth\":\"" + s + "\"}}}"),
        (
            "command line",
            r => Text(r, 10),
            (s, r) => $"exec: ./migrate {Pick(r, "--password", "--token", "--api-key")} {s} --verbose"
        ),
        ("session cookie", r => Text(r, 28), (s, _) => $"Set-Cookie: SESSION={s}; Path=/; HttpOnly"),
        (
            "private key",
            r => Base64(r, 48),
            (s, _) => $"loading key\n-----BEGIN RSA PRIVATE KEY-----\n{s}\n{s}\n-----END RSA PRIVATE KEY-----\ndone"
        ),
        (
            "private key on one line",
            r => Base64(r, 48),
            (s, _) =>
                """{"type":"service_account","key":"-----BEGIN PRIVATE KEY-----"""
                + $$"""\n{{s}}\n-----END PRIVATE KEY-----\n"}"""
        ),
        ("end of a private key", r => Base64(r, 48), (s, _) => $"{s}\n-----END RSA PRIVATE KEY-----\ndone"),
    ];

    /// <summary>Kind, secret, line.</summary>
    public static IEnumerable<(string Kind, string Secret, string Line)> All()
    {
        var random = new Random(20261124);
        foreach (var (kind, secret, line) in Kinds)
            for (var i = 0; i < 10; i++)
            {
                var planted = secret(random);
                yield return (kind, planted, line(planted, random));
            }
    }

    /// <summary>Lines that speak of credentials and hold none.</summary>
    public static readonly string[] Harmless =
    [
        "FATAL: password authentication failed for user \"orders\"",
        "Error: secret \"checkout-db\" not found",
        "couldn't find key DB_PASSWORD in Secret shop/db",
        "failed to list *v1.Secret: secrets is forbidden: User \"system:serviceaccount:shop:x\" cannot list "
            + "resource \"secrets\"",
        "references non-existent secret key: password",
        "MountVolume.SetUp failed for volume \"tls\" : secret \"web-tls\" not found",
        "token: expired at 2026-11-24T10:00:00Z",
        "Unable to authenticate the request: invalid bearer token",
        "DB_PASSWORD: must be set",
        "environment variable API_KEY is required",
        "secretName: web-tls",
        "imagePullSecrets: [regcred]",
        "secrets: 5",
        "tokens=128 latency=20ms",
        "password_file=/run/secrets/db",
        "tokenPath: /var/run/secrets/kubernetes.io/serviceaccount/token",
        "token_type=bearer expires_in=3600",
        "secretRef: {name: db}",
        "pull access denied, repository does not exist or may require 'docker login'",
        "x509: certificate signed by unknown authority",
        "http://shop:8080/path?x=1",
        "dial tcp 10.0.0.9:5432: connect: connection refused",
        "User \"system:serviceaccount:shop:default\" cannot get resource \"secrets\" in API group \"\"",
        "sha256:c591c1a5d23d89baf66af134359d5350fdf14a140a41daae83af189b1d1baf13",
        "containerd://6e463de3241ed745204795f1f4e51db234e323a87a703b21727c7d727cec5117",
        "pod uid 0b821fad-8dca-40fb-beac-f459c9c3714e",
        "the access key is not valid for this region",
        "Reading password from stdin is not supported",
        "invalid credentials: user orders",
        "token: unexpected end of input",
        "secret: not found",
        "--password is required",
        "cookie jar is empty",
        "Authorization header missing",
        "basic checks passed",
        "bearer auth enabled",
    ];

    private static string Text(Random random, int length) => Of(random, Letters, length);

    private static string Digits(Random random, int length) => Of(random, "0123456789", length);

    private static string Base64(Random random, int bytes)
    {
        var value = new byte[bytes];
        random.NextBytes(value);
        return Convert.ToBase64String(value);
    }

    private static string Of(Random random, string alphabet, int length)
    {
        var text = new StringBuilder();
        for (var i = 0; i < length; i++)
            text.Append(alphabet[random.Next(alphabet.Length)]);
        return text.ToString();
    }

    private static string Pick(Random random, params string[] words) => words[random.Next(words.Length)];
}
