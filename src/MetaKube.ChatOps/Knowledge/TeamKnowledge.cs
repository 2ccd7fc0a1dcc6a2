using MetaKube.Faults;

namespace MetaKube.ChatOps.Knowledge;

/// <summary>Reads the team's own known failures and puts them before those that the program brings along.</summary>
internal sealed class TeamKnowledge(KnowledgeOptions options)
{
    private string? stamp;

    /// <summary>True if folders are configured.</summary>
    public bool IsConfigured => options.Directories.Count > 0;

    /// <summary>The known failures of the team in the library now in use.</summary>
    public int Count { get; private set; }

    /// <summary>A sentence for each file and folder that could not be read; the others are in use.</summary>
    public IReadOnlyList<string> Mistakes { get; private set; } = [];

    /// <summary>Reads the folders if a file in them has changed, and puts the library in use.</summary>
    /// <returns>True if the library was replaced.</returns>
    public bool Refresh()
    {
        var mistakes = new List<string>();
        var files = options.Directories.SelectMany(folder => FilesOf(folder, mistakes)).ToList();
        var now = string.Join('\n', files.Select(StampOf).Concat(mistakes));
        if (now == stamp)
            return false;
        stamp = now;
        var own = new Dictionary<string, KnownFailure>(StringComparer.Ordinal);
        foreach (var file in files)
            Read(file, own, mistakes);
        // The team's entry replaces one of ours with the same id.
        KnowledgeLibrary.Use(
            new([.. own.Values, .. KnowledgeLibrary.BuiltIn.All.Where(failure => !own.ContainsKey(failure.Id))])
        );
        Count = own.Count;
        Mistakes = mistakes;
        return true;
    }

    private static IReadOnlyList<string> FilesOf(string folder, List<string> mistakes)
    {
        try
        {
            var files = Directory.EnumerateFiles(folder, "*.yaml", SearchOption.AllDirectories);
            return [.. files.Order(StringComparer.Ordinal)];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            mistakes.Add($"{folder} cannot be read: {e.Message}");
            return [];
        }
    }

    private static string StampOf(string file) =>
        $"{file} {File.GetLastWriteTimeUtc(file).Ticks} {new FileInfo(file).Length}";

    private static void Read(string file, Dictionary<string, KnownFailure> own, List<string> mistakes)
    {
        try
        {
            foreach (var failure in new KnowledgeReader(file).Read(File.ReadAllText(file)))
                if (!own.TryAdd(failure.Id, failure))
                    mistakes.Add($"{file}: '{failure.Id}' is in another file already.");
        }
        catch (Exception e) when (e is KnowledgeFormatException or IOException or UnauthorizedAccessException)
        {
            mistakes.Add(e.Message);
        }
    }
}
