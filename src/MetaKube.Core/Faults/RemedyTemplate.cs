using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using MetaKube.Model;

namespace MetaKube.Faults;

/// <summary>
/// A remedy whose {placeholders} are filled from facts; without a fact that it names it is not offered, so that no name
/// is invented.
/// </summary>
public sealed partial record RemedyTemplate(Risk Risk, string Summary, params string[] Commands)
{
    /// <summary>Offered only where the template before it could not be filled.</summary>
    public bool Otherwise { get; init; }

    /// <summary>
    /// The commands as a strategic merge patch of what has to change; only for what leaves nothing open and can be
    /// taken back.
    /// </summary>
    public string? Patch { get; init; }

    /// <summary>The patch is of the node that is named, not of what the diagnosis blames.</summary>
    public bool IsOfNode { get; init; }

    /// <summary>The workload goes back to {revision}.</summary>
    public bool GoesBack { get; init; }

    /// <summary>The remedies that these facts allow, in order.</summary>
    /// <param name="templates">The remedies of a fault.</param>
    /// <param name="facts">What is known, by the placeholders' names.</param>
    /// <param name="resource">What has to change.</param>
    public static IReadOnlyList<Remedy> Fill(
        IEnumerable<RemedyTemplate> templates,
        IReadOnlyDictionary<string, string> facts,
        ResourceRef resource
    )
    {
        var remedies = new List<Remedy>();
        Remedy? last = null;
        foreach (var template in templates)
        {
            if (template.Otherwise && last is not null)
                continue;
            last = template.Fill(facts, resource);
            if (last is not null)
                remedies.Add(last);
        }
        return remedies;
    }

    private Remedy? Fill(IReadOnlyDictionary<string, string> facts, ResourceRef resource)
    {
        var complete = true;
        string Fill(string text, Func<string, string> render) =>
            Placeholder()
                .Replace(
                    text,
                    match =>
                    {
                        if (facts.TryGetValue(match.Groups[1].Value, out var value) && value.Length > 0)
                            return render(value);
                        complete = false;
                        return "";
                    }
                );
        var remedy = new Remedy(
            Fill(Summary, value => value),
            [.. Commands.Select(command => Fill(command, Quoted))],
            Risk
        );
        return complete ? remedy with { Change = ChangeOf(facts, resource.Object) } : null;
    }

    private Change? ChangeOf(IReadOnlyDictionary<string, string> facts, ResourceRef resource)
    {
        if (GoesBack)
            return
                resource.Kind == "Deployment"
                && int.TryParse(
                    facts.GetValueOrDefault("revision"),
                    NumberStyles.None,
                    CultureInfo.InvariantCulture,
                    out var revision
                )
                ? new(resource, "", revision)
                : null;
        if (Patch is null || IsOfNode && !facts.ContainsKey("node"))
            return null;
        var complete = true;
        var patch = PatchPlaceholder()
            .Replace(
                Patch,
                match =>
                {
                    complete &= facts.TryGetValue(match.Groups["name"].Value, out var value) && value.Length > 0;
                    // In quotes it is a text, whatever it holds; else JSON that an inspector made.
                    return !complete ? ""
                        : match.Value[0] == '"' ? JsonSerializer.Serialize(value)
                        : value!;
                }
            );
        return complete ? new(IsOfNode ? new("Node", null, facts["node"]) : resource, patch) : null;
    }

    // Facts are read from the cluster: a value that a shell would interpret must not run when the command is copied.
    private static string Quoted(string value) =>
        PlainWord().IsMatch(value) ? value : $"'{value.Replace("'", @"'\''", StringComparison.Ordinal)}'";

    [GeneratedRegex(@"\{([a-z]+)\}")]
    private static partial Regex Placeholder();

    [GeneratedRegex("""\"\{(?<name>[a-z]+)\}\"|\{(?<name>[a-z]+)\}""")]
    private static partial Regex PatchPlaceholder();

    [GeneratedRegex(@"^[A-Za-z0-9_./:@=,+%-]+$")]
    private static partial Regex PlainWord();
}
