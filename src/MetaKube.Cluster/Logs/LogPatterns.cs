using MetaKube.Faults;

namespace MetaKube.Cluster.Logs;

/// <summary>
/// Error messages of programs, the most specific first. The first pattern that matches a line decides.
/// </summary>
internal static class LogPatterns
{
    // A host name or address: neither a number nor a date, which dates and times of day consist of ("2026/11/24
    // 10:55:31"), nor the place in a program that a log line begins with ("main.go:14]"), nor an exception.
    private const string Host =
        @"(?<![A-Za-z0-9.-])(?<host>(?!\d+(?![A-Za-z0-9.-])|\d{4}-\d\d-\d\d)[A-Za-z0-9]"
        + @"(?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?)(?<!\.(?:go|py|js"
        + "|ts|rs|rb|cs|cc|cpp|java|kt|php)|Exception|Error)";

    /// <summary>A client of the name server gets no answer from it.</summary>
    public const string NoNameServer =
        @"no servers could be reached|communications error to [\w.:#-]{1,60}: (timed out|connection refused)"
        + "|plugin/loop: Loop ";

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
                + $@"|(Name or service not known|Name does not resolve) \({Host}:\d+\)"
                + $@"|Unknown (MySQL )?server host '{Host}|host not found in upstream ""{Host}"
                + $@"|getaddrinfo (for )?'?{Host}'?:? [^\n]*(failed|temporary|not known)"
                + $@"|Failed to resolve:? '?""?{Host}|dns:/{{0,3}}{Host}[^\n]*(no such host|NXDOMAIN)"
                + $@"|No such host is known\.? \({Host}:\d+\)|Could not connect to {Host}: [^\n]*name resolution"
                + $@"|DNS resolution failed for {Host}"
                + $@"|resolve(d|r)?:? {Host}[^\n]{{0,40}}(NXDOMAIN|SERVFAIL|not found)",
            null,
            "host {host} does not resolve"
        ),
        new(
            "Name or service not known|Temporary failure in name resolution|no such host|ENOTFOUND"
                + $"|Name does not resolve|UnknownHostException|{NoNameServer}",
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
                + $@"|Can't connect to (MySQL )?server on '{Host}(:(?<port>\d+))?'[^\n]*(\(111|\(61|refused)"
                + $@"|host='{Host}', port=(?<port>\d+)[^\n]*refused"
                + $@"|connect to {Host} port (?<port>\d+)[^\n]*(refused|Couldn't connect|Could not connect)"
                + $@"|connect\(\) failed \(111: Connection refused\)[^\n]*upstream: ""\w+://{Host}(:(?<port>\d+))?"
                + $@"|Connection refused \({Host}:(?<port>\d+)\)|UnableToConnect on {Host}:(?<port>\d+)"
                + $@"|Unable to connect to {Host}[:/](?<port>\d+)[^\n]*(refused|$)"
                + $@"|{Host}[:/](?<port>\d+)[^\n]{{0,80}}(connection refused|ECONNREFUSED|actively refused)"
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
                + $@"|Can't connect to (MySQL )?server on '{Host}(:(?<port>\d+))?'[^\n]*"
                + @"(\(110|\(113|timed out|No route)"
                + $@"|connect to {Host} port (?<port>\d+)[^\n]*timed out"
                + $@"|\(110: (Connection|Operation) timed out\)[^\n]*upstream: ""\w+://{Host}(:(?<port>\d+))?"
                + $@"|No route to host:? \(?{Host}:(?<port>\d+)|connect EHOSTUNREACH {Host}:(?<port>\d+)"
                + $@"|{Host}[:/](?<port>\d+)[^\n]{{0,80}}(No route to host|EHOSTUNREACH|Network is unreachable)"
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
            @"address already in use|\bEADDRINUSE\b|port (?<port>\d{2,5})[^\n]{0,20}(already in use|in use by)"
                + @"|Only one usage of each socket address|Failed to bind to address|java\.net\.BindException",
            ConfigurationFaults.PortConflict,
            "the program cannot bind its port: it is in use already",
            0.9
        ),
        new(
            @"too many open files|\bEMFILE\b|\bENFILE\b",
            ConfigurationFaults.BadValue,
            "the program has as many open files as it may: its limit (ulimit nofile) is too low, or it leaks them",
            0.85
        ),
        new(
            @"time: (missing unit in|invalid|unknown unit [^\n]{0,20} in) duration ""?(?<value>[^""\n]{1,40})""?"
                + @"|invalid duration:? ""?(?<value>[^""\n]{1,40})""?",
            ConfigurationFaults.BadValue,
            "a setting holds \"{value}\", which is no duration: a unit such as s or ms is missing or unknown",
            0.88
        ),
        new(
            @"FATAL CONFIG FILE ERROR|Bad directive or wrong number of arguments|bad configuration option"
                + @"|unknown (config(uration)?|setting) (key|option|directive)|unrecognized configuration parameter"
                + @" ""?(?<variable>[\w.]+)|unknown variable '(?<variable>[\w.-]+)",
            ConfigurationFaults.InvalidFile,
            "the program refuses its configuration file",
            0.86
        ),
        new(
            @"database files are incompatible with server|data directory was initialized by PostgreSQL version"
                + @"|Unsupported redo log format|upgrade (after a crash )?is not supported|featureCompatibilityVersion"
                + @"|Can't handle RDB format version|cannot downgrade|downgrade[^\n]{0,30}not supported",
            ConfigurationFaults.BadValue,
            "the data on the volume was written by another version of the program: the image's version has to match it",
            0.9
        ),
        new(
            @"Illegal instruction|CPU does not support|requires? (a CPU with )?(AVX2?|SSE4\.?2|x86-64-v[23])",
            ImageFaults.WrongArchitecture,
            "the program uses instructions that the node's CPU does not have",
            0.85
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
            @"certificate has expired|certificate expired|x509: certificate .{0,200}expired"
                + @"|cert(ificate)? is not yet valid",
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
                + @"|\bauth(entication)? (failure|failed|rejected)\b|\bnot authorized on \w+ to execute"
                + @"|role ""[^""]+"" (does not exist|is not permitted to log in)|bad credentials",
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
                + @"|permission denied[^\n]{0,30}(?<path>(?>/[\w./-]{1,120}))|operation not permitted"
                + @"|(open|opening|creat\w{0,9}|writ\w{0,9}|load\w{0,9}|access\w{0,9}|mkdir|chown|chmod|lock\w{0,9}"
                + @"|sav\w{0,9}|file|directory|dir)"
                + @"\b[^\n]{0,100}permission denied|\bEACCES\b|AccessDeniedException|UnauthorizedAccessException",
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
                + @"|(json|toml|xml|yaml|config\w{0,20})[^\n]{0,40}(syntax error|parse error|unexpected (token|end"
                + "|character)|invalid character)",
            ConfigurationFaults.InvalidFile,
            "a configuration file does not parse",
            0.78
        ),
        new(
            @"config(uration)?( file)?:? (contains|has|with) errors|errors? (in|(while )?(loading|reading|parsing)) "
                + @"(the )?config(uration)?\b|(invalid|bad|broken) config(uration)?( file)?\b"
                + @"|config(uration)?( file)? (test|check|validation|is) (failed|invalid|not valid)"
                + @"|(failed|unable|could not|cannot)( to)? (load|parse|read|validate) (the )?config(uration)?\b",
            ConfigurationFaults.InvalidFile,
            "the program refuses its configuration",
            0.8
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
                + @"|cannot find module|FileNotFound\w{0,30}|ENOENT)[^\n]{0,60}?(?<path>(?>/[\w./-]{1,120}))[^\n]*"
                + @"|(?<path>(?>/[\w./-]{1,120})):? (No such file or directory|not found)",
            null,
            "file {path} is not there",
            0.7
        ),
        new(
            @"panic:|Exception in thread|Unhandled exception"
                + @"|Segmentation fault|SIGSEGV|assertion failed|AssertionError|Uncaught \w*(Error|Exception)"
                + @"|(?-i:\b[A-Z]\w+(Error|Exception)\b)(:|$)|\bFATAL\b|fatal error",
            ApplicationFaults.Crash,
            "the program fails by an error of its own",
            0.72
        ),
    ];
}
