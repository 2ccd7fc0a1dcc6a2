using System.Text.RegularExpressions;

namespace MetaKube.Cluster.Text;

/// <summary>A line of the output of <c>kubectl describe</c>, with the lines that are indented below it.</summary>
internal sealed partial class DescribedField(string key, string value, int indent)
{
    public string Key { get; } = key;

    public string Value { get; } = value;

    public List<DescribedField> Children { get; } = [];

    private int Indent { get; } = indent;

    public DescribedField? this[string name] => Children.Find(child => child.Key == name);

    /// <summary>A child's value; null where it is absent, empty or written as &lt;none&gt;, &lt;unset&gt;.</summary>
    public string? Text(string name) =>
        this[name]?.Value is { Length: > 0 } text && text is not ("<none>" or "<unset>" or "<unknown>") ? text : null;

    /// <summary>All lines below it, as they were printed.</summary>
    public IEnumerable<string> Lines()
    {
        foreach (var child in Children)
        {
            yield return child.Key.Length > 0 ? $"{child.Key}: {child.Value}" : child.Value;
            foreach (var line in child.Lines())
                yield return line;
        }
    }

    /// <summary>"app=web" and the lines below it; several on one line are separated by commas.</summary>
    public static Dictionary<string, string>? Labels(DescribedField? field)
    {
        if (field is null)
            return null;
        return field
            .Children.Select(child => child.Value)
            .Prepend(field.Value)
            .SelectMany(line => line.Split(','))
            .Select(line => line.Split('=', 2))
            .Where(pair => pair.Length == 2)
            .DistinctBy(pair => pair[0].Trim())
            .ToDictionary(pair => pair[0].Trim(), pair => pair[1].Trim());
    }

    public static int? FirstNumber(string? text) =>
        text is not null
        && Number().Match(text) is { Success: true } match
        && int.TryParse(match.Value, System.Globalization.CultureInfo.InvariantCulture, out var value)
            ? value
            : null;

    public static DescribedField Parse(IEnumerable<string> lines)
    {
        var root = new DescribedField("", "", -1);
        var open = new Stack<DescribedField>([root]);
        foreach (var line in lines.Where(line => line.Trim().Length > 0))
        {
            var indent = line.Length - line.TrimStart().Length;
            var match = KeyValue().Match(line.Trim());
            var field = match.Success
                ? new DescribedField(match.Groups[1].Value, match.Groups[2].Value.Trim(), indent)
                : new DescribedField("", line.Trim(), indent);
            while (open.Peek().Indent >= indent)
                open.Pop();
            open.Peek().Children.Add(field);
            open.Push(field);
        }
        return root;
    }

    [GeneratedRegex(@"\d{1,9}")]
    private static partial Regex Number();

    // "Host Port:", "Node-Selectors:", "Last State:", "Environment Variables from:", "DB_URL:"
    [GeneratedRegex(@"^([A-Za-z_][\w ./-]{0,60}?):(?:\s+(.*))?$")]
    private static partial Regex KeyValue();
}
