using MetaKube.Chat;

namespace MetaKube.ChatOps.Conversations.FollowUps;

/// <summary>A free question: the facts that share most words with it, or nothing.</summary>
internal static class FactReply
{
    private const int Most = 4,
        ShortestWord = 3;

    /// <summary>A line with less of the question's words is no answer to people's own talk.</summary>
    private const double Plain = 0.5;

    /// <summary>Words that people use for a field, and a part of the field's name.</summary>
    private static readonly Dictionary<string, string[]> Fields = new()
    {
        ["version"] = ["image"],
        ["tag"] = ["image"],
        ["try"] = ["backofflimit", "failed:", "attempt"],
        ["tried"] = ["backofflimit", "failed:", "attempt"],
        ["attempt"] = ["backofflimit", "failed:"],
        ["often"] = ["restart", "backofflimit", "failed:"],
        ["serving"] = ["ready"],
        ["serve"] = ["ready"],
        ["ready"] = ["ready"],
        ["full"] = ["used", "hard"],
        ["missing"] = ["missing", "no key", "not exist", "not found", "couldn't find"],
        ["classes"] = ["class"],
        ["class"] = ["storageclass", "class"],
        ["schedule"] = ["schedule"],
        ["tomorrow"] = ["schedule"],
        ["again"] = ["schedule"],
        ["cpu"] = ["cpu", "architecture"],
        ["arch"] = ["architecture"],
        ["memory"] = ["memory"],
        ["disk"] = ["storage"],
        ["size"] = ["storage", "capacity"],
        ["host"] = ["host"],
        ["url"] = ["url", "http"],
        ["database"] = ["db", "database", "postgres", "mysql"],
        ["max"] = ["maxreplicas", "max"],
        ["hpa"] = ["horizontalpodautoscaler"],
        ["moved"] = ["terminating", "volume", "statefulset", "nodename"],
        ["owner"] = ["owner", "team"],
    };

    /// <param name="c">The case.</param>
    /// <param name="words">The words of the question that are not common ones.</param>
    /// <param name="facts">The facts, the most telling first.</param>
    /// <param name="isAddressed">False where the message may be people's own talk.</param>
    /// <returns>Null where no fact bears on the question.</returns>
    public static TurnReply? Of(ThreadCase c, string words, IReadOnlyList<string> facts, bool isAddressed)
    {
        var asked = words
            .ToLowerInvariant()
            .Split([' ', ',', '?', '.', '!', '\''], StringSplitOptions.RemoveEmptyEntries)
            .Where(word => word.Length >= ShortestWord || word.All(char.IsAsciiDigit))
            .Distinct()
            .Select(StemsOf)
            .ToList();
        if (asked.Count == 0)
            return null;
        var scored = facts
            .Distinct()
            .Select((fact, place) => (fact, place, Share: (double)asked.Count(stems => Has(fact, stems)) / asked.Count))
            .Where(one => one.Share > 0)
            .OrderByDescending(one => one.Share)
            .ThenBy(one => one.place)
            .ToList();
        if (scored.Count == 0 || !isAddressed && scored[0].Share < Plain)
            return null;
        var best = scored.TakeWhile(one => one.Share >= scored[0].Share).Take(Most).ToList();
        return TurnReply.Of([
            $"What I know of that about {c.Name}:",
            .. best.Select(one => $"• {ChatText.Cut(one.fact.ReplaceLineEndings(" "), 240)}"),
        ]);
    }

    private static string[] StemsOf(string word)
    {
        var stem = word.Length > 4 ? word.TrimEnd('s') : word;
        return [stem, .. Fields.GetValueOrDefault(word) ?? Fields.GetValueOrDefault(stem) ?? []];
    }

    private static bool Has(string fact, string[] stems) =>
        stems.Any(stem => fact.Contains(stem, StringComparison.OrdinalIgnoreCase));
}
