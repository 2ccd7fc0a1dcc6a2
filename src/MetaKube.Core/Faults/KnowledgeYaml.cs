using System.Globalization;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;
using YamlDotNet.RepresentationModel;

namespace MetaKube.Faults;

/// <summary>Reads the nodes of a knowledge file; each error names the file, line and column.</summary>
/// <param name="file">The name of the file, for errors.</param>
/// <param name="lineOffset">The lines of the file before the YAML.</param>
internal sealed class KnowledgeYaml(string file, int lineOffset = 0)
{
    private const int Deepest = 40;

    private static readonly Dictionary<string, ObservationKind?> TextKinds = new()
    {
        ["says"] = null,
        ["log"] = ObservationKind.Log,
        ["event"] = ObservationKind.Event,
        ["condition"] = ObservationKind.Condition,
        ["waiting"] = ObservationKind.Waiting,
    };

    private static readonly Dictionary<string, ObservationKind> ValueKinds = new()
    {
        ["exit"] = ObservationKind.Exit,
        ["image"] = ObservationKind.Image,
        ["kind"] = ObservationKind.Kind,
    };

    /// <summary>The mapping that a text consists of.</summary>
    /// <param name="text">The YAML.</param>
    /// <param name="otherwise">The error for any other text.</param>
    /// <param name="select">Reads the mapping; an error of YAML that it meets is reported as one of the file.</param>
    /// <exception cref="KnowledgeFormatException">The text is no such mapping.</exception>
    public T Read<T>(string text, string otherwise, Func<YamlMappingNode, T> select)
    {
        try
        {
            RefuseTraps(text);
            var yaml = new YamlStream();
            yaml.Load(new StringReader(text));
            if (yaml.Documents is not [{ RootNode: YamlMappingNode root }])
                throw Error(Mark.Empty, otherwise);
            return select(root);
        }
        catch (YamlException e)
        {
            throw Error(e.Start, e.InnerException?.Message ?? e.Message, e);
        }
        catch (InvalidOperationException e)
        {
            // The scanner throws it for a text that ends in the middle of a value.
            throw new KnowledgeFormatException($"{file} is no YAML.", e);
        }
    }

    public string Text(YamlMappingNode node, string field) =>
        Required(node, field) is YamlScalarNode { Value.Length: > 0 } text
            ? text.Value
            : throw Error(node.Start, $"'{field}' has to be a text.");

    public static string Optional(YamlMappingNode node, string field) =>
        node.Children.TryGetValue(field, out var value) ? value.ToString() : "";

    public YamlNode Required(YamlMappingNode node, string field) =>
        node.Children.TryGetValue(field, out var value) ? value : throw Error(node.Start, $"'{field}' is missing.");

    public IEnumerable<YamlNode> Items(YamlMappingNode node, string field, bool isRequired = true)
    {
        if (!isRequired && !node.Children.ContainsKey(field))
            return [];
        return Required(node, field) is YamlSequenceNode list
            ? list
            : throw Error(node[field].Start, $"'{field}' has to be a list.");
    }

    /// <summary>The texts of a field that is one text or a list of them; none where it is missing.</summary>
    public IReadOnlyList<string> Texts(YamlMappingNode node, string field)
    {
        if (!node.Children.TryGetValue(field, out var value))
            return [];
        var texts = value is YamlSequenceNode list ? list.Children : [value];
        return
        [
            .. texts.Select(text =>
                text is YamlScalarNode { Value.Length: > 0 } one
                    ? one.Value
                    : throw Error(text.Start, $"'{field}' has to be a text, or a list of texts.")
            ),
        ];
    }

    public YamlMappingNode Mapping(YamlNode node) =>
        node as YamlMappingNode ?? throw Error(node.Start, "A mapping is expected here.");

    public double Number(YamlMappingNode node, string field, double otherwise)
    {
        if (Optional(node, field) is not { Length: > 0 } text)
            return otherwise;
        return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && number >= 0
            ? number
            : throw Error(node[field].Start, $"'{text}' is no number from 0 up.");
    }

    /// <summary>The field <c>when</c>, which needs a pattern.</summary>
    /// <param name="node">The mapping with the field.</param>
    /// <param name="name">The name of what it belongs to.</param>
    public Signs Signs(YamlMappingNode node, string name)
    {
        var when = Mapping(Required(node, "when"));
        var signs = new Signs
        {
            All = Conditions(when, "all"),
            Any = Conditions(when, "any"),
            None = Conditions(when, "none"),
        };
        return signs.Texts.Any() ? signs : throw Error(when.Start, $"'{name}' needs a pattern in 'all' or 'any'.");
    }

    /// <summary>Refuses what costs more to read than its size tells: depth, and nodes that stand for others.</summary>
    private void RefuseTraps(string text)
    {
        var parser = new Parser(new StringReader(text));
        for (var depth = 0; parser.MoveNext(); depth += parser.Current!.NestingIncrease)
        {
            if (parser.Current is AnchorAlias alias)
                throw Error(alias.Start, "An alias (*NAME) is not read here; repeat the value.");
            if (depth > Deepest)
                throw Error(parser.Current!.Start, $"The values are nested more than {Deepest} deep.");
        }
    }

    public KnowledgeFormatException Error(Mark at, string what, Exception? inner = null) =>
        new($"{file}, line {at.Line + lineOffset}, column {at.Column}: {what}", inner!);

    public static IReadOnlyList<string> Values(YamlNode node) =>
        node is YamlSequenceNode list ? [.. list.Select(item => item.ToString())] : [node.ToString()];

    private IReadOnlyList<FailureCondition> Conditions(YamlMappingNode when, string group) =>
        [.. Items(when, group, isRequired: false).Select(item => Condition(Mapping(item)))];

    private FailureCondition Condition(YamlMappingNode condition)
    {
        var found = new FailureCondition();
        var isComplete = false;
        foreach (var (key, value) in condition.Children)
        {
            var name = key.ToString();
            if (name == "reason")
                found = found with { Reasons = Values(value) };
            else if (TextKinds.TryGetValue(name, out var kind))
                found = found with { Kind = kind, Pattern = Pattern(value) };
            else if (ValueKinds.TryGetValue(name, out var valued))
                found = found with { Kind = valued, Values = Values(value) };
            else
                throw Error(key.Start, $"'{name}' is no condition.");
            isComplete |= name != "reason" || condition.Children.Count == 1;
        }
        return isComplete ? found : throw Error(condition.Start, "A condition needs a pattern, a value or a reason.");
    }

    private TextPattern Pattern(YamlNode node)
    {
        try
        {
            return TextPattern.Parse(node.ToString());
        }
        catch (FormatException e)
        {
            throw Error(node.Start, e.Message, e);
        }
    }
}
