using System.Text.RegularExpressions;

namespace MetaKube.Cluster.Pasted;

/// <summary>A line of a <c>kubectl describe</c>, with the lines that are indented below it.</summary>
internal sealed partial class DescribedField(string key, string value, int indent)
{
    public string Key { get; } = key;

    public string Value { get; } = value;

    public List<DescribedField> Children { get; } = [];

    private int Indent { get; } = indent;

    public DescribedField? this[string name] => Children.Find(child => child.Key == name);

    /// <summary>A child's value; null where it is absent, empty or written as &lt;none&gt;, &lt;unset&gt;.</summary>
    public string? Text(string name) => this[name]?.Value is { Length: > 0 } text && text is not ("<none>" or "<unset>" or "<unknown>") ? text : null;

    public static DescribedField Parse(IEnumerable<string> lines)
    {
        var root = new DescribedField("", "", -1);
        var open = new Stack<DescribedField>([root]);
        foreach (var line in lines.Where(line => line.Trim().Length > 0))
        {
            var indent = line.Length - line.TrimStart().Length;
            var match = KeyValue().Match(line.Trim());
            var field = match.Success ? new DescribedField(match.Groups[1].Value, match.Groups[2].Value.Trim(), indent) : new DescribedField("", line.Trim(), indent);
            while (open.Peek().Indent >= indent) open.Pop();
            open.Peek().Children.Add(field);
            open.Push(field);
        }
        return root;
    }

    // "Host Port:", "Node-Selectors:", "Last State:", "Environment Variables from:", "DB_URL:"
    [GeneratedRegex(@"^([A-Za-z_][\w ./-]{0,60}?):(?:\s+(.*))?$")]
    private static partial Regex KeyValue();
}
