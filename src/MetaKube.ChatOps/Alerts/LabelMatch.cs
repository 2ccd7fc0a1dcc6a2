using System.Text.RegularExpressions;

namespace MetaKube.ChatOps.Alerts;

/// <summary>
/// Labels that an alert has to have, as Alertmanager's matchers: a regular expression of the whole value for each; a
/// label that is not there is empty.
/// </summary>
internal sealed class LabelMatch
{
    private readonly List<(string Label, Regex Value)> matchers;

    /// <exception cref="ArgumentException">An expression cannot be read.</exception>
    public LabelMatch(IReadOnlyDictionary<string, string> match) =>
        // Without backtracking: what is matched comes from outside.
        matchers = [
            .. match.Select(one =>
                (one.Key, new Regex($"^(?:{one.Value})$", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant))
            ),
        ];

    public bool Fits(IReadOnlyDictionary<string, string> labels) =>
        matchers.TrueForAll(matcher => matcher.Value.IsMatch(labels.GetValueOrDefault(matcher.Label, "")));

    /// <summary>What is wrong with expressions that were set.</summary>
    public static IEnumerable<string> Problems(string setting, IReadOnlyDictionary<string, string> match)
    {
        string? problem = null;
        try
        {
            _ = new LabelMatch(match);
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            problem = $"{setting}:Match: {e.Message}";
        }
        if (problem is not null)
            yield return problem;
    }
}

/// <summary>Where incidents are dealt with whose alerts have certain labels.</summary>
internal sealed class AlertRoute
{
    private LabelMatch? matcher;

    /// <summary>Labels, and what they have to be: regular expressions of the whole value.</summary>
    public Dictionary<string, string> Match { get; set; } = [];

    /// <summary>None: they are not looked into.</summary>
    public string[] Channels { get; set; } = [];

    public bool IsFor(IReadOnlyDictionary<string, string> labels) => (matcher ??= new(Match)).Fits(labels);

    public IEnumerable<string> Problems(string setting) => LabelMatch.Problems(setting, Match);
}
