using System.Text.Json;
using MetaKube.Model;

namespace MetaKube.Fakes;

/// <summary>
/// A failure with its known cause: a manifest that makes it, the question a person would ask, and the dump recorded
/// from a real cluster.
/// </summary>
internal sealed record Scenario
{
    public required string Namespace { get; init; }
    public required string Question { get; init; }
    public required string Fault { get; init; }

    /// <summary>The object that is at fault; null where nothing is wrong.</summary>
    public ResourceRef? Resource { get; init; }

    /// <summary>The naive reading is wrong.</summary>
    public bool Hard { get; init; }

    /// <summary>It changes the node, so that nothing else may run beside it.</summary>
    public bool Exclusive { get; init; }

    /// <summary>kubectl commands around the manifest.</summary>
    public IReadOnlyList<string>? Before { get; init; }

    public IReadOnlyList<string>? After { get; init; }

    public string Folder { get; private init; } = "";

    public string Name => Path.GetFileName(Folder);

    public string Manifest => Path.Combine(Folder, "manifest.yaml");

    public string Dump => Path.Combine(Folder, "dump");

    /// <summary>The text that a person would paste: kubectl describe, events and logs.</summary>
    public string Paste => Path.Combine(Folder, "paste.txt");

    /// <summary>When the dump was recorded: the clock by which its ages are judged.</summary>
    public DateTimeOffset RecordedAt =>
        DateTimeOffset.Parse(
            File.ReadLines(Path.Combine(Dump, "metakube-dump.txt")).First().Split(' ')[5].TrimEnd(';'),
            System.Globalization.CultureInfo.InvariantCulture
        );

    /// <summary>Written as the API would show it, not recorded: it has no manifest.</summary>
    public bool IsComposed => !File.Exists(Manifest);

    public string Category => Fault.Split('.')[0];

    /// <summary>The repository's scenarios, found upwards from where this program runs.</summary>
    public static string DefaultFolder()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (Path.Combine(folder.FullName, "tests", "scenarios") is var found && Directory.Exists(found))
                return found;
        throw new DirectoryNotFoundException("There is no folder tests/scenarios above this program.");
    }

    public static IReadOnlyList<Scenario> LoadAll(string? folder = null) =>
        [
            .. Directory
                .EnumerateFiles(folder ?? DefaultFolder(), "scenario.json", SearchOption.AllDirectories)
                .Order(StringComparer.Ordinal)
                .Select(Load),
        ];

    public bool Matches(Diagnosis diagnosis) =>
        diagnosis.Fault == Fault && (Resource is null || diagnosis.Resource?.Object == Resource);

    private static Scenario Load(string file) =>
        JsonSerializer.Deserialize<Scenario>(File.ReadAllText(file), JsonSerializerOptions.Web)! with
        {
            Folder = Path.GetDirectoryName(file)!,
        };
}
