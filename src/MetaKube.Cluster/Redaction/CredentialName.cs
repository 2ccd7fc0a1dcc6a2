using System.Buffers;
using System.Collections.Frozen;

namespace MetaKube.Cluster.Redaction;

/// <summary>
/// Judges the name of a variable, field, flag, header or annotation by its words: "DB_PASSWORD", "clientSecret",
/// "--api-key" and "x-vault-token" name credentials, "secretName", "token-service" and "max_tokens" do not.
/// </summary>
internal static class CredentialName
{
    /// <summary>Characters of a name; a longer run of them is data.</summary>
    public const int Longest = 120;

    private const int MostWords = 40;

    /// <summary>Each name of a credential has one of these.</summary>
    public static readonly SearchValues<string> Signs = SearchValues.Create(
        [
            "pass",
            "pwd",
            "pw",
            "secret",
            "token",
            "key",
            "auth",
            "cred",
            "cookie",
            "session",
            "sess",
            "sid",
            "sig",
            "salt",
            "otp",
            "pin",
            "seed",
            "psk",
            "mnemonic",
            "kennwort",
            "jwt",
            "hmac",
            "csrf",
            "xsrf",
            "pepper",
            "from-literal",
            "community",
            "ticket",
            "codes",
            "bearer",
            "contrase",
            "identified",
            "authorization",
            "basic",
            "negotiate",
            "mdp",
        ],
        StringComparison.OrdinalIgnoreCase
    );

    /// <summary>Words that name a credential, alone or at the end of a word that is written without a break.</summary>
    private static readonly string[] Strong =
    [
        "password",
        "passwd",
        "passwort",
        "passphrase",
        "passcode",
        "kennwort",
        "pwd",
        "apikey",
        "appkey",
        "authkey",
        "secretkey",
        "accesskey",
        "privatekey",
        "signingkey",
        "encryptionkey",
        "masterkey",
        "accountkey",
        "licensekey",
        "storagekey",
        "sharedkey",
        "presharedkey",
        "sharedaccesskey",
        "sharedaccesssignature",
        "deploykey",
        "sshkey",
        "authtoken",
        "accesstoken",
        "refreshtoken",
        "bearertoken",
        "idtoken",
        "sessiontoken",
        "securitytoken",
        "apitoken",
        "identitytoken",
        "registrytoken",
        "clientsecret",
        "appsecret",
        "apisecret",
        "requirepass",
        "masterauth",
        "psk",
        "mnemonic",
        "sessionid",
        "sessid",
        "pepper",
        "contrasena",
        "storepass",
        "keypass",
        "bindpw",
        "rootpw",
    ];

    /// <summary>Words that name a credential beside another word: "api key", "client secret", "auth token".</summary>
    private static readonly FrozenSet<string> Qualifiers = FrozenSet.ToFrozenSet([
        "api",
        "access",
        "secret",
        "private",
        "signing",
        "sign",
        "encryption",
        "encrypt",
        "decryption",
        "crypto",
        "cipher",
        "aes",
        "hmac",
        "jwt",
        "master",
        "account",
        "storage",
        "shared",
        "preshared",
        "auth",
        "license",
        "service",
        "session",
        "webhook",
        "integration",
        "ingest",
        "ingestion",
        "subscription",
        "app",
        "application",
        "consumer",
        "deploy",
        "admin",
        "root",
        "client",
        "unseal",
        "recovery",
        "write",
        "tsig",
        "wireguard",
        "ssh",
        "pgp",
        "gpg",
        "rsa",
        "bot",
        "bearer",
        "refresh",
        "id",
        "identity",
        "registry",
        "oauth",
        "oauth2",
        "personal",
        "user",
        "cookie",
        "csrf",
        "xsrf",
        "security",
        "vault",
        "github",
        "gitlab",
        "slack",
        "npm",
        "datadog",
        "dd",
        "stripe",
        "sentry",
        "twilio",
        "openai",
        "cluster",
        "join",
        "bootstrap",
        "worker",
        "agent",
        "runner",
        "ci",
        "job",
        "push",
        "server",
        "data",
        "hash",
        "totp",
        "otp",
        "mfa",
        "smtp",
        "function",
        "functions",
        "host",
        "database",
        "db",
        "redis",
        "backup",
        "sas",
        "routing",
        "trigger",
        "verification",
        "verify",
        "internal",
        "x",
    ]);

    /// <summary>Words whose value has to look like a secret.</summary>
    private static readonly FrozenSet<string> Weak = FrozenSet.ToFrozenSet([
        "secret",
        "token",
        "key",
        "auth",
        "pass",
        "pw",
        "pin",
        "sig",
        "signature",
        "session",
        "sess",
        "sid",
        "cookie",
        "salt",
        "otp",
        "seed",
        "jwt",
        "hmac",
        "csrf",
        "xsrf",
        "csrftoken",
        "bearer",
        "community",
        "ticket",
        "passwords",
        "mdp",
        "credential",
        "credentials",
        "creds",
    ]);

    /// <summary>Words that turn the name of a credential into the name of something about it.</summary>
    private static readonly FrozenSet<string> About = FrozenSet.ToFrozenSet([
        .. """
        name names ref refs reference path file files filename dir directory mount volume type
        types url uri endpoint host port count counts length len size bytes bits ttl version
        versions expiry expires expired expiration expire exp age policy policies provider manager
        store class enabled enable disabled required rotation rotate rotated rotator interval
        timeout limit limits max min total mode algorithm algo alg format field fields header
        headers prefix suffix kind status state valid validity validation validator usage used
        reset change changed changes strength hint encoder encoding generator generate selector
        regex pattern audience aud issuer iss scope scopes lifetime duration period bucket rate
        per sec review reviews reviewer request requests response error errors exception failed
        failure failures missing invalid not found server controller service services svc webhook
        proxy operator syncer sync exchange exchanger handler filter factory config configuration
        cache caches stores storage refresher template spec renewal renew updated created at time
        date last next page num index offset position namespace cluster region zone label labels
        annotation annotations mapping map schema table column columns row rows group groups order
        sort range space set sets list lists item items pair pairs method flow grant endpoints
        login logout user users username owner email admin role roles chars characters attempt
        attempts retry retries window budget buckets parser lexer stream usd cost price prices
        prompt completion input output context gc bin board word words phrase less
        """.Split(Array.Empty<char>(), StringSplitOptions.RemoveEmptyEntries),
    ]);

    /// <summary>Words before "key", "token" or "session" that make it harmless.</summary>
    private static readonly FrozenSet<string> Harmless = FrozenSet.ToFrozenSet([
        .. """
        cache public primary foreign partition sort idempotency object map i18n translation
        message lookup dedupe row config missing dict column composite natural unique candidate
        index max min num total next page continue continuation pagination prompt completion input
        output shard group topic record event metric label annotation no without unexpected
        registry hive hot arrow enter tab escape secretref resource well known checksum hash
        digest sha256 sha sum
        """.Split(Array.Empty<char>(), StringSplitOptions.RemoveEmptyEntries),
    ]);

    private static readonly FrozenSet<string> NotPasses = FrozenSet.ToFrozenSet([
        "bypass",
        "compass",
        "trespass",
        "encompass",
        "surpass",
        "multipass",
        "underpass",
        "byepass",
    ]);

    /// <summary>Judges a name of any spelling.</summary>
    public static CredentialStrength Judge(ReadOnlySpan<char> name)
    {
        if (name.Length is 0 or > Longest || name.IndexOfAny(Signs) < 0)
            return CredentialStrength.None;
        var words = Words(name);
        if (words.Contains("existing"))
            return CredentialStrength.None;
        var strength = CredentialStrength.None;
        var at = -1;
        for (var i = words.Count - 1; i >= 0 && strength != CredentialStrength.Strong; i--)
            if (At(words, i) is var judged && judged > strength)
                (strength, at) = (judged, i);
        if (strength == CredentialStrength.None)
            return strength;
        for (var i = at + 1; i < words.Count; i++)
            if (About.Contains(words[i]) || words[i] == "id" && !HasSecretId(words, i))
                return CredentialStrength.None;
        // "passwordKey: db-password" names the key of a Secret.
        if (at + 1 < words.Count && words[^1] is "key" or "keys" or "secret")
            return CredentialStrength.Weak;
        // "token-cleaner-v2" is a name of something else more often than a variable.
        var isFollowed = at + 1 < words.Count && name.IndexOf('-') >= 0 && name.IndexOfAny('_', '.') < 0;
        return isFollowed && strength == CredentialStrength.Strong && name[0] != '-' && !IsPassword(words[at])
            ? CredentialStrength.Weak
            : strength;
    }

    /// <summary>True for "password" and its kin, whose value may be any word or number.</summary>
    public static bool IsPassword(ReadOnlySpan<char> name) =>
        name.Contains("passw", StringComparison.OrdinalIgnoreCase)
        || name.Contains("passphrase", StringComparison.OrdinalIgnoreCase)
        || name.Contains("pwd", StringComparison.OrdinalIgnoreCase)
        || name.EndsWith("pass", StringComparison.OrdinalIgnoreCase) && name.Length > 4;

    private static bool HasSecretId(List<string> words, int i) =>
        i > 0 && words[i - 1] is "session" or "secret" || i > 1 && words[i - 2] == "access" && words[i - 1] == "key";

    private static CredentialStrength At(List<string> words, int i)
    {
        var word = words[i];
        foreach (var strong in Strong)
            if (word.EndsWith(strong, StringComparison.Ordinal))
                return CredentialStrength.Strong;
        var before = i > 0 ? words[i - 1] : "";
        if (word is "id" && before == "session")
            return CredentialStrength.Strong;
        if (word.Length > 4 && word.EndsWith("pass", StringComparison.Ordinal))
            return NotPasses.Contains(word) ? CredentialStrength.None : CredentialStrength.Strong;
        if (word is "pass" or "pw" && i > 0)
            return before is "test" or "tests" or "first" or "second"
                ? CredentialStrength.None
                : CredentialStrength.Strong;
        if (word is "key" or "secret" or "token" or "auth" or "salt" or "seed" or "codes" or "hash" or "cookie")
        {
            if (Harmless.Contains(before) || About.Contains(before) && !Qualifiers.Contains(before))
                return CredentialStrength.None;
            if (Qualifiers.Contains(before) && word is not "hash")
                return CredentialStrength.Strong;
        }
        if (word.Length > 6 && (EndsWith(word, "token") || EndsWith(word, "secret")))
            return CredentialStrength.Strong;
        if (word.Length > 3 && EndsWith(word, "key") && word is not ("monkey" or "turkey" or "hotkey" or "whiskey"))
            return CredentialStrength.Weak;
        return Weak.Contains(word) && (word is not "key" || i > 0) ? CredentialStrength.Weak : CredentialStrength.None;

        static bool EndsWith(string word, string end) => word.EndsWith(end, StringComparison.Ordinal);
    }

    /// <summary>The words of a name in lower case: "apiKey2", "API_KEY" and "api-key" have the same.</summary>
    private static List<string> Words(ReadOnlySpan<char> name)
    {
        var words = new List<string>(4);
        var start = 0;
        for (var i = 0; i <= name.Length && words.Count < MostWords; i++)
        {
            var isBreak =
                i == name.Length
                || !char.IsLetter(name[i])
                || i > start
                    && char.IsUpper(name[i])
                    && (
                        char.IsLower(name[i - 1])
                        || i + 1 < name.Length && char.IsLower(name[i + 1]) && name[i - 1] != 'O'
                    );
            if (!isBreak)
                continue;
            if (i > start)
                words.Add(name[start..i].ToString().ToLowerInvariant());
            start = i < name.Length && char.IsLetter(name[i]) ? i : i + 1;
        }
        return words;
    }
}
