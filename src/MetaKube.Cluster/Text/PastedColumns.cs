using System.Text.RegularExpressions;

namespace MetaKube.Cluster.Text;

/// <summary>The columns of a table, by its header.</summary>
internal sealed partial class PastedColumns
{
    /// <summary>Names of columns that have a blank in them.</summary>
    private static readonly string[] OfTwoWords =
    [
        "LAST SEEN",
        "FIRST SEEN",
        "NOMINATED NODE",
        "READINESS GATES",
        "LAST SCHEDULE",
        "ACCESS MODES",
        "RECLAIM POLICY",
        "APP VERSION",
        "CPU REQUESTS",
        "NODE SELECTOR",
        "MIN AVAILABLE",
        "MAX UNAVAILABLE",
        "ALLOWED DISRUPTIONS",
    ];

    private static readonly HashSet<string> Typical =
    [
        "NAME",
        "NAMESPACE",
        "READY",
        "STATUS",
        "AGE",
        "LAST SEEN",
        "LASTSEEN",
        "TYPE",
        "REASON",
        "OBJECT",
        "KIND",
        "CLUSTER-IP",
        "RESTARTS",
        "STATE",
        "VERSION",
        "REVISION",
        "CONTAINER",
        "POD",
        "CPU(CORES)",
    ];

    private readonly int[] starts;

    private PastedColumns(string[] names, int[] starts) => (Names, this.starts) = (names, starts);

    public IReadOnlyList<string> Names { get; }

    public bool HasEvents => Names.Contains("REASON") && (Names.Contains("OBJECT") || Names.Contains("KIND"));

    public bool Has(string column) => Names.Contains(column);

    /// <summary>True for two or more names in capitals, of which at least one is a usual one.</summary>
    public static bool IsHeader(string line) =>
        line.Length is > 6 and < 600
        && Header().IsMatch(line)
        && NamesOf(line) is { Length: > 1 } names
        && Typical.Contains(names[0].ToUpperInvariant())
        && names.Any(name =>
            name != names[0]
            && (
                Typical.Contains(name.ToUpperInvariant())
                || names.Length > 2
                || line.Contains("  ", StringComparison.Ordinal)
            )
        );

    public static PastedColumns Read(string header)
    {
        var names = NamesOf(header);
        var starts = new int[names.Length];
        var from = 0;
        for (var i = 0; i < names.Length; i++)
        {
            starts[i] = header.IndexOf(names[i], from, StringComparison.Ordinal);
            from = starts[i] + names[i].Length;
        }
        return new([.. names.Select(name => name.TrimEnd('↑', '↓').ToUpperInvariant())], starts);
    }

    /// <summary>True if the line may be a row: an object's name stands where names stand.</summary>
    public bool IsRow(string line)
    {
        if (line.Trim().Length == 0)
            return false;
        if (HasEvents)
            return PastedEventLine.IsEvent(line) || ObjectCell().IsMatch(Cells(line).GetValueOrDefault("OBJECT", ""));
        var cells = Cells(line);
        if (!cells.TryGetValue("NAME", out var name))
            return cells.Count > 1;
        return NameCell().IsMatch(name) && cells.Values.Count(cell => cell.Length > 0) > (Names.Count > 1 ? 1 : 0);
    }

    /// <summary>The cells of a row by column; a cell that is not there is empty.</summary>
    public IReadOnlyDictionary<string, string> Cells(string line)
    {
        var wide = Wide().Split(line.Trim());
        if (wide.Length == Names.Count)
            return Zip(wide);
        if (IsAligned(line))
            return Zip(ByPosition(line));
        // Chats fold runs of blanks. Then every cell is one word, except "7 (3m ago)" and the last one.
        var words = Word().Matches(line).Select(match => match.Value).ToList();
        return words.Count >= Names.Count
            ? Zip([.. words.Take(Names.Count - 1), string.Join(' ', words.Skip(Names.Count - 1))])
            : Zip([.. words]);
    }

    private bool IsAligned(string line)
    {
        if (starts.Length < 2)
            return false;
        for (var i = 1; i < starts.Length; i++)
            if (starts[i] < line.Length && (line[starts[i] - 1] != ' ' || starts[i] < 2))
                return false;
        return line.Contains("  ", StringComparison.Ordinal);
    }

    private string[] ByPosition(string line) =>
        [
            .. starts.Select(
                (start, i) =>
                    start >= line.Length
                        ? ""
                        : line[start..(i + 1 < starts.Length ? Math.Min(starts[i + 1], line.Length) : line.Length)]
                            .Trim()
            ),
        ];

    private Dictionary<string, string> Zip(string[] cells) =>
        Names.Zip(cells).DistinctBy(pair => pair.First).ToDictionary(pair => pair.First, pair => pair.Second.Trim());

    private static string[] NamesOf(string header)
    {
        var wide = Wide().Split(header.Trim());
        if (
            wide.Length > 1
            && wide.All(name =>
                !name.Contains(' ', StringComparison.Ordinal) || OfTwoWords.Contains(name) || wide.Length > 2
            )
        )
            return wide;
        var names = new List<string>();
        foreach (var word in header.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            if (names.Count > 0 && OfTwoWords.Contains($"{names[^1]} {word}"))
                names[^1] = $"{names[^1]} {word}";
            else
                names.Add(word);
        return [.. names];
    }

    [GeneratedRegex(
        @"^\s*[A-Z][A-Z0-9()%/_.:↑↓-]*" + @"(?:\s+[A-Z%][A-Z0-9()%/_.:↑↓-]*(?:\((?:cores|bytes|S)\))?)*\s*$"
    )]
    private static partial Regex Header();

    [GeneratedRegex(@"\s{2,}|\t")]
    private static partial Regex Wide();

    [GeneratedRegex(@"\d+ \([^)]{1,20}\)|\S+")]
    private static partial Regex Word();

    [GeneratedRegex(@"^(?:[a-z][\w.-]*/)?[a-z0-9](?:[\w.:-]*[\w])?$")]
    private static partial Regex NameCell();

    [GeneratedRegex(@"^[A-Za-z][\w.]*/\S+$")]
    private static partial Regex ObjectCell();
}
