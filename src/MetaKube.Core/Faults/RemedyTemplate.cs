using System.Text.RegularExpressions;
using MetaKube.Investigations;

namespace MetaKube.Faults;

/// <summary>A remedy whose {placeholders} are filled from facts; without a fact that it names it is not offered, so that no name is invented.</summary>
public sealed partial record RemedyTemplate(Risk Risk, string Summary, params string[] Commands)
{
    /// <summary>Offered only where the template before it could not be filled.</summary>
    public bool Otherwise { get; init; }

    /// <summary>The remedies that these facts allow, in order.</summary>
    public static IReadOnlyList<Remedy> Fill(IEnumerable<RemedyTemplate> templates, IReadOnlyDictionary<string, string> facts)
    {
        var remedies = new List<Remedy>();
        Remedy? last = null;
        foreach (var template in templates)
        {
            if (template.Otherwise && last is not null) continue;
            last = template.Fill(facts);
            if (last is not null) remedies.Add(last);
        }
        return remedies;
    }

    private Remedy? Fill(IReadOnlyDictionary<string, string> facts)
    {
        var complete = true;
        string Fill(string text, Func<string, string> render) => Placeholder().Replace(text, match =>
        {
            if (facts.TryGetValue(match.Groups[1].Value, out var value) && value.Length > 0) return render(value);
            complete = false;
            return "";
        });
        var remedy = new Remedy(Fill(Summary, value => value), [.. Commands.Select(command => Fill(command, Quoted))], Risk);
        return complete ? remedy : null;
    }

    // Facts are read from the cluster: a value that a shell would interpret must not run when the command is copied.
    private static string Quoted(string value) => PlainWord().IsMatch(value) ? value : $"'{value.Replace("'", @"'\''", StringComparison.Ordinal)}'";

    [GeneratedRegex(@"\{([a-z]+)\}")]
    private static partial Regex Placeholder();

    [GeneratedRegex(@"^[A-Za-z0-9_./:@=,+%-]+$")]
    private static partial Regex PlainWord();
}
