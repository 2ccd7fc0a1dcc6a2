using MetaKube.Fakes;
using MetaKube.Faults;

namespace MetaKube.Evaluation.Knowledge;

/// <summary>The YAML files of the known failures that the program brings along.</summary>
public static class KnowledgeFiles
{
    public static string Folder { get; } =
        Path.Combine(Path.GetDirectoryName(Path.GetDirectoryName(Scenario.DefaultFolder()))!, "models", "knowledge");

    /// <summary>The files in order of their names.</summary>
    public static IReadOnlyList<string> All { get; } =
        [.. Directory.EnumerateFiles(Folder, "*.yaml").Order(StringComparer.Ordinal)];

    /// <summary>A file of tests/knowledge.</summary>
    public static string TestFile(string name) => Path.Combine(Scenario.DefaultFolder(), "..", "knowledge", name);

    /// <summary>The content of models/knowledge.jsonl.</summary>
    public static string ToJson() =>
        KnowledgeJson.Write(
            All.SelectMany(file => new KnowledgeReader(Path.GetFileName(file)).Read(File.ReadAllText(file)))
        );
}
