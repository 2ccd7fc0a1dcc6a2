using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using MetaKube.Cluster;
using MetaKube.Cluster.Redaction;
using MetaKube.Fakes;
using MetaKube.Model;

namespace MetaKube.Tests;

/// <summary>
/// Quotes of answers exist in the evidence: log lines and messages word by word, fields by name and value.
/// </summary>
public sealed partial class QuoteTests
{
    /// <summary>
    /// The names of the API's fields: one that is not set is not written down, and may be quoted as such.
    /// </summary>
    private static readonly IReadOnlyList<string> Fields =
    [
        .. typeof(k8s.Models.V1Pod)
            .Assembly.GetTypes()
            .Where(type => type.Namespace == "k8s.Models")
            .SelectMany(type => type.GetProperties())
            .Select(property =>
                property
                    .GetCustomAttributes(typeof(System.Text.Json.Serialization.JsonPropertyNameAttribute), false)
                    .FirstOrDefault()
            )
            .OfType<System.Text.Json.Serialization.JsonPropertyNameAttribute>()
            .Select(attribute => attribute.Name)
            .Distinct(),
    ];

    public static TheoryData<string> Names =>
        [.. Scenario.LoadAll().Where(scenario => Directory.Exists(scenario.Dump)).Select(scenario => scenario.Name)];

    [Theory, MemberData(nameof(Names))]
    public async Task Findings_quote_what_is_in_the_evidence(string name)
    {
        var scenario = Scenario.LoadAll().Single(scenario => scenario.Name == name);
        var text = TextOf(scenario.Dump);
        var words = Word().Matches(text).Select(match => match.Value).ToHashSet(StringComparer.OrdinalIgnoreCase);
        words.UnionWith(Fields.Append("null"));
        var evidence = await new DumpEvidence(scenario.Dump).CollectAsync(
            new(scenario.Question),
            SilentProgress.Instance,
            TestContext.Current.CancellationToken
        );
        evidence
            .Findings.Where(finding => !IsThere(finding, text, words))
            .Select(finding => $"{finding.Source}: {finding.Quote}")
            .ShouldBeEmpty();
    }

    private static bool IsThere(Finding finding, string text, HashSet<string> words)
    {
        var quote = finding.Quote.TrimEnd('…');
        return IsVerbatim(finding.Source)
            ? text.Contains(quote, StringComparison.Ordinal)
            : Word()
                .Matches(quote)
                .Select(match => match.Value)
                .All(word => words.Contains(word) || int.TryParse(word, out _));
    }

    private static bool IsVerbatim(string source) =>
        source.StartsWith("log", StringComparison.Ordinal)
        || source.StartsWith("event", StringComparison.Ordinal)
        || source.EndsWith("of the log", StringComparison.Ordinal)
        || source.EndsWith(".message", StringComparison.Ordinal);

    /// <summary>Names and values of all objects, and all logs, as one text without line breaks.</summary>
    private static string TextOf(string folder)
    {
        var text = new StringBuilder();
        foreach (var file in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories))
        {
            if (!file.EndsWith(".json", StringComparison.Ordinal))
                text.Append(File.ReadAllText(file)).Append('\n');
            else
                using (var document = JsonDocument.Parse(File.ReadAllText(file)))
                    Append(text, document.RootElement);
        }
        return Blank().Replace(new Redactor().Clean(text.ToString()), " ");
    }

    private static void Append(StringBuilder text, JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                foreach (var property in element.EnumerateObject())
                {
                    text.Append(property.Name).Append(' ');
                    Append(text, property.Value);
                }
                break;
            case JsonValueKind.Array:
                foreach (var item in element.EnumerateArray())
                    Append(text, item);
                break;
            default:
                text.Append(element.ToString()).Append('\n');
                break;
        }
    }

    [GeneratedRegex(@"\s+")]
    private static partial Regex Blank();

    [GeneratedRegex(@"[A-Za-z0-9]+")]
    private static partial Regex Word();
}
