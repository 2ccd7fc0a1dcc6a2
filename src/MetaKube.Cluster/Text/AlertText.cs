using System.Globalization;
using System.Text.RegularExpressions;
using MetaKube.Cluster.Objects;

namespace MetaKube.Cluster.Text;

/// <summary>
/// Reads the texts of alerts and of threshold detectors: an object, and quantities that left their usual range. Words
/// decide, not the format of one tool.
/// </summary>
internal static partial class AlertText
{
    private const int MostLines = 2000,
        LongestLine = 2000;

    /// <summary>The share of lines that have to be headings or measurements: a log is no alert.</summary>
    private const double Share = 0.6;

    private static readonly (AlertSignKind Kind, Regex Words, bool IsBadBelow)[] Quantities =
    [
        (AlertSignKind.Throttled, Throttling(), false),
        (AlertSignKind.Retransmissions, Retransmission(), false),
        (AlertSignKind.Latency, Latency(), false),
        (AlertSignKind.Errors, Errors(), false),
        (AlertSignKind.LessTraffic, Traffic(), true),
        (AlertSignKind.Cpu, Cpu(), false),
    ];

    /// <summary>The deviations that a text reports; none where it is no alert.</summary>
    public static IReadOnlyList<AlertSign> Read(string text)
    {
        if (!AlertWords().IsMatch(text))
            return [];
        var signs = new List<AlertSign>();
        (string Kind, string Name, string? Namespace)? heading = null;
        int lines = 0,
            understood = 0;
        foreach (var raw in text.Split('\n').Take(MostLines))
        {
            var line = raw.Trim();
            if (line.Length is 0 or > LongestLine)
                continue;
            lines++;
            var named = ObjectOf(line);
            var measured = named ?? heading;
            var found = measured is { } about ? SignsOf(line, about) : [];
            signs.AddRange(found);
            if (named is not null && found.Count == 0)
                heading = named;
            if (named is not null || found.Count > 0)
                understood++;
        }
        return understood >= Share * lines ? signs : [];
    }

    private static (string Kind, string Name, string? Namespace)? ObjectOf(string line)
    {
        var match = NamedObject().Match(line);
        if (!match.Success)
            return null;
        var kind = match.Groups["kind"].Value.Split('_')[^1].ToLowerInvariant();
        var ns = NamedNamespace().Match(line) is { Success: true } space ? space.Groups["name"].Value : null;
        return (KindOf(kind), match.Groups["name"].Value, ns);
    }

    private static string KindOf(string word) =>
        word switch
        {
            "node" or "host" or "instance" => "Node",
            "pod" => "Pod",
            "deployment" or "workload" or "app" or "application" => "Deployment",
            "statefulset" => "StatefulSet",
            "daemonset" => "DaemonSet",
            _ => "Service",
        };

    private static List<AlertSign> SignsOf(string line, (string Kind, string Name, string? Namespace) about)
    {
        var signs = new List<AlertSign>();
        foreach (var (kind, words, isBadBelow) in Quantities)
        {
            if (!words.IsMatch(line) || signs.Count > 0 && kind == AlertSignKind.Cpu)
                continue;
            var (factor, value) = Numbers(line);
            if (IsBetter(line, factor, isBadBelow, kind))
                continue;
            signs.Add(new(kind, about.Kind, about.Name, about.Namespace, factor, value, line));
        }
        return signs;
    }

    /// <summary>True if the quantity moved the harmless way: latency fell, traffic rose.</summary>
    private static bool IsBetter(string line, double factor, bool isBadBelow, AlertSignKind kind)
    {
        // A share of successes is bad below, a share of errors above; both are read as errors.
        if (kind is AlertSignKind.Errors or AlertSignKind.Throttled)
            return false;
        if (factor > 0)
            return isBadBelow ? factor > 1 : factor < 1;
        return isBadBelow ? Rising().IsMatch(line) : Falling().IsMatch(line);
    }

    /// <summary>The largest factor of a line, and the new value that belongs to it.</summary>
    private static (double Factor, double Value) Numbers(string line)
    {
        var best = (Factor: 0.0, Value: 0.0);
        foreach (Match pair in Pair().Matches(line))
        {
            var (before, now) = (Number(pair.Groups["before"].Value), Number(pair.Groups["now"].Value));
            var factor = before > 0 ? now / before : double.PositiveInfinity;
            if (factor > best.Factor)
                best = (factor, now);
        }
        if (best.Factor > 0)
            return best;
        foreach (Match percent in Percent().Matches(line))
            best.Factor = Math.Max(best.Factor, 1 + Number(percent.Groups["percent"].Value) / 100);
        return best;
    }

    private static double Number(string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) ? value : 0;

    [GeneratedRegex(
        @"\b(?:ABNORMAL|FIRING|ALERTS?|ALERTNAME|ANOMAL\w+|DEGRAD\w+|SATURAT\w+)\b"
            + "|_(?:DEGRADATION|SATURATION|ANOMALY|SPIKE)"
            + @"|\b(?:normal|baseline|expected)\s*[=:]|threshold|\boccurrences=|\b\d+% throttling",
        RegexOptions.IgnoreCase
    )]
    private static partial Regex AlertWords();

    [GeneratedRegex(
        @"\b(?<kind>(?:entry_|destination_|source_)?(?:service|node|pod|deployment|statefulset|daemonset|workload"
            + @"|app|application|host|instance))(?:_name)?(?:\s*[=:]\s*|\s+)""?'?"
            + @"(?<name>[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?)\b(?!\s*[=(])",
        RegexOptions.IgnoreCase
    )]
    private static partial Regex NamedObject();

    [GeneratedRegex(
        @"\bnamespace(?:\s*[=:]\s*|\s+)""?'?(?<name>[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)",
        RegexOptions.IgnoreCase
    )]
    private static partial Regex NamedNamespace();

    [GeneratedRegex(@"throttl|cpu_cfs", RegexOptions.IgnoreCase)]
    private static partial Regex Throttling();

    [GeneratedRegex(@"retrans|packet[ _-]?loss|lost packets|packets lost", RegexOptions.IgnoreCase)]
    private static partial Regex Retransmission();

    [GeneratedRegex(@"latency|response[ _-]?time|slow response|round[ -]?trip|\brtt\b", RegexOptions.IgnoreCase)]
    private static partial Regex Latency();

    [GeneratedRegex(
        @"error[ _-]?(?:rate|spike|ratio)|success[ _-]?rate|\b5xx\b|HTTPError|http 5\d\d|failed requests|availability",
        RegexOptions.IgnoreCase
    )]
    private static partial Regex Errors();

    [GeneratedRegex(
        @"throughput|\brps\b|\bqps\b|req/s|requests per second|\bpps\b|network drop|packet rate|bandwidth",
        RegexOptions.IgnoreCase
    )]
    private static partial Regex Traffic();

    [GeneratedRegex(@"\bcpu\b", RegexOptions.IgnoreCase)]
    private static partial Regex Cpu();

    [GeneratedRegex(@"\b(?:surge|rise|rose|increas\w+|higher|above|spike)\b", RegexOptions.IgnoreCase)]
    private static partial Regex Rising();

    [GeneratedRegex(@"\b(?:drop\w*|fell|decreas\w+|lower|below|recover\w*|resolved)\b", RegexOptions.IgnoreCase)]
    private static partial Regex Falling();

    [GeneratedRegex(
        @"(?:normal|baseline|usual|expected|before)\s*[=:]?\s*(?<before>\d+(?:\.\d+)?)[^\d\n]{1,40}?"
            + @"(?:current|cur|now|actual|observed|after)\s*[=:]?\s*(?<now>\d+(?:\.\d+)?)",
        RegexOptions.IgnoreCase
    )]
    private static partial Regex Pair();

    [GeneratedRegex(@"(?<percent>[+-]\d+(?:\.\d+)?)\s?%")]
    private static partial Regex Percent();
}
