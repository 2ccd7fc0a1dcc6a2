using MetaKube.Faults;

namespace MetaKube.ChatOps.Knowledge;

/// <summary>
/// Reads the team's own known failures and runbooks, and puts them before what the program brings along.
/// </summary>
internal sealed class TeamKnowledge(KnowledgeOptions options)
{
    private const int MostFailures = 5000,
        MostRunbooks = 1000;

    private const long MostBytes = 32 * 1024 * 1024;

    private string? stamp;
    private List<string> mistakes = [];

    /// <summary>True if folders are configured.</summary>
    public bool IsConfigured => options.Directories.Count > 0;

    /// <summary>The known failures of the team in the library now in use.</summary>
    public int Failures { get; private set; }

    /// <summary>The runbooks of the team in the library now in use.</summary>
    public int Runbooks { get; private set; }

    /// <summary>A sentence for each file and folder that could not be read; the others are in use.</summary>
    public IReadOnlyList<string> Mistakes => mistakes;

    /// <summary>Reads the folders if a file in them has changed, and puts the library in use.</summary>
    /// <returns>True if the library was replaced.</returns>
    public bool Refresh()
    {
        var folders = options.Directories.Select(folder => new KnowledgeFolder(folder)).ToList();
        var files = folders.SelectMany(folder => folder.Files()).ToList();
        List<string> found = [.. folders.SelectMany(folder => folder.Mistakes)];
        var now = string.Join('\n', files.Select(file => file.Stamp).Concat(found));
        if (now == stamp)
            return false;
        stamp = now;
        mistakes = found;
        var failures = new Dictionary<string, KnownFailure>(StringComparer.Ordinal);
        var runbooks = new Dictionary<string, Runbook>(StringComparer.Ordinal);
        foreach (var (file, content) in Contents(files))
        {
            foreach (var failure in content.Failures)
                Add(failures, failure.Id, failure, file, MostFailures);
            foreach (var runbook in content.Runbooks)
                Add(runbooks, runbook.Name, runbook, file, MostRunbooks);
        }
        // The team's entry replaces one of ours with the same id.
        var ours = KnowledgeLibrary.BuiltIn.All.Where(failure => !failures.ContainsKey(failure.Id));
        KnowledgeLibrary.Use(new([.. failures.Values, .. ours], [.. runbooks.Values]));
        Failures = failures.Count;
        Runbooks = runbooks.Count;
        return true;
    }

    private List<(KnowledgeFile File, KnowledgeContent Content)> Contents(IReadOnlyList<KnowledgeFile> files)
    {
        var contents = new List<(KnowledgeFile, KnowledgeContent)>();
        var bytes = 0L;
        foreach (var file in files)
            try
            {
                bytes += file.Length;
                if (bytes > MostBytes)
                {
                    mistakes.Add($"{file.Shown} and those after it: all files are more than {MostBytes >> 20} MB.");
                    break;
                }
                contents.Add((file, file.Read()));
            }
            catch (Exception e) when (e is KnowledgeFormatException or IOException or UnauthorizedAccessException)
            {
                mistakes.Add(e.Message);
            }
        return contents;
    }

    private void Add<T>(Dictionary<string, T> known, string id, T item, KnowledgeFile file, int most)
    {
        if (known.Count == most)
            mistakes.Add($"{file.Shown}: '{id}' is one more than the {most} that are read.");
        else if (!known.TryAdd(id, item))
            mistakes.Add($"{file.Shown}: '{id}' is in another file already.");
    }
}
