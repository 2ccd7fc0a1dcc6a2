using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using MetaKube.Model;

namespace MetaKube.Faults;

/// <summary>
/// A remedy with {placeholders} that are filled from facts. It is offered only if all its facts are known, so that no
/// name is invented.
/// </summary>
public sealed partial record RemedyTemplate(Risk Risk, string Summary, params string[] Commands)
{
    /// <summary>True if it is offered only if the template before it could not be filled.</summary>
    public bool Otherwise { get; init; }

    /// <summary>
    /// The commands as a strategic merge patch of the object that has to change. Set only if the change is fully
    /// determined and can be undone.
    /// </summary>
    public string? Patch { get; init; }

    /// <summary>True if the patch is for the node in the facts instead of the blamed resource.</summary>
    public bool IsOfNode { get; init; }

    /// <summary>True if the workload is rolled back to {revision}.</summary>
    public bool GoesBack { get; init; }

    /// <summary>The remedies whose facts are all known, in order.</summary>
    /// <param name="templates">The remedies of a fault.</param>
    /// <param name="facts">Values by placeholder name.</param>
    /// <param name="resource">The resource that has to change.</param>
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
            return RollbackOf(facts, resource);
        if (Patch is null || IsOfNode && !facts.ContainsKey("node"))
            return null;
        var complete = true;
        var patch = PatchPlaceholder()
            .Replace(
                Patch,
                match =>
                {
                    if (!facts.TryGetValue(match.Groups["name"].Value, out var value) || value.Length == 0)
                    {
                        complete = false;
                        return "";
                    }
                    // A placeholder in quotes is a string, whatever it holds; any other is JSON that an inspector made.
                    return match.Value[0] == '"' ? JsonSerializer.Serialize(value) : value;
                }
            );
        if (!complete)
            return null;
        return new(IsOfNode ? new("Node", null, facts["node"]) : resource, patch);
    }

    private static Change? RollbackOf(IReadOnlyDictionary<string, string> facts, ResourceRef resource)
    {
        var text = facts.GetValueOrDefault("revision");
        var isNumber = int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var revision);
        return isNumber && resource.Kind == "Deployment" ? new(resource, "", revision) : null;
    }

    // Facts come from the cluster. A shell must not interpret them when a person copies the command.
    private static string Quoted(string value) =>
        PlainWord().IsMatch(value) ? value : $"'{value.Replace("'", @"'\''", StringComparison.Ordinal)}'";

    [GeneratedRegex(@"\{([a-z]+)\}")]
    private static partial Regex Placeholder();

    [GeneratedRegex("""\"\{(?<name>[a-z]+)\}\"|\{(?<name>[a-z]+)\}""")]
    private static partial Regex PatchPlaceholder();

    [GeneratedRegex(@"^[A-Za-z0-9_./:@=,+%-]+$")]
    private static partial Regex PlainWord();
}
