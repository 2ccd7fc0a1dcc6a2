using MetaKube.Model;
using YamlDotNet.RepresentationModel;

namespace MetaKube.Faults;

/// <summary>
/// Reads known failures from YAML: a mapping of <c>component</c> and <c>failures</c>, as docs/knowledge.md describes
/// it.
/// </summary>
/// <param name="file">The name of the file, for errors.</param>
public sealed class KnowledgeReader(string file)
{
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

    private readonly KnowledgeYaml yaml = new(file);

    /// <summary>The failures of a file, in its order.</summary>
    /// <exception cref="KnowledgeFormatException">
    /// The text is no YAML, or an entry lacks a field or has a wrong one.
    /// </exception>
    public IReadOnlyList<KnownFailure> Read(string text) => Read<KnownFailure>(text, (failure, _) => [failure]);

    /// <summary>The examples of a file's failures.</summary>
    /// <exception cref="KnowledgeFormatException">The file is wrong, or one of its examples.</exception>
    public IReadOnlyList<KnowledgeExample> ReadExamples(string text) => Read(text, Examples);

    private IEnumerable<KnowledgeExample> Examples(KnownFailure failure, YamlMappingNode entry)
    {
        var examples = yaml.Mapping(yaml.Required(entry, "examples"));
        return examples.Children.SelectMany(group =>
            yaml.Items(examples, group.Key.ToString())
                .Select(item => new KnowledgeExample(
                    failure,
                    IsFires(group.Key),
                    [.. KnowledgeYaml.Values(item).Select(line => Observation(item, line))]
                ))
        );
    }

    private IReadOnlyList<T> Read<T>(string text, Func<KnownFailure, YamlMappingNode, IEnumerable<T>> select) =>
        yaml.Read<IReadOnlyList<T>>(
            text,
            "The file has to be one mapping with 'component' and 'failures'.",
            root =>
            {
                var component = yaml.Text(root, "component");
                return
                [
                    .. yaml.Items(root, "failures")
                        .Select(yaml.Mapping)
                        .SelectMany(entry => select(Failure(component, entry), entry)),
                ];
            }
        );

    private bool IsFires(YamlNode group) =>
        group.ToString() switch
        {
            "fires" => true,
            "misses" => false,
            _ => throw yaml.Error(group.Start, $"'{group}' is no group of examples; there are fires and misses."),
        };

    private Observation Observation(YamlNode item, string line)
    {
        try
        {
            return KnowledgeExample.Parse(line);
        }
        catch (FormatException e)
        {
            throw yaml.Error(item.Start, e.Message, e);
        }
    }

    private KnownFailure Failure(string component, YamlMappingNode entry)
    {
        if (entry.Children.Keys.FirstOrDefault(key => !Fields.Contains(key.ToString())) is { } unknown)
            throw yaml.Error(unknown.Start, $"'{unknown}' is no field of a known failure.");
        var id = yaml.Text(entry, "id");
        var fault = FaultOf(entry, KnownFailure.Prefix + id);
        return new()
        {
            Id = id,
            Component = component,
            Origin = file,
            Versions = KnowledgeYaml.Optional(entry, "versions"),
            Description = new(fault),
            Refines = KnowledgeYaml.Optional(entry, "refines") is { Length: > 0 } general ? general : null,
            When = yaml.Signs(entry, id),
            Cause = yaml.Text(entry, "cause"),
            Weight = yaml.Number(entry, "weight", 0.85),
        };
    }

    private Fault FaultOf(YamlMappingNode entry, string code)
    {
        var refined = KnowledgeYaml.Optional(entry, "refines");
        var general = refined.Length == 0 ? null : FaultCatalogue.Find(refined);
        if (refined.Length > 0 && general is null)
            throw yaml.Error(entry["refines"].Start, $"The fault catalogue has no code '{refined}'.");
        return new(
            code,
            general?.Category ?? Category(entry),
            yaml.Text(entry, "title"),
            [Checks(entry), .. yaml.Items(entry, "fix").Select(item => Fix(yaml.Mapping(item)))],
            [.. yaml.Items(entry, "prevention").Select(item => item.ToString())]
        )
        {
            Vagueness = (int)yaml.Number(entry, "vagueness", 0),
            Explanation = yaml.Text(entry, "why"),
        };
    }

    private FaultCategory Category(YamlMappingNode entry) =>
        Enum.TryParse<FaultCategory>(yaml.Text(entry, "category"), ignoreCase: true, out var category)
            ? category
            : throw yaml.Error(
                entry["category"].Start,
                $"'{entry["category"]}' is no category; there are {string.Join(", ", Enum.GetNames<FaultCategory>())}."
            );

    /// <summary>The checks as the first remedy: commands that only read, and sentences.</summary>
    private RemedyTemplate Checks(YamlMappingNode entry)
    {
        var checks = yaml.Items(entry, "checks").Select(item => item.ToString()).ToLookup(IsCommand);
        return new(
            Risk.Low,
            string.Join(' ', checks[false].Prepend(KnownFailure.ConfirmFirst)),
            [.. checks[true]]
        );
    }

    private static bool IsCommand(string check) => check.StartsWith("kubectl ", StringComparison.Ordinal);

    private RemedyTemplate Fix(YamlMappingNode fix) =>
        new(
            Enum.TryParse<Risk>(yaml.Text(fix, "risk"), ignoreCase: true, out var risk)
                ? risk
                : throw yaml.Error(fix["risk"].Start, $"'{fix["risk"]}' is no risk; there are low, medium, high."),
            yaml.Text(fix, "do"),
            [.. yaml.Items(fix, "run", isRequired: false).Select(item => item.ToString())]
        );
}
