using System.Buffers;
using System.Globalization;
using System.Text.RegularExpressions;

namespace MetaKube.Cluster.Logs;

/// <summary>
/// Judges a line of any program by its level, the forms of exceptions, and words of failure. Each pattern needs one
/// pass over the line.
/// </summary>
internal static partial class LineJudge
{
    private const double Fatal = 0.78,
        Crash = 0.72,
        Error = 0.68,
        Complaint = 0.57,
        ComplainingWarning = 0.52,
        Warning = 0.42,
        Mentioned = 0.2,
        ManyWords = 0.32,
        ErrorWithoutWords = 0.6;

    /// <summary>A line is longer only by its data, such as a whole object.</summary>
    private const int Judged = 4000;

    private static readonly Dictionary<string, LogSeverity> Levels = new[]
    {
        (LogSeverity.Fatal, "F FATAL FTL CRITICAL CRIT EMERG ALERT PANIC"),
        (LogSeverity.Error, "E ERROR ERR SEVERE FAIL"),
        (LogSeverity.Warning, "W WARNING WARN WRN"),
        (LogSeverity.Info, "I INFO INF INFORMATION NOTICE"),
        (LogSeverity.Debug, "D DEBUG DBUG DBG TRACE TRCE VERBOSE VRB"),
    }
        .SelectMany(level => level.Item2.Split(' '), (level, word) => (Word: word, Severity: level.Item1))
        .ToDictionary(level => level.Word, level => level.Severity, StringComparer.OrdinalIgnoreCase);

    private const RegexOptions Words =
        RegexOptions.NonBacktracking | RegexOptions.IgnoreCase | RegexOptions.CultureInvariant;

    /// <summary>
    /// A line without any of these has neither a level above Info nor a word of failure; most lines end here.
    /// </summary>
    private static readonly SearchValues<string> Stems = SearchValues.Create(
        [
            "abort",
            "back-off",
            "backoff",
            "broken pipe",
            "can not",
            "cannot",
            "can't",
            "caused by",
            "conflict",
            "core dumped",
            "corrupt",
            "couldn",
            "could not",
            "crash",
            "crit",
            "deadline",
            "deadlock",
            "degraded",
            "denied",
            "disconnect",
            "does not",
            "doesn",
            "did not",
            "didn",
            "emerg",
            "err",
            "evict",
            "exceed",
            "exception",
            "exhausted",
            "expired",
            "fail",
            "fatal",
            "forbidden",
            "ftl",
            "illegal",
            "incompatible",
            "insufficient",
            "invalid",
            "isn't",
            "kill",
            "level",
            "lost",
            "malformed",
            "mismatch",
            "missing",
            "must ",
            "no ",
            "not ",
            "out of",
            "overflow",
            "panic",
            "refused",
            "reject",
            "reset by",
            "retr",
            "segmentation",
            "severe",
            "sigabrt",
            "sigbus",
            "sigill",
            "sigsegv",
            "throttl",
            "timed out",
            "timeout",
            "too many",
            "unable",
            "unapplied",
            "unauthor",
            "unavailable",
            "uncaught",
            "undefined",
            "unexpected",
            "unhandled",
            "unhealthy",
            "unknown",
            "unreachable",
            "unrecogni",
            "unresolved",
            "unschedulable",
            "unsupported",
            "violat",
            "warn",
            "wrn",
            "[alert",
            "[e]",
            "[f]",
            "[w]",
        ],
        StringComparison.OrdinalIgnoreCase
    );

    /// <summary>True for a line that may be abnormal; most lines are not, and need no further look.</summary>
    public static bool MayComplain(ReadOnlySpan<char> line) =>
        line.ContainsAny(Stems) || line.Length > 0 && line[0] is 'E' or 'F' or 'W' && Glog().IsMatch(line);

    /// <summary>
    /// The strength of a line by itself, 0 to 1; 0 if nothing about it is abnormal. A level below a warning outweighs
    /// words of failure.
    /// </summary>
    public static double StrengthOf(string line)
    {
        var text = line.Length <= Judged ? line : line[..Judged];
        if (text.Length == 0 || Frame().IsMatch(text))
            return 0;
        if (!text.AsSpan().ContainsAny(Stems) && !Glog().IsMatch(text))
            return 0;
        var severity = SeverityOf(text);
        if (Heading().IsMatch(text))
            return Mentioned;
        // Harmless phrases, such as "0 errors", are removed before the words of the line are judged.
        var told = Harmless.IsMatch(text) ? Harmless.Replace(text, " ") : text;
        var complains = severity == LogSeverity.Fatal || Complains.IsMatch(told);
        if (severity <= LogSeverity.Info && !complains)
            return 0;
        return severity switch
        {
            LogSeverity.Fatal => Fatal,
            LogSeverity.Error => complains ? Error : ErrorWithoutWords,
            LogSeverity.Warning => complains ? ComplainingWarning : Warning,
            LogSeverity.Debug => Mentioned / 2,
            LogSeverity.Info => Complains.Count(Path.Replace(told, " ")) > 1 ? ManyWords : Mentioned,
            _ => CrashForm().IsMatch(text) ? Crash : Complaint,
        };
    }

    /// <summary>The level that a line names, in the form of any common logger.</summary>
    public static LogSeverity SeverityOf(string line)
    {
        if (Level.Match(line) is not { Success: true } match)
            return LogSeverity.None;
        var word = match.Groups["level"].Value;
        return int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? OfPino(number)
            : Levels.GetValueOrDefault(word);
    }

    /// <summary>Pino and Bunyan write levels as numbers.</summary>
    private static LogSeverity OfPino(int number) =>
        number switch
        {
            >= 60 => LogSeverity.Fatal,
            >= 50 => LogSeverity.Error,
            >= 40 => LogSeverity.Warning,
            >= 30 => LogSeverity.Info,
            _ => LogSeverity.Debug,
        };

    /// <summary>True for a line by which a program says that it serves: errors before it belong to its start.</summary>
    public static bool SaysUp(string line) => Up.IsMatch(line.Length <= Judged ? line : line[..Judged]);

    private static readonly Regex Up = new(
        @"\bready (?:to accept|for) (?:connections?|requests?|traffic)|\b(?:startup|initiali[sz]ation) (?:is )?complete"
            + @"|\b(?:server|service|application|app) (?:is )?(?:up|ready|started|running)\b|\bnow (?:ready|serving)\b"
            + @"|\bStarted \w{1,60} in [\d.]{1,9} seconds",
        Words
    );

    // Frames of stack traces, in any language, and the source lines and carets that some of them show.
    [GeneratedRegex(
        @"^(?:\s*at \S|\s+File ""|\s*\.{3} \d+ more|\s+\w+\.go:\d+|\S+\.go:\d+ \+0x|goroutine \d+ \[|\s*\^+\s*$"
            + @"|\s*(?:raise|throw|return|await) )"
    )]
    private static partial Regex Frame();

    /// <summary>A line that only announces what the next lines say.</summary>
    [GeneratedRegex(@"^\W*(?:Traceback \(most recent call last\)|Stack ?trace|Error|ERROR):?\s*$")]
    private static partial Regex Heading();

    /// <summary>The level of the logger of Kubernetes itself: one letter and the date.</summary>
    [GeneratedRegex(@"(?:^|: )[EFW]\d{4} \d\d:\d\d:")]
    private static partial Regex Glog();

    private static readonly Regex Level = new(
        @"(?:^|[\s:])(?<level>[EFWI])\d{4} \d\d:\d\d:"
            + @"|[""'](?:level|severity|lvl|log\.level|loglevel|log_level|levelname|@l)[""']\s*:\s*[""']?"
            + @"(?<level>\w+)"
            + @"|\b(?:level|lvl|severity|loglevel)=[""']?(?<level>\w+)"
            + @"|\b(?<level>FATAL|CRITICAL|CRIT|EMERG|PANIC|SEVERE|ERROR|WARNING|WARN"
            + @"|NOTICE|INFO|DEBUG|TRACE|VERBOSE|FTL|ERR|WRN|INF|DBG)\b"
            + @"|[\[<(|]\s?(?<level>fatal|critical|crit|emerg|alert|panic|error|err|warning|warn|notice"
            + @"|info|debug|trace|E|W|F|I|D)\s?[\]>)|]"
            + @"|^(?<level>fatal|critical|crit|panic|fail|error|warning|warn|info|dbug|debug|trce|Fatal|Error"
            + @"|Warning|Info)(?:\[\d+\])?:",
        RegexOptions.NonBacktracking | RegexOptions.CultureInvariant
    );

    [GeneratedRegex(
        @"^(?:[\w.$]+(?:Error|Exception)\b(?::|\s|$)|panic:|fatal error:|Exception in thread|Unhandled|Caused by:"
            + @"|Uncaught|Error:)|core dumped|[Ss]egmentation fault|Illegal instruction|\bSIG(?:SEGV|ABRT|ILL|BUS)\b"
    )]
    private static partial Regex CrashForm();

    /// <summary>Counts and settings that tell of no failure: "errors=0", "0 failed", "no errors", "err=nil".</summary>
    private static readonly Regex Harmless = new(
        @"\b(?:error|failure|failed|fail|retrie|retry|timeout|exception|err|denied|rejected|dropped|warning)"
            + @"\w{0,12}[""']?\s?[=:]\s?[""']?(?:0|<?nil>?|null|none|false|never|""""|\[\])(?:$|[^\w.])"
            + @"|\b(?:0|no|zero|without|without any|any) (?:\w+ )?(?:errors?|failures?|failed|problems?|issues?"
            + @"|retries)\b|\b(?:connect|read|write|request|idle|session|shutdown|\w{1,20}[_-])?timeout\w{0,4}"
            + @"[""']?\s?[=:]\s?[""']?\d+"
            + @"|\b(?:on|if|when)[-_ ](?:error|failure|exception)\b|\bfail(?:ed|ure)?[-_ ]?(?:over|fast"
            + @"|threshold|safe)\w*|\bretry (?:succeeded|policy)"
            + @"|\b(?:error|exception|timeout)[-_ ]?(?:handler|log|page|rate|count)\w*",
        Words
    );

    /// <summary>Paths and settings hold words of failure without a failure.</summary>
    private static readonly Regex Path = new(@"(?:^|[\s""'])/[^\s""']*|\b\w+=(?:""[^""]*""|[^\s""]*)", Words);

    private static readonly Regex Complains = new(
        @"\b(?:fail(?:ed|s|ures?|ing|)|can ?not|can'?t|couldn'?t|could not|unable|denied|refused|timed out|timeouts?"
            + @"|deadline exceeded|not (?:found|exist|established|allowed|permitted|supported|ready|available|accepted"
            + @"|authori[sz]ed|met|set|defined|valid|recogni[sz]ed|resolved?|match(?:ed)?|enough|been applied|able)"
            + @"|no (?:such|space|route|matching|valid|available|healthy)|no \w+ exists?|does ?n[o']t|doesn't|isn't"
            + @"|did ?n[o']t|invalid|unexpected|fatal|abort(?:ed|ing|)|killed|exceed(?:ed|s)|exhausted"
            + @"|out of (?:memory|range|space|disk|inodes)|unhealthy|reject(?:ed|s|ing)|forbidden|unauthori[sz]ed"
            + @"|expired|unreachable|unavailable|unsupported|unapplied|unresolved|undefined|unrecogni[sz]ed"
            + @"|unknown (?:\w+ )?(?:command|flag|option|host|field|argument|variable|authority|error|user|database)"
            + @"|panic|crash(?:ed|ing|es|)|corrupt(?:ed|ion|)|mismatch(?:ed|)|conflict(?:s|ing|)|insufficient|missing"
            + @"|must (?:be|specify|not|have)|too many|illegal|core dumped|segmentation fault|retry(?:ing)?|retries"
            + @"|back-?off|throttl(?:ed|ing)|lost|incompatible|deadlock|overflow|unschedulable|evict(?:ed|ing)|degraded"
            + @"|violat(?:ed|es|ion)|errno|errors?|emerg|malformed|disconnect(?:ed|)|broken pipe|reset by peer"
            + @"|\w{1,60}(?:Error|Exception))\b",
        Words
    );
}
