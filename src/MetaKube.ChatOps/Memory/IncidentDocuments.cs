using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace MetaKube.ChatOps.Memory;

/// <summary>Reads incidents of the past from Markdown (one file an incident) and from tickets as JSON lines.</summary>
internal static partial class IncidentDocuments
{
    private const int LongestDocument = 1024 * 1024;

    private enum Part
    {
        Other,
        Symptoms,
        Cause,
        Fix,
    }

    /// <summary>
    /// The incident of a postmortem or runbook. Sections are recognised by their headings, or by a line that begins
    /// with their name and a colon; front matter is optional.
    /// </summary>
    /// <param name="file">The name of the file.</param>
    /// <param name="text">Its text; what exceeds a megabyte is left out.</param>
    public static PastIncident ReadMarkdown(string file, string text)
    {
        var lines = text[..Math.Min(text.Length, LongestDocument)].ReplaceLineEndings("\n").Split('\n');
        var facts = FrontMatter(lines, out var start);
        var parts = Enum.GetValues<Part>().ToDictionary(part => part, _ => new StringBuilder());
        string? title = null;
        var (here, isCode) = (Part.Symptoms, false);
        foreach (var line in lines[start..])
        {
            isCode ^= line.TrimStart().StartsWith("```", StringComparison.Ordinal);
            if (!isCode && Heading().Match(line) is { Success: true } heading)
            {
                title ??= heading.Groups["text"].Value.Trim();
                here = heading.Groups["level"].Length == 1 ? Part.Symptoms : PartOf(heading.Groups["text"].Value);
            }
            else if (!isCode && Label().Match(line) is { Success: true } label)
            {
                here = PartOf(label.Groups["name"].Value);
                parts[here].AppendLine(label.Groups["text"].Value);
            }
            else
                parts[here].AppendLine(line);
        }
        return new(
            file,
            facts.GetValueOrDefault("title") ?? title ?? Path.GetFileNameWithoutExtension(file),
            facts.GetValueOrDefault("symptoms") ?? parts[Part.Symptoms].ToString(),
            facts.GetValueOrDefault("fault") ?? facts.GetValueOrDefault("cause") ?? Prose(parts[Part.Cause]),
            facts.GetValueOrDefault("fix") ?? Prose(parts[Part.Fix]),
            DateOf(facts.GetValueOrDefault("date") ?? $"{title}\n{Path.GetFileName(file)}\n{string.Join('\n', lines)}")
        )
        {
            By = facts.GetValueOrDefault("author"),
            Cluster = facts.GetValueOrDefault("cluster"),
        };
    }

    /// <summary>The incident of a ticket, a JSON object of one line.</summary>
    /// <exception cref="JsonException">The line is no ticket.</exception>
    public static PastIncident ReadTicket(string source, string line)
    {
        var ticket = JsonSerializer.Deserialize(line, TicketJson.Default.Ticket);
        if (ticket is null || string.IsNullOrWhiteSpace(ticket.Title ?? ticket.Description))
            throw new JsonException("A ticket needs a title or a description.");
        var logs = ticket.Logs.ValueKind switch
        {
            JsonValueKind.String => ticket.Logs.GetString(),
            JsonValueKind.Array => string.Join('\n', ticket.Logs.EnumerateArray().Select(one => one.ToString())),
            _ => null,
        };
        return new(
            source,
            ticket.Title ?? ticket.Description!,
            logs is null ? ticket.Description ?? "" : $"{ticket.Description}\n```\n{logs}\n```",
            ticket.Fault ?? ticket.Cause ?? "",
            ticket.Fix ?? "",
            ticket.At
        )
        {
            By = ticket.By,
            Cluster = ticket.Cluster,
        };
    }

    private static Dictionary<string, string> FrontMatter(string[] lines, out int start)
    {
        start = 0;
        var facts = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        var end = lines is ["---", ..] ? Array.IndexOf(lines, "---", 1) : -1;
        if (end < 0)
            return facts;
        start = end + 1;
        foreach (var line in lines[1..end])
            if (line.IndexOf(':', StringComparison.Ordinal) is > 0 and var colon)
                facts[line[..colon].Trim()] = line[(colon + 1)..].Trim(' ', '"', '\'');
        return facts;
    }

    private static Part PartOf(string heading) =>
        heading switch
        {
            _ when FixWords().IsMatch(heading) => Part.Fix,
            _ when CauseWords().IsMatch(heading) => Part.Cause,
            _ when SymptomWords().IsMatch(heading) => Part.Symptoms,
            _ => Part.Other,
        };

    /// <summary>The first paragraph without marks of lists.</summary>
    private static string Prose(StringBuilder section)
    {
        var lines = section
            .ToString()
            .Split('\n')
            .Select(line => Mark().Replace(line.Trim(), ""))
            .SkipWhile(line => line.Length == 0)
            .TakeWhile(line => line.Length > 0);
        return string.Join(' ', lines);
    }

    private static DateTimeOffset? DateOf(string text) =>
        IsoDate().Match(text) is { Success: true } date
        && DateTimeOffset.TryParseExact(
            date.Value,
            "yyyy-MM-dd",
            CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal,
            out var at
        )
            ? at
            : null;

    private const RegexOptions Loose =
        RegexOptions.NonBacktracking | RegexOptions.IgnoreCase | RegexOptions.CultureInvariant;

    [GeneratedRegex(@"^(?<level>#{1,6})\s+(?<text>.*\S)", Loose)]
    private static partial Regex Heading();

    [GeneratedRegex(
        @"^\s*(?:[-*]\s+)?\**(?<name>(?:root )?cause|resolution|fix|solution|mitigation|symptoms?)"
            + @"\**\s*:\**\s*(?<text>.*)$",
        Loose
    )]
    private static partial Regex Label();

    [GeneratedRegex(
        @"\b(?:resolution|resolved|fix|fixed|solution|mitigation|remediation|recovery|remedy|steps)\b",
        Loose
    )]
    private static partial Regex FixWords();

    [GeneratedRegex(@"\b(?:root[ -]?cause|cause|causes|why|trigger|diagnosis|explanation)\b", Loose)]
    private static partial Regex CauseWords();

    [GeneratedRegex(
        @"\b(?:symptoms?|what happened|summary|overview|detection|observed|errors?|evidence|logs?|problem|issue"
            + @"|impact)\b",
        Loose
    )]
    private static partial Regex SymptomWords();

    [GeneratedRegex(@"^(?:[-*+>]|\d+[.)])\s+", Loose)]
    private static partial Regex Mark();

    [GeneratedRegex(@"\b\d{4}-\d{2}-\d{2}\b", Loose)]
    private static partial Regex IsoDate();
}
