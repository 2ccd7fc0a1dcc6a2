using YamlDotNet.RepresentationModel;

namespace MetaKube.Faults;

/// <summary>
/// Reads a runbook from Markdown with front matter, the form of SKILL.md: <c>name</c> and <c>description</c>, and what
/// docs/knowledge.md describes.
/// </summary>
/// <param name="file">The name of the file, for errors.</param>
public sealed class RunbookReader(string file)
{
    private const int LongestName = 100,
        LongestTitle = 160,
        LongestDescription = 2000;

    private const string Fence = "---";

    /// <summary>Our fields, and those that SKILL.md has for programs.</summary>
    private static readonly HashSet<string> Fields =
    [
        "name",
        "title",
        "description",
        "when",
        "alerts",
        "faults",
        "namespaces",
        "labels",
        "link",
        "license",
        "compatibility",
        "metadata",
        "allowed-tools",
    ];

    // The front matter begins after the first line.
    private readonly KnowledgeYaml yaml = new(file, 1);

    /// <summary>True if a text begins with front matter.</summary>
    public static bool HasFrontMatter(string text) => FirstLine(text) == Fence;

    /// <exception cref="KnowledgeFormatException">
    /// The text has no front matter, or a field of it is missing or wrong.
    /// </exception>
    public Runbook Read(string text)
    {
        if (!HasFrontMatter(text))
            throw new KnowledgeFormatException(
                $"{file}, line 1, column 1: A runbook begins with front matter: name and description between lines ---."
            );
        var lines = text.ReplaceLineEndings("\n").TrimStart('\uFEFF').Split('\n');
        var end = Array.FindIndex(lines, 1, line => line.TrimEnd() == Fence);
        if (end < 0)
            throw new KnowledgeFormatException($"{file}, line 1, column 1: The front matter has no end, a line ---.");
        var body = RunbookBody.Of(lines[(end + 1)..]);
        return yaml.Read(
            string.Join('\n', lines[1..end]),
            "The front matter has to be a mapping with 'name' and 'description'.",
            front => Runbook(front, body)
        );
    }

    private static string FirstLine(string text)
    {
        var line = text.TrimStart('\uFEFF').AsSpan();
        var end = line.IndexOf('\n');
        return (end < 0 ? line : line[..end]).TrimEnd().ToString();
    }

    private Runbook Runbook(YamlMappingNode front, RunbookBody body)
    {
        var name = Bounded(front, "name", LongestName);
        var description = Bounded(front, "description", LongestDescription);
        var title = front.Children.ContainsKey("title") ? Bounded(front, "title", LongestTitle) : body.Title;
        return new()
        {
            Name = name,
            Title = title.Length > 0 ? title : name,
            Description = description,
            Origin = file,
            When = front.Children.ContainsKey("when") ? yaml.Signs(front, name) : null,
            Alerts = yaml.Texts(front, "alerts"),
            Faults = yaml.Texts(front, "faults"),
            Namespaces = yaml.Texts(front, "namespaces"),
            Labels = Labels(front),
            Steps = body.Steps.Count > 0 ? body.Steps : [new(description, [])],
            Link = front.Children.ContainsKey("link") ? Link(front) : body.Link,
            UnknownFields = [.. front.Children.Keys.Select(key => key.ToString()).Where(key => !Fields.Contains(key))],
        };
    }

    private string Bounded(YamlMappingNode front, string field, int longest)
    {
        var text = Blanks.Collapse(yaml.Text(front, field).Trim());
        return text.Length is > 0 && text.Length <= longest
            ? text
            : throw yaml.Error(front[field].Start, $"'{field}' has to have 1 to {longest} characters.");
    }

    private Dictionary<string, string> Labels(YamlMappingNode front) =>
        front.Children.TryGetValue("labels", out var labels)
            ? yaml.Mapping(labels)
                .Children.ToDictionary(label => label.Key.ToString(), label => Label(label.Key.ToString(), label.Value))
            : [];

    private string Label(string name, YamlNode value) =>
        value is YamlScalarNode { Value: { } text }
            ? text
            : throw yaml.Error(value.Start, $"The label '{name}' has to be a text.");

    private Uri Link(YamlMappingNode front) =>
        RunbookBody.WebAddress(yaml.Text(front, "link"))
        ?? throw yaml.Error(front["link"].Start, "'link' has to be an address with http or https.");
}
