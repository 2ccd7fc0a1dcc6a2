using System.Globalization;
using System.Text.Json;
using MetaKube.Cluster;

namespace MetaKube.Evaluation.Field;

/// <summary>One folder with a question, the text that was pasted with it, and the expected answer.</summary>
internal sealed record FieldCase(string Folder, FieldLayout Layout)
{
    private const string NeutralQuestion = "what is wrong?",
        CommandPrompt = "$ kubectl ";

    // Cloud-OpsBench's order; alert.txt and nodes.txt exist in some cases only.
    private static readonly string[] BenchmarkFiles =
    [
        "kubectl.txt",
        "events.txt",
        "logs.txt",
        "alert.txt",
        "nodes.txt",
    ];

    /// <summary>The folder's name; in the benchmark SYSTEM/CATEGORY/NUMBER.</summary>
    public string Name
    {
        get
        {
            var parts = Folder.Split(Path.DirectorySeparatorChar);
            return string.Join('/', parts.TakeLast(Layout == FieldLayout.Benchmark ? 3 : 1));
        }
    }

    /// <summary>All cases in a folder and below it, in the order of their names.</summary>
    public static IReadOnlyList<FieldCase> FindAll(string root)
    {
        var full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(root));
        return
        [
            .. Directory
                .EnumerateDirectories(full, "*", SearchOption.AllDirectories)
                .Prepend(full)
                .Select(At)
                .OfType<FieldCase>()
                .OrderBy(found => found.Layout)
                .ThenBy(found => Path.GetDirectoryName(found.Folder), StringComparer.Ordinal)
                .ThenBy(found => Number(found.Folder))
                .ThenBy(found => found.Folder, StringComparer.Ordinal),
        ];
    }

    public string Question(bool isNeutral) => isNeutral ? NeutralQuestion : Read("question.txt").Trim();

    public IReadOnlyList<PastedEvidence.Paste> Pastes(bool isReversed) =>
        [
            .. Files()
                .Select(file => new PastedEvidence.Paste(
                    Path.GetFileName(file),
                    isReversed && Path.GetFileName(file) == "kubectl.txt"
                        ? DescribedFirst(File.ReadAllText(file))
                        : File.ReadAllText(file)
                )),
        ];

    public string Read(string file) => File.ReadAllText(Path.Combine(Folder, file));

    public T ReadTruth<T>() =>
        JsonSerializer.Deserialize<T>(Read("truth.json"), FieldJson.Options)
        ?? throw new InvalidDataException($"{Folder}: truth.json is empty.");

    /// <summary>
    /// The same blocks of commands and their output, but every description before every table. The order in which a
    /// person pastes must not change the answer.
    /// </summary>
    internal static string DescribedFirst(string text)
    {
        var blocks = new List<List<string>> { new() };
        foreach (var line in text.TrimEnd('\n').Split('\n'))
        {
            if (line.StartsWith(CommandPrompt, StringComparison.Ordinal))
                blocks.Add([]);
            blocks[^1].Add(line);
        }
        // A blank line ends each block, also the one that was last before.
        return string.Concat(
            blocks
                .Where(block => block.Count > 0)
                .OrderByDescending(block =>
                    block[0].StartsWith(CommandPrompt + "describe ", StringComparison.Ordinal)
                )
                .Select(block => string.Join('\n', block).TrimEnd('\n') + "\n\n")
        );
    }

    private static FieldCase? At(string folder)
    {
        bool Has(string file) => File.Exists(Path.Combine(folder, file));

        if (!Has("question.txt"))
            return null;
        if (Has("truth.json"))
            return new(folder, Has("kubectl.txt") ? FieldLayout.Benchmark : FieldLayout.Thread);
        return Has("expected.txt") ? new(folder, FieldLayout.Reduced) : null;
    }

    private static int Number(string folder) =>
        int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : 0;

    private IEnumerable<string> Files()
    {
        if (Layout != FieldLayout.Benchmark)
            return Directory.EnumerateFiles(Folder, "attach*").Order(StringComparer.Ordinal);
        var files = BenchmarkFiles.Select(file => Path.Combine(Folder, file)).Where(File.Exists);
        var logs = Path.Combine(Folder, "logs");
        return Directory.Exists(logs)
            ? files.Concat(Directory.EnumerateFiles(logs, "*.txt").Order(StringComparer.Ordinal))
            : files;
    }
}
