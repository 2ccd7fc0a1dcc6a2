using System.Text.RegularExpressions;

namespace MetaKube.ChatOps.Alerts;

/// <summary>
/// Matches the labels of an alert, as Alertmanager's matchers do: each regular expression has to match a label's whole
/// value; a missing label counts as empty.
/// </summary>
internal sealed class LabelMatch
{
    private readonly List<(string Label, Regex Value)> matchers;

    /// <exception cref="ArgumentException">An expression is invalid.</exception>
    public LabelMatch(IReadOnlyDictionary<string, string> match) =>
        // NonBacktracking bounds the time: labels are untrusted.
        matchers = [
            .. match.Select(one =>
                (one.Key, new Regex($"^(?:{one.Value})$", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant))
            ),
        ];

    public bool Fits(IReadOnlyDictionary<string, string> labels) =>
        matchers.TrueForAll(matcher => matcher.Value.IsMatch(labels.GetValueOrDefault(matcher.Label, "")));

    /// <summary>The errors in configured expressions.</summary>
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

/// <summary>The channels of incidents whose alerts have certain labels.</summary>
internal sealed class AlertRoute
{
    private LabelMatch? matcher;

    /// <summary>Regular expressions of whole values, by label.</summary>
    public Dictionary<string, string> Match { get; set; } = [];

    /// <summary>The channels; empty: the incidents are not investigated.</summary>
    public string[] Channels { get; set; } = [];

    public bool IsFor(IReadOnlyDictionary<string, string> labels) => (matcher ??= new(Match)).Fits(labels);

    public IEnumerable<string> Problems(string setting) => LabelMatch.Problems(setting, Match);
}
