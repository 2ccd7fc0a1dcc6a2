using System.Globalization;
using System.Text.RegularExpressions;
using k8s.Models;

namespace MetaKube.Cluster.Inspectors;

/// <summary>The memory that a container's settings let its program take: a heap, or a database's buffers.</summary>
/// <param name="Bytes">The size in bytes.</param>
/// <param name="Text">The setting as it stands there: "-Xmx2g".</param>
/// <param name="Source">The variable that holds it, or "its command".</param>
internal sealed partial record HeapSetting(decimal Bytes, string Text, string Source)
{
    /// <summary>A heap of this share of the limit leaves too little for the rest of the program.</summary>
    public const decimal LargestShare = 0.85m;

    private const decimal Overhead = 1.5m,
        MiB = 1024 * 1024;

    /// <summary>A memory limit, as a Kubernetes quantity, that the heap and the rest of the program fit into.</summary>
    public string FittingLimit =>
        string.Create(CultureInfo.InvariantCulture, $"{Math.Ceiling(Bytes * Overhead / MiB):0}Mi");

    /// <summary>The last such setting of a container, which overrides the others; null where it has none.</summary>
    public static HeapSetting? Of(V1Container container)
    {
        var command = string.Join(' ', (container.Command ?? []).Concat(container.Args ?? []));
        return (container.Env ?? [])
            .Select(variable => In(variable.Value, variable.Name))
            .Append(In(command, "its command"))
            .OfType<HeapSetting>()
            .LastOrDefault();
    }

    private static HeapSetting? In(string? text, string source)
    {
        if (string.IsNullOrEmpty(text) || Setting().Matches(text).LastOrDefault() is not { } match)
            return null;
        if (!decimal.TryParse(match.Groups["size"].Value, CultureInfo.InvariantCulture, out var size))
            return null;
        var unit = match.Groups["unit"].Value.ToLowerInvariant();
        // Node.js counts in mebibytes, Java in bytes.
        var isNode = match.Value.Contains("old-space", StringComparison.Ordinal);
        var factor = unit switch
        {
            "g" or "gb" => 1024 * MiB,
            "m" or "mb" => MiB,
            "k" or "kb" => 1024,
            _ => isNode ? MiB : 1,
        };
        return new(size * factor, match.Value, source);
    }

    [GeneratedRegex(
        @"(?:-Xmx|--max[-_]old[-_]space[-_]size=|\bshared_buffers\s*=\s*|--innodb-buffer-pool-size=)(?<size>\d{1,15})"
            + @"(?<unit>[kKmMgG][bB]?)?"
    )]
    private static partial Regex Setting();
}
