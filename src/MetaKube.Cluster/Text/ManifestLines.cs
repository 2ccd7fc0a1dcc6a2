using System.Text.RegularExpressions;

namespace MetaKube.Cluster.Text;

/// <summary>The lines of a JSON or YAML text that are about each of its objects.</summary>
internal sealed partial class ManifestLines(IReadOnlyList<string> lines)
{
    /// <summary>A text of at most so many lines is about each of its objects as a whole.</summary>
    private const int Short = 400;

    /// <summary>The lines around an object's name in a longer text.</summary>
    private const int Before = 40,
        After = 160;

    private Dictionary<string, int>? named;

    /// <summary>The lines about the object of that name.</summary>
    public IReadOnlyList<string> Of(string name)
    {
        if (lines.Count <= Short)
            return lines;
        if (!(named ??= Names()).TryGetValue(name, out var at))
            return [];
        var start = Math.Max(0, at - Before);
        return [.. lines.Skip(start).Take(at - start + After)];
    }

    private Dictionary<string, int> Names()
    {
        var found = new Dictionary<string, int>();
        for (var i = 0; i < lines.Count; i++)
            if (Name().Match(lines[i]) is { Success: true } match)
                found.TryAdd(match.Groups[1].Value, i);
        return found;
    }

    [GeneratedRegex(@"^\s*(?:- )?""?name""?:\s*""?([a-zA-Z0-9][\w.:-]{0,252})")]
    private static partial Regex Name();
}
