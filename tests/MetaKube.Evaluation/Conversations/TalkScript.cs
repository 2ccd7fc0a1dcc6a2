using YamlDotNet.RepresentationModel;

namespace MetaKube.Evaluation.Conversations;

/// <summary>A scripted conversation: one file, one place, one cluster.</summary>
internal sealed record TalkScript(
    string File,
    string Name,
    string Cluster,
    bool IsDirect,
    bool IsAlert,
    IReadOnlyList<TalkTurn> Turns
)
{
    /// <summary>Reads all scripts of a folder, in the order of their names.</summary>
    public static IReadOnlyList<TalkScript> ReadAll(string folder) =>
        [.. Directory.EnumerateFiles(folder, "*.yaml").Order(StringComparer.Ordinal).Select(Read)];

    private static TalkScript Read(string file)
    {
        var yaml = new YamlStream();
        using (var reader = new StreamReader(file))
            yaml.Load(reader);
        var root = (YamlMappingNode)yaml.Documents[0].RootNode;
        return new(
            Path.GetFileNameWithoutExtension(file),
            Text(root, "name") ?? "",
            Text(root, "cluster")!,
            Text(root, "place") == "direct",
            Text(root, "thread") == "alert",
            [.. ((YamlSequenceNode)root["turns"]).Select((turn, n) => TurnOf(n + 1, (YamlMappingNode)turn))]
        );
    }

    private static TalkTurn TurnOf(int number, YamlMappingNode turn) =>
        new(number, Text(turn, "who") ?? "ada", Text(turn, "says") ?? "")
        {
            IsNew = Text(turn, "new") == "true",
            Edits = Number(turn, "edit"),
            Deletes = Number(turn, "delete"),
            File = turn.Children.TryGetValue("file", out var file) ? FileOf((YamlMappingNode)file) : null,
            Intent = Text(turn, "intent") ?? "",
            Subject = Text(turn, "subject"),
            Contains = Lists(turn, "contains"),
            Lacks = [.. Lists(turn, "lacks").Select(words => words[0])],
            Messages = Number(turn, "messages"),
        };

    private static TalkFile FileOf(YamlMappingNode file) =>
        new(
            Text(file, "name")!,
            Text(file, "base64") is { } packed
                ? Convert.FromBase64String(packed)
                : System.Text.Encoding.UTF8.GetBytes(Text(file, "text") ?? "")
        );

    private static string? Text(YamlMappingNode node, string name) =>
        node.Children.TryGetValue(name, out var value) ? (value as YamlScalarNode)?.Value : null;

    private static int? Number(YamlMappingNode node, string name) =>
        int.TryParse(Text(node, name), out var number) ? number : null;

    private static IReadOnlyList<IReadOnlyList<string>> Lists(YamlMappingNode node, string name) =>
        node.Children.TryGetValue(name, out var value) && value is YamlSequenceNode list
            ?
            [
                .. list.Select(item =>
                    item is YamlSequenceNode any
                        ? (IReadOnlyList<string>)[.. any.Select(one => ((YamlScalarNode)one).Value!)]
                        : [((YamlScalarNode)item).Value!]
                ),
            ]
            : [];
}
