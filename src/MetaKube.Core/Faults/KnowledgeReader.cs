using System.Globalization;
using MetaKube.Model;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace MetaKube.Faults;

/// <summary>
/// Reads known failures from YAML: a mapping of <c>component</c> and <c>failures</c>, as docs/knowledge.md describes
/// it.
/// </summary>
/// <param name="file">The name of the file, for errors.</param>
public sealed class KnowledgeReader(string file)
{
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

    private static readonly HashSet<string> Fields =
    [
        "id",
        "title",
        "versions",
        "when",
        "cause",
        "why",
        "checks",
        "fix",
        "prevention",
        "refines",
        "category",
        "vagueness",
        "weight",
        "examples",
    ];

    /// <summary>The failures of a file, in its order.</summary>
    /// <exception cref="KnowledgeFormatException">
    /// The text is no YAML, or an entry lacks a field or has a wrong one.
    /// </exception>
    public IReadOnlyList<KnownFailure> Read(string text) => Read<KnownFailure>(text, (failure, _) => [failure]);

    /// <summary>The examples of a file's failures.</summary>
    /// <exception cref="KnowledgeFormatException">The file is wrong, or one of its examples.</exception>
    public IReadOnlyList<KnowledgeExample> ReadExamples(string text) =>
        Read(
            text,
            (failure, entry) =>
                Mapping(Required(entry, "examples"))
                    .Children.SelectMany(group =>
                        Items(Mapping(entry["examples"]), group.Key.ToString())
                            .Select(item => new KnowledgeExample(
                                failure,
                                IsFires(group.Key),
                                [.. Values(item).Select(line => Observation(item, line))]
                            ))
                    )
        );

    private IReadOnlyList<T> Read<T>(string text, Func<KnownFailure, YamlMappingNode, IEnumerable<T>> select)
    {
        try
        {
            var yaml = new YamlStream();
            yaml.Load(new StringReader(text));
            if (yaml.Documents is not [{ RootNode: YamlMappingNode root }])
                throw Error(Mark.Empty, "The file has to be one mapping with 'component' and 'failures'.");
            var component = Text(root, "component");
            return
            [
                .. Items(root, "failures")
                    .Select(Mapping)
                    .SelectMany(entry => select(Failure(component, entry), entry)),
            ];
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

    private bool IsFires(YamlNode group) =>
        group.ToString() switch
        {
            "fires" => true,
            "misses" => false,
            _ => throw Error(group.Start, $"'{group}' is no group of examples; there are fires and misses."),
        };

    private Observation Observation(YamlNode item, string line)
    {
        try
        {
            return KnowledgeExample.Parse(line);
        }
        catch (FormatException e)
        {
            throw Error(item.Start, e.Message, e);
        }
    }

    private KnownFailure Failure(string component, YamlMappingNode entry)
    {
        if (entry.Children.Keys.FirstOrDefault(key => !Fields.Contains(key.ToString())) is { } unknown)
            throw Error(unknown.Start, $"'{unknown}' is no field of a known failure.");
        var id = Text(entry, "id");
        var when = Mapping(Required(entry, "when"));
        var failure = new KnownFailure
        {
            Id = id,
            Component = component,
            Origin = file,
            Versions = Optional(entry, "versions"),
            Fault = FaultOf(entry, KnownFailure.Prefix + id),
            Refines = Optional(entry, "refines") is { Length: > 0 } general ? general : null,
            All = Conditions(when, "all"),
            Any = Conditions(when, "any"),
            None = Conditions(when, "none"),
            Cause = Text(entry, "cause"),
            Weight = Number(entry, "weight", 0.85),
        };
        return failure.Texts.Any() ? failure : throw Error(when.Start, $"'{id}' needs a pattern in 'all' or 'any'.");
    }

    private Fault FaultOf(YamlMappingNode entry, string code)
    {
        var refined = Optional(entry, "refines");
        var general = refined.Length == 0 ? null : FaultCatalogue.Find(refined);
        if (refined.Length > 0 && general is null)
            throw Error(entry["refines"].Start, $"The fault catalogue has no code '{refined}'.");
        return new(
            code,
            general?.Category ?? Category(entry),
            Text(entry, "title"),
            [Checks(entry), .. Items(entry, "fix").Select(item => Fix(Mapping(item)))],
            [.. Items(entry, "prevention").Select(item => item.ToString())]
        )
        {
            Vagueness = (int)Number(entry, "vagueness", 0),
            Explanation = Text(entry, "why"),
        };
    }

    private FaultCategory Category(YamlMappingNode entry) =>
        Enum.TryParse<FaultCategory>(Text(entry, "category"), ignoreCase: true, out var category)
            ? category
            : throw Error(
                entry["category"].Start,
                $"'{entry["category"]}' is no category; there are {string.Join(", ", Enum.GetNames<FaultCategory>())}."
            );

    /// <summary>The checks as the first remedy: commands that only read, and sentences.</summary>
    private RemedyTemplate Checks(YamlMappingNode entry)
    {
        var checks = Items(entry, "checks").Select(item => item.ToString()).ToLookup(IsCommand);
        return new(
            Risk.Low,
            string.Join(' ', checks[false].Prepend("Confirm it first; this only reads.")),
            [.. checks[true]]
        );
    }

    private static bool IsCommand(string check) => check.StartsWith("kubectl ", StringComparison.Ordinal);

    private RemedyTemplate Fix(YamlMappingNode fix) =>
        new(
            Enum.TryParse<Risk>(Text(fix, "risk"), ignoreCase: true, out var risk)
                ? risk
                : throw Error(fix["risk"].Start, $"'{fix["risk"]}' is no risk; there are low, medium, high."),
            Text(fix, "do"),
            [.. Items(fix, "run", isRequired: false).Select(item => item.ToString())]
        );

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

    private static IReadOnlyList<string> Values(YamlNode node) =>
        node is YamlSequenceNode list ? [.. list.Select(item => item.ToString())] : [node.ToString()];

    private double Number(YamlMappingNode node, string field, double otherwise)
    {
        if (Optional(node, field) is not { Length: > 0 } text)
            return otherwise;
        return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && number >= 0
            ? number
            : throw Error(node[field].Start, $"'{text}' is no number from 0 up.");
    }

    private string Text(YamlMappingNode node, string field) =>
        Required(node, field) is YamlScalarNode { Value.Length: > 0 } text
            ? text.Value
            : throw Error(node.Start, $"'{field}' has to be a text.");

    private static string Optional(YamlMappingNode node, string field) =>
        node.Children.TryGetValue(field, out var value) ? value.ToString() : "";

    private YamlNode Required(YamlMappingNode node, string field) =>
        node.Children.TryGetValue(field, out var value) ? value : throw Error(node.Start, $"'{field}' is missing.");

    private IEnumerable<YamlNode> Items(YamlMappingNode node, string field, bool isRequired = true)
    {
        if (!isRequired && !node.Children.ContainsKey(field))
            return [];
        return Required(node, field) is YamlSequenceNode list
            ? list
            : throw Error(node[field].Start, $"'{field}' has to be a list.");
    }

    private YamlMappingNode Mapping(YamlNode node) =>
        node as YamlMappingNode ?? throw Error(node.Start, "A mapping is expected here.");

    private KnowledgeFormatException Error(Mark at, string what, Exception? inner = null) =>
        new($"{file}, line {at.Line}, column {at.Column}: {what}", inner!);
}
