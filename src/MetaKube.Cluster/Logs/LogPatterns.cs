using MetaKube.Faults;

namespace MetaKube.Cluster.Logs;

/// <summary>
/// Error messages of programs, the most specific first. The first pattern that matches a line decides.
/// </summary>
internal static class LogPatterns
{
    // A host name or address: neither a part of a time of day ("10:55:31") nor the place in a program that a log line
    // begins with
    // ("main.go:14]"), nor an exception.
    private const string Host =
        @"(?<![A-Za-z0-9.-])(?<host>(?!\d+:)[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?)(?<!\.(?:go|py|js"
        + "|ts|rs|rb|cs|cc|cpp|java|kt|php)|Exception|Error)";

    /// <summary>A host name that does not resolve. The topology decides which fault that is.</summary>
    public static readonly MessagePattern[] Unresolved =
    [
        new(
            $@"could not translate host name ""{Host}""|getaddrinfo (ENOTFOUND|EAI_AGAIN) {Host}"
                + $@"|bad address '{Host}|UnknownHostException:? {Host}"
                + $@"|lookup {Host}[^\n]*(no such host|server misbehaving|i/o timeout)"
                + $@"|Could not resolve host:? '?{Host}|Failed to resolve '{Host}|unknown host '?{Host}"
                + $@"|resolve host(name)? '?""?{Host}""?'?[^\n]*(failed|not known)"
                + $@"|{Host}:? (Name or service not known|nodename nor servname"
                + "|Temporary failure in name resolution|Name does not resolve)"
                + $@"|(Name or service not known|Name does not resolve) \({Host}:\d+\)",
            null,
            "host {host} does not resolve"
        ),
        new(
            "Name or service not known|Temporary failure in name resolution|no such host|ENOTFOUND"
                + "|Name does not resolve",
            null,
            "a host name does not resolve"
        ),
    ];

    /// <summary>A host that refuses connections.</summary>
    public static readonly MessagePattern[] Refused =
    [
        new(
            "(dial tcp|connect ECONNREFUSED|connecting to|connect to"
                + $@"|connection to) {Host}:(?<port>\d+)[^\n]*(refused|$)"
                + $@"|server at ""{Host}""[^\n]*port (?<port>\d+) failed: Connection refused"
                + $@"|can't connect to remote host \({Host}\): Connection refused"
                + $@"|connect to {Host}(:| port )(?<port>\d+)[^\n]*refused"
                + $@"|{Host}:(?<port>\d+)[^\n]{{0,80}}(connection refused|ECONNREFUSED)"
                + $@"|Connection refused:? {Host}[/:](?<port>\d+)",
            null,
            "{host} refuses connections"
        ),
    ];

    /// <summary>A host that does not answer.</summary>
    public static readonly MessagePattern[] TimedOut =
    [
        new(
            "(dial tcp|connect ETIMEDOUT|connecting to|connect to"
                + $@"|connection to) {Host}:(?<port>\d+)[^\n]*(timeout|timed out|ETIMEDOUT|deadline exceeded"
                + "|no route to host)"
                + $@"|server at ""{Host}""[^\n]*(timeout|timed out)|connect ETIMEDOUT {Host}:(?<port>\d+)"
                + $@"|can't connect to remote host \({Host}\): (Connection|Operation) timed out"
                + $@"|{Host}:(?<port>\d+)[^\n]{{0,80}}(i/o timeout|timed out|ETIMEDOUT)"
                + $@"|(Get|Post|Put|Head|Patch|Delete) \\?""https?://{Host}(:(?<port>\d+))?"
                + @"(/[^""\n]*)?\\?"": [^\n]*(deadline exceeded|i/o timeout|TLS handshake timeout)"
                + $@"|host='{Host}', port=(?<port>\d+)[^\n]*(ConnectTimeout|ReadTimeout|timed out)",
            null,
            "nothing comes back from {host}"
        ),
    ];

    public static readonly MessagePattern[] All =
    [
        new(
            @"forbidden: User \\?""system:serviceaccount:[^:""]+:(?<serviceaccount>[^""\\]+)\\?"" cannot "
                + @"(?<verb>\w+) resource \\?""(?<object>[^""\\]+)\\?""",
            ConfigurationFaults.RbacDenied,
            "ServiceAccount {serviceaccount} may not {verb} {object}",
            0.93
        ),
        new(
            @"exec format error|cannot execute binary file",
            ImageFaults.WrongArchitecture,
            "the program was built for another CPU architecture",
            0.95
        ),
        new(
            @"java\.lang\.OutOfMemoryError|heap out of memory|GC overhead limit exceeded"
                + @"|fatal error: runtime: out of memory|\bMemoryError\b",
            ApplicationFaults.OutOfMemoryInternal,
            "the program ran out of its own heap",
            0.9
        ),
        new(
            @"No space left on device|\bENOSPC\b|disk quota exceeded",
            ResourceFaults.VolumeFull,
            "no space is left where the program writes",
            0.88
        ),
        new(
            @"no matches for kind ""(?<object>[^""]+)"" in version ""(?<version>[^""]+)""",
            SystemFaults.ApiRemoved,
            "this cluster does not serve {object} in version {version}",
            0.93
        ),
        new(
            "etcdserver: (request timed out|too many requests|leader changed)"
                + "|the server has received too many requests|Too many requests, please try again later"
                + "|apiserver not ready|the server is currently unable to handle the request",
            SystemFaults.ApiOverloaded,
            "the API server is slow or throttles",
            0.88
        ),
        new(
            @"https://(kubernetes(\.default[\w.]*)?|[\w.-]+:6443|10\.\d+\.0\.1:443)/?[^\n]*certificate has expired",
            SystemFaults.CertificateExpired,
            "the API server's certificate has expired",
            0.94
        ),
        new(
            @"certificate has expired|certificate expired|x509: certificate .*expired|cert(ificate)? is not yet valid",
            NetworkFaults.TlsExpired,
            "a certificate has expired",
            0.9
        ),
        new(
            "certificate signed by unknown authority|self[- ]signed certificate"
                + "|unable to get local issuer certificate|PKIX path building failed|certificate verify failed",
            NetworkFaults.TlsUntrusted,
            "the peer's certificate is signed by an unknown authority",
            0.88
        ),
        new(
            "password authentication failed|Access denied for user|authentication failed"
                + @"|invalid (user(name)?( or|/))? ?password|\bWRONGPASS\b|\bNOAUTH\b|SASL.{0,40}fail"
                + @"|login failed for user|invalid credentials|\b401 Unauthorized|\bACCESS_REFUSED\b"
                + "|Login was refused|AuthenticationFailure|ProbableAuthentication"
                + @"|\bauth(entication)? (failure|failed|rejected)\b",
            ConfigurationFaults.BadCredentials,
            "a dependency rejects the program's credentials",
            0.88
        ),
        new(
            @"read-only file system[^\n]*?(?<path>(?>/[\w./-]{1,120}))?|\bEROFS\b"
                + @"|(?<path>(?>/[\w./-]{1,120})):? Read-only file system",
            ConfigurationFaults.SecurityContextDenied,
            "the program writes where its root file system is read-only",
            0.88
        ),
        new(
            @"(bind|listen)[^\n]{0,60}permission denied"
                + @"|(?<path>(?>/[\w./-]{1,120}))[^\n]{0,10}permission denied"
                + @"|permission denied[^\n]{0,30}(?<path>(?>/[\w./-]{1,120}))|operation not permitted",
            ConfigurationFaults.SecurityContextDenied,
            "the security context forbids what the program does",
            0.72
        ),
        new(
            @"(?<file>/[\w./-]{1,120}\.(ya?ml|json|conf|cfg|ini|toml|xml|properties|env))\b[^\n]*(line \d+"
                + "|syntax|pars|unexpected|invalid|expected|malformed|unknown directive)"
                + @"|(pars\w+|syntax|decod\w+|load\w*|invalid)[^\n]{0,60}(?<file>/[\w./-]{1,120}\.(ya?ml|json|conf"
                + "|cfg|ini|toml|xml|properties))"
                + @"|\[emerg\][^\n]* in (?<file>/\S+):\d+",
            ConfigurationFaults.InvalidFile,
            "configuration file {file} does not parse",
            0.85
        ),
        new(
            @"yaml: (line \d+|unmarshal)|mapping values are not allowed|did not find expected"
                + @"|(json|toml|xml|yaml|config\w*)[^\n]{0,40}(syntax error|parse error|unexpected (token|end"
                + "|character)|invalid character)",
            ConfigurationFaults.InvalidFile,
            "a configuration file does not parse",
            0.78
        ),
        new(
            @"Could not resolve placeholder '(?<variable>[\w.-]+)'"
                + "|(missing|required|undefined|unset)( required)?( configuration)? (environment |env )?(variable"
                + @"|var|setting)s?:? ['""]?(?<variable>[A-Z][A-Z0-9_]{2,})"
                + @"|(?-i:\b(?<variable>[A-Z][A-Z0-9_]{2,}))['""]?( environment variable)?:? (is |was |must be "
                + @"|has )?(not |been )?(required|set\b(?<=not set|be set)|missing|undefined|defined|unset|empty"
                + "|provided|parameter not set)"
                + "|(?-i:KeyError: '(?<variable>[A-Z][A-Z0-9_]{2,})')"
                + @"|environment variable ['""]?(?<variable>[A-Z][A-Z0-9_]{2,})['""]? (not|is|must|was)",
            ConfigurationFaults.MissingEnv,
            "the program needs variable {variable}, which is not set",
            0.9
        ),
        new(
            @"(?-i:\b(?<variable>[A-Z][A-Z0-9]*_[A-Z0-9_]+|PORT|HOST|URL))\b['""]?[^\n]{0,60}(invalid"
                + "|not a valid|malformed|unsupported|cannot be parsed|could not be parsed|must be (a|an|one"
                + "|between)|out of range)"
                + "|(invalid|malformed|bad|unsupported|cannot parse|could not parse"
                + @"|unparseable)[^\n]{0,60}(?-i:\b(?<variable>[A-Z][A-Z0-9]*_[A-Z0-9_]+|PORT|HOST|URL))\b",
            ConfigurationFaults.BadValue,
            "setting {variable} has a value that the program refuses",
            0.88
        ),
        new(
            @"\b(Socket|Connect|Read|Http)\w*Timeout(Exception|Error)\b|\bconnect(ion)? timed out\b"
                + @"|\bETIMEDOUT\b|Client\.Timeout exceeded"
                + @"|timed out (waiting for|connecting to|while connecting)[^\n]{0,20}(connection|server|response"
                + "|upstream)",
            NetworkFaults.ConnectionTimeout,
            "a call gets no answer in time",
            0.75
        ),
        new(
            "(unknown|unrecognized|invalid|illegal) (flag|option|argument|command|log ?level)"
                + "|(invalid|malformed|bad) (port|url|uri|host ?name|address|dsn|duration)",
            ConfigurationFaults.BadValue,
            "the program refuses a setting",
            0.72
        ),
        new(
            @"(sh|bash|ash): (line )?(\d+: )?(exec: )?(?<command>[^\s:]+): (not found"
                + "|No such file or directory|Permission denied)"
                + @"|exec: (?<command>[^\s:]+): not found|(?<command>(?>/[\w./-]{1,120})): not found",
            ConfigurationFaults.BadCommand,
            "the command {command} is not there, or is not executable",
            0.9
        ),
        new(
            "(can't open|cannot open|could not open|cannot access|unable to open|failed to open|open"
                + @"|cannot find module|FileNotFound\w*|ENOENT)[^\n]{0,60}?(?<path>(?>/[\w./-]{1,120}))[^\n]*"
                + @"|(?<path>(?>/[\w./-]{1,120})):? (No such file or directory|not found)",
            null,
            "file {path} is not there",
            0.7
        ),
        new(
            @"panic:|Traceback \(most recent call last\)|Exception in thread|Unhandled exception"
                + @"|Segmentation fault|SIGSEGV|assertion failed|AssertionError|Uncaught \w*(Error|Exception)"
                + @"|(?-i:\b[A-Z]\w+(Error|Exception)\b)(:|$)|\bFATAL\b|fatal error",
            ApplicationFaults.Crash,
            "the program fails by an error of its own",
            0.72
        ),
    ];
}
