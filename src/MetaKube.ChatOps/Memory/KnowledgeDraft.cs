using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.RegularExpressions;
using MetaKube.Faults;
using MetaKube.Model;

namespace MetaKube.ChatOps.Memory;

/// <summary>A known failure in YAML, drafted from an open cause in memory for a person to review.</summary>
/// <param name="id">The episode or pattern.</param>
/// <param name="open">The cause.</param>
/// <param name="signals">The signals of its case.</param>
/// <param name="fix">What fixed it, or null.</param>
internal sealed partial class KnowledgeDraft(
    string id,
    OpenCause open,
    IReadOnlyList<SignalTemplate> signals,
    string? fix
)
{
    private const int MostSignals = 4,
        IdWords = 6;

    private const string Varying = "x1";

    private static readonly JsonSerializerOptions Plain = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>The file, or null if no signal is specific enough for a pattern.</summary>
    public string? ToYaml()
    {
        var patterns = signals
            .Where(signal => signal.IsSpecific)
            .Select(signal => (signal.Place, Pattern: PatternOf(signal.Text)))
            .Where(pair => IsPattern(pair.Pattern))
            .Take(MostSignals)
            .ToList();
        return patterns.Count == 0 ? null : string.Join('\n', [.. Failure(patterns), .. Examples(patterns), ""]);
    }

    private IEnumerable<string> Failure(List<(string Place, string Pattern)> patterns) =>
        [
            $"# Drafted from {id} of memory. Review it: are the signs decisive, and is it the cause in general?",
            "component: Own",
            "failures:",
            $"  - id: {IdOf(open.Words)}",
            $"    title: {Text(open.Words)}",
            "    when:",
            "      all:",
            $"        - {ConditionOf(patterns[0])}",
            .. patterns.Skip(1).Take(1).Select(_ => "      any:"),
            .. patterns.Skip(1).Select(pattern => $"        - {ConditionOf(pattern)}"),
            $"    cause: {Text(Braceless(open.Words))}",
            $"    why: {Text($"{open.Source}.")}",
            "    checks:",
            "      - kubectl -n {namespace} logs {pod} --tail=100",
            "    fix:",
            $"      - do: {Text(fix is null ? "Write here what fixes it." : $"Last time: {Braceless(fix)}")}",
            "        risk: medium",
            "    prevention: []",
            "    category: application",
        ];

    private static IEnumerable<string> Examples(List<(string Place, string Pattern)> patterns) =>
        [
            "    examples:",
            "      fires:",
            $"        - [{string.Join(", ", patterns.Select(pair => Text(ExampleOf(pair.Place, pair.Pattern))))}]",
            "      misses:",
            $"        - [{Text(NearMissOf(patterns[0].Place, patterns[0].Pattern))}]",
        ];

    private static string ConditionOf((string Place, string Pattern) pair) =>
        $"{(pair.Place == "command" ? "says" : pair.Place)}: {Text(pair.Pattern)}";

    /// <summary>A template as a pattern: gaps in place of what varies.</summary>
    private static string PatternOf(string template) =>
        Gaps()
            .Replace(Braceless(template).Replace("*", "...", StringComparison.Ordinal), "...")
            .Trim(' ', '.', ':', ',');

    private static bool IsPattern(string pattern)
    {
        try
        {
            TextPattern.Parse(pattern);
            return true;
        }
        catch (FormatException)
        {
            return false;
        }
    }

    private static string ExampleOf(string place, string pattern) =>
        $"{LineOf(place)}: {pattern.Replace("...", $" {Varying} ", StringComparison.Ordinal)}";

    /// <summary>The line without the last word of its longest plain part.</summary>
    private static string NearMissOf(string place, string pattern)
    {
        var longest = pattern.Split("...").MaxBy(part => part.Length)!;
        var cut = longest.TrimEnd().LastIndexOf(' ');
        var shorter = cut > 0 ? longest[..cut] : longest[..(longest.Length / 2)];
        return ExampleOf(place, pattern.Replace(longest, $"{shorter} ", StringComparison.Ordinal));
    }

    private static string LineOf(string place) =>
        place switch
        {
            "event" => "event Warning",
            "condition" => "condition Ready",
            "waiting" => "waiting Waiting",
            _ => "log",
        };

    private static string IdOf(string words)
    {
        var slug = string.Join(
            '-',
            Word().Matches(words.ToLowerInvariant()).Take(IdWords).Select(match => match.Value)
        );
        return slug.Length > 0 ? $"own-{slug}" : $"own-{OpenCause.CodeOf(words)[5..]}";
    }

    private static string Braceless(string text) => text.Replace('{', '(').Replace('}', ')');

    /// <summary>A text in quotation marks, which JSON and YAML read alike.</summary>
    private static string Text(string text) => JsonSerializer.Serialize(text, Plain);

    [GeneratedRegex(@"(?:[^\p{L}\p{Nd}.]*\.{3}[^\p{L}\p{Nd}.]*)+", RegexOptions.NonBacktracking)]
    private static partial Regex Gaps();

    [GeneratedRegex(@"[a-z0-9]+", RegexOptions.NonBacktracking)]
    private static partial Regex Word();
}
