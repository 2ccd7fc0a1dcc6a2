using MetaKube.Faults;

namespace MetaKube.ChatOps.Knowledge;

/// <summary>
/// The knowledge files of a folder and the folders in it. Files and folders whose name begins with a dot are left out,
/// as Kubernetes' copies behind a mounted ConfigMap and a repository's own files. A link may lead to a file of the
/// folder, as those of a mounted ConfigMap do, but not out of it.
/// </summary>
internal sealed class KnowledgeFolder(string folder)
{
    private const int Deepest = 8,
        MostFiles = 2000;

    private readonly List<string> mistakes = [];
    private readonly HashSet<string> entered = [];

    /// <summary>A sentence for each file and folder that is left out.</summary>
    public IReadOnlyList<string> Mistakes => mistakes;

    /// <summary>The files in order of their names.</summary>
    public IReadOnlyList<KnowledgeFile> Files()
    {
        var files = new List<KnowledgeFile>();
        try
        {
            var root = RealPath.Of(folder);
            Add(folder, root, root, 0, files);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            mistakes.Add($"{folder} cannot be read: {e.Message}");
        }
        if (files.Count > MostFiles)
            mistakes.Add($"{folder} has more than {MostFiles} files of knowledge; the first are in use.");
        return [.. files.Take(MostFiles)];
    }

    private void Add(string shown, string real, string root, int depth, List<KnowledgeFile> files)
    {
        // A link to a folder above is entered once.
        if (!entered.Add(real))
            return;
        foreach (var entry in Directory.EnumerateFileSystemEntries(shown).Order(StringComparer.Ordinal))
        {
            if (Path.GetFileName(entry).StartsWith('.') || files.Count > MostFiles)
                continue;
            var isFolder = Directory.Exists(entry);
            if (!isFolder && !KnowledgeFile.HasKnownEnding(entry))
                continue;
            var target = RealPath.Of(entry);
            if (target != root && !target.StartsWith(root.TrimEnd('/') + '/', StringComparison.Ordinal))
                mistakes.Add($"{entry} is a link out of {folder}.");
            else if (isFolder && depth < Deepest)
                Add(entry, target, root, depth + 1, files);
            else if (!isFolder && KnowledgeFile.At(entry) is { } file)
                files.Add(file);
            else
                mistakes.Add($"{entry} {(isFolder ? "lies too deep" : "leads to no file")}.");
        }
    }
}
