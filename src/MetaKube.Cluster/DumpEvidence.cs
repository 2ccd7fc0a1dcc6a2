using System.IO.Enumeration;
using System.Text;
using System.Text.Json;
using MetaKube.Cluster.Collection;
using MetaKube.Cluster.Logs;
using MetaKube.Cluster.Objects;
using MetaKube.Cluster.Targeting;
using MetaKube.Model;
using YamlDotNet.Core;

namespace MetaKube.Cluster;

/// <summary>
/// Evidence from a folder: what <c>kubectl cluster-info dump</c> or <c>metakube dump</c> wrote, or any JSON and YAML
/// with Kubernetes objects.
/// </summary>
/// <param name="folder">The folder.</param>
/// <param name="name">The cluster's name; null: it is named after the folder.</param>
public sealed class DumpEvidence(string folder, string? name = null) : IEvidenceSource
{
    /// <summary>Bytes of a file; larger lists do not fit into memory.</summary>
    private const long LargestFile = 256L * 1024 * 1024;

    public string Cluster => name ?? NameOf(folder);

    public async Task<IEvidenceCase> ResolveAsync(
        Symptom symptom,
        IProgress<string> progress,
        CancellationToken cancellationToken
    )
    {
        if (!Directory.Exists(folder))
            throw new EvidenceUnavailableException($"There is no folder {folder}.");
        progress.Report($"reading {folder}");
        var snapshot = new ClusterSnapshot(Cluster);
        var logs = new Dictionary<LogRef, string>();
        try
        {
            foreach (var file in FilesIn(folder).Order(StringComparer.Ordinal))
                await ReadFileAsync(snapshot, logs, file, cancellationToken);
        }
        catch (Exception e) when (e is UnauthorizedAccessException or IOException)
        {
            throw new EvidenceUnavailableException($"The folder {folder} cannot be read: {e.Message}", e);
        }
        if (!snapshot.Everything.Any() && logs.Count == 0)
        {
            var why = snapshot.Gaps is [var gap, ..] ? $" ({gap.What}: {gap.Why})" : "";
            throw new EvidenceUnavailableException($"The folder {folder} holds no Kubernetes objects{why}.");
        }
        snapshot.Now = snapshot.LatestTime() ?? DateTimeOffset.UnixEpoch;
        return EvidenceCase.Over(snapshot, symptom, (log, _, bytes, token) => ReadLogAsync(logs, log, bytes, token));
    }

    /// <summary>
    /// The regular files of the folder. Links that lead out of it are left out, because a dump may come from somebody
    /// else; pipes and devices are, because reading them may never end. They have no length, as empty files have.
    /// </summary>
    private static IEnumerable<string> FilesIn(string folder)
    {
        var root = Resolved(new DirectoryInfo(folder));
        return new FileSystemEnumerable<string>(
            folder,
            (ref FileSystemEntry entry) => entry.ToFullPath(),
            new() { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.None }
        )
        {
            ShouldIncludePredicate = (ref FileSystemEntry entry) =>
                !entry.IsDirectory && IsReadable(new(entry.ToFullPath()), root),
            ShouldRecursePredicate = (ref FileSystemEntry entry) =>
                !entry.Attributes.HasFlag(FileAttributes.ReparsePoint),
        };
    }

    private static bool IsReadable(FileInfo file, string root)
    {
        if (file.LinkTarget is null)
            return file.Length > 0;
        return file.ResolveLinkTarget(returnFinalTarget: true) is FileInfo { Exists: true, Length: > 0 } target
            && Resolved(target).StartsWith(root + Path.DirectorySeparatorChar, StringComparison.Ordinal);
    }

    /// <summary>The path with the links of its folders followed.</summary>
    private static string Resolved(FileSystemInfo entry)
    {
        var path = Path.TrimEndingDirectorySeparator(entry.FullName);
        for (var parent = new DirectoryInfo(path); parent is not null; parent = parent.Parent)
            if (parent.LinkTarget is not null && parent.ResolveLinkTarget(returnFinalTarget: true) is { } target)
                return Path.TrimEndingDirectorySeparator(target.FullName) + path[parent.FullName.Length..];
        return path;
    }

    private async Task ReadFileAsync(
        ClusterSnapshot snapshot,
        Dictionary<LogRef, string> logs,
        string file,
        CancellationToken cancellationToken
    )
    {
        var name = Path.GetRelativePath(folder, file).Replace('\\', '/');
        if (LogNamed(name) is { } log)
        {
            logs[log] = file;
            return;
        }
        try
        {
            if (new FileInfo(file).Length > LargestFile)
                snapshot.Gaps.Add(new(name, "too large to be read as Kubernetes objects"));
            else
                await ReadObjectsAsync(snapshot, file, name, cancellationToken);
        }
        catch (Exception e) when (e is JsonException or YamlException)
        {
            snapshot.Gaps.Add(new(name, $"does not parse: {ObjectReader.FirstSentence(e.Message)}"));
        }
    }

    private static async Task ReadObjectsAsync(
        ClusterSnapshot snapshot,
        string file,
        string name,
        CancellationToken cancellationToken
    )
    {
        switch (Path.GetExtension(file).ToLowerInvariant())
        {
            case ".json":
                await using (var stream = File.OpenRead(file))
                    await ObjectReader.ReadJsonAsync(snapshot, stream, name, NamespaceOf(name), cancellationToken);
                break;
            case ".yaml" or ".yml":
                ObjectReader.ReadYaml(snapshot, await File.ReadAllTextAsync(file, cancellationToken), name);
                break;
            case ".log" or ".txt" or ".md":
                break;
            default:
                snapshot.Gaps.Add(new(name, "neither JSON nor YAML nor a log"));
                break;
        }
    }

    /// <summary>The namespace of a list in a folder; a list at the top of a dump is the cluster's.</summary>
    private static string? NamespaceOf(string name) => name.Split('/') is [var ns, _] ? ns : null;

    /// <summary>
    /// NAMESPACE/POD/logs.txt (all containers), NAMESPACE/POD/CONTAINER.log or CONTAINER.previous.log.
    /// </summary>
    private static LogRef? LogNamed(string name)
    {
        if (name.Split('/') is not [.., var ns, var pod, var file])
            return null;
        if (file == "logs.txt")
            return new(ns, pod, "", Previous: false);
        if (!file.EndsWith(".log", StringComparison.Ordinal))
            return null;
        const string previous = ".previous";
        var container = file[..^4];
        return container.EndsWith(previous, StringComparison.Ordinal)
            ? new(ns, pod, container[..^previous.Length], true)
            : new(ns, pod, container, false);
    }

    private static async Task<LogRead> ReadLogAsync(
        Dictionary<LogRef, string> logs,
        LogRef log,
        int bytes,
        CancellationToken cancellationToken
    )
    {
        if (
            !logs.TryGetValue(log, out var file)
            && !(logs.TryGetValue(log with { Container = "" }, out file) && !log.Previous)
        )
            return new(null);
        try
        {
            await using var stream = File.OpenRead(file);
            if (!file.EndsWith("logs.txt", StringComparison.Ordinal))
                return await LogScan.ReadAsync(stream, int.MaxValue, bytes, cancellationToken);
            var all = await LogTail.ReadAsync(stream, LogScan.Bytes, cancellationToken);
            using var section = new MemoryStream(Encoding.UTF8.GetBytes(Section(all, log)));
            return await LogScan.ReadAsync(section, int.MaxValue, bytes, cancellationToken);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new(null, e.Message);
        }
    }

    /// <summary>
    /// kubectl writes the logs of a pod's containers into one file, each between "==== START logs for container X of
    /// pod NS/P ====" and END.
    /// </summary>
    private static string Section(string text, LogRef log)
    {
        var start = $"==== START logs for container {log.Container} of pod {log.Namespace}/{log.Pod} ====";
        var end = $"==== END logs for container {log.Container} of pod {log.Namespace}/{log.Pod} ====";
        var from = text.IndexOf(start, StringComparison.Ordinal);
        var to = text.IndexOf(end, StringComparison.Ordinal);
        return (from, to) switch
        {
            ( >= 0, > 0) => text[(from + start.Length)..to],
            // The end of the log begins within the section.
            ( < 0, > 0) => text[..to],
            ( >= 0, _) => text[(from + start.Length)..],
            _ => text.Contains("==== START logs", StringComparison.Ordinal) ? "" : text,
        };
    }

    private static string NameOf(string folder)
    {
        var name = Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)));
        return name.Contains("dump", StringComparison.OrdinalIgnoreCase) ? name : $"dump {name}";
    }
}
