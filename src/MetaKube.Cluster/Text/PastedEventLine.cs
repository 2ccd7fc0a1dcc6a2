using System.Globalization;
using System.Text.RegularExpressions;

namespace MetaKube.Cluster.Text;

/// <summary>One event in a line of text, as <c>kubectl describe</c> or <c>kubectl get events</c> prints it.</summary>
/// <param name="Age">The time since the event was last seen; null where it is not told.</param>
/// <param name="Object">KIND/NAME; null below a description, which is about one object.</param>
internal sealed partial record PastedEventLine(
    string Type,
    string Reason,
    string? Age,
    string? From,
    string? Object,
    string? Namespace,
    string Message
)
{
    private const string AgePattern =
        @"(?<age>(?:<invalid>|<unknown>|\d{1,6}[smhdy][\dsmhdy]{0,12})"
        + @"(?: ?\(x\d+ over (?:<invalid>|<unknown>|[\dsmhdy]+)\))?)";

    /// <summary>The number of times that the event was seen.</summary>
    public int Count =>
        Times().Match(Age ?? "") is { Success: true } match
        && int.TryParse(match.Groups[1].Value, CultureInfo.InvariantCulture, out var count)
            ? count
            : 1;

    public static bool IsEvent(string line) => line.Length > 8 && MayBeEvent(line) && Parse(line) is not null;

    /// <summary>The event of a line; null where the line is none.</summary>
    public static PastedEventLine? Parse(string line)
    {
        var text = line.Trim();
        var match = Described().Match(text);
        if (!match.Success)
            match = Listed().Match(text);
        if (!match.Success)
            match = Old().Match(text);
        return match.Success
            ? new(
                match.Groups["type"].Value,
                match.Groups["reason"].Value,
                Value(match, "age"),
                Value(match, "from"),
                Value(match, "object"),
                Value(match, "ns"),
                match.Groups["message"].Value
            )
            : null;
    }

    /// <summary>"2m30s (x4 over 5m)" is two and a half minutes.</summary>
    public static TimeSpan AgeOf(string? text)
    {
        var age = TimeSpan.Zero;
        foreach (Match part in AgePart().Matches((text ?? "").Split('(')[0]))
        {
            var value = int.Parse(part.Groups[1].Value, CultureInfo.InvariantCulture);
            age += part.Groups[2].Value switch
            {
                "y" => TimeSpan.FromDays(365 * Math.Min(value, 100)),
                "d" => TimeSpan.FromDays(value),
                "h" => TimeSpan.FromHours(value),
                "m" => TimeSpan.FromMinutes(value),
                _ => TimeSpan.FromSeconds(value),
            };
        }
        return age;
    }

    private static bool MayBeEvent(string line) =>
        line.Contains("Warning", StringComparison.Ordinal) || line.Contains("Normal", StringComparison.Ordinal);

    private static string? Value(Match match, string name) =>
        match.Groups[name] is { Success: true, Length: > 0 } group ? group.Value : null;

    // "Warning  BackOff  20s (x12 over 3m)  kubelet  Back-off restarting failed container". The reporter may be left
    // out; then the message, which begins with a capital or a number, follows the age.
    [GeneratedRegex(
        "^(?<type>Normal|Warning)\\s+(?<reason>[A-Za-z][\\w.-]*)\\s+"
            + AgePattern
            + @"\s+(?:(?<from>[a-z][\w./-]*(?:, [\w.-]+)?)(?:\s+|$))?(?<message>.*)$"
    )]
    private static partial Regex Described();

    // "2m  Warning  BackOff  pod/web-0  Back-off restarting failed container"
    [GeneratedRegex(
        @"^(?:(?<ns>[a-z0-9][a-z0-9-]*)\s+)?"
            + AgePattern
            + @"\s+(?<type>Normal|Warning)\s+(?<reason>[A-Za-z][\w.-]*)\s+"
            + @"(?<object>[A-Za-z][\w.]*/[\w.:-]+)\s*(?<message>.*)$"
    )]
    private static partial Regex Listed();

    // "5m  4m  3  kubelet, node-1  spec.containers{web}  Warning  BackOff  Back-off restarting failed container"
    [GeneratedRegex(
        @"^\d{1,6}[smhdy][\dsmhdy]{0,12}\s+"
            + AgePattern
            + @"\s+\d+\s+(?<from>[\w./-]+(?:, [\w.-]+)?)\s+(?:spec\.\S+\s+)?"
            + @"(?<type>Normal|Warning)\s+(?<reason>[A-Za-z][\w.-]*)\s+(?<message>.*)$"
    )]
    private static partial Regex Old();

    [GeneratedRegex(@"\(x(\d{1,9}) over")]
    private static partial Regex Times();

    [GeneratedRegex(@"(\d{1,6})([ydhms])")]
    private static partial Regex AgePart();
}
