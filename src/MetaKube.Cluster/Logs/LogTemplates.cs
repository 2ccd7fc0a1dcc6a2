using MetaKube.Model;

namespace MetaKube.Cluster.Logs;

/// <summary>
/// Groups log entries by template, as Drain does (He et al., 2017). Words with digits are variables; entries of equal
/// length that share most of their words share a template.
/// </summary>
internal sealed class LogTemplates
{
    /// <summary>Drain's similarity threshold: the share of words that have to be equal.</summary>
    private const double Similar = 0.6;

    private static readonly IReadOnlySet<string> NoNames = new HashSet<string>();

    private readonly Dictionary<(int Length, string First), List<(string?[] Words, List<LogEntry> Entries)>> groups =
    [];

    public LogTemplates(IEnumerable<LogEntry> entries)
    {
        foreach (var entry in entries)
            Add(entry);
    }

    /// <summary>All entries of the template that an entry belongs to, in the order of the log.</summary>
    public IReadOnlyList<LogEntry> Like(LogEntry entry) => Find(Words(entry))?.Entries ?? [entry];

    private void Add(LogEntry entry)
    {
        var words = Words(entry);
        if (Find(words) is { } template)
        {
            template.Entries.Add(entry);
            for (var i = 0; i < words.Length; i++)
                if (template.Words[i] != words[i])
                    template.Words[i] = null;
            return;
        }
        var key = (words.Length, words.FirstOrDefault() ?? "");
        if (!groups.TryGetValue(key, out var group))
            groups[key] = group = [];
        group.Add((words, [entry]));
    }

    private (string?[] Words, List<LogEntry> Entries)? Find(string?[] words)
    {
        if (!groups.TryGetValue((words.Length, words.FirstOrDefault() ?? ""), out var group))
            return null;
        foreach (var template in group)
        {
            var equal = 0;
            for (var i = 0; i < words.Length; i++)
                if (template.Words[i] is null || template.Words[i] == words[i])
                    equal++;
            if (words.Length == 0 || equal >= Similar * words.Length)
                return template;
        }
        return null;
    }

    private static string?[] Words(LogEntry entry) => [.. TextTemplate.Words(entry.Texts.First(), NoNames)];
}
