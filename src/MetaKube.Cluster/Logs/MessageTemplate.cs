using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace MetaKube.Cluster.Logs;

/// <summary>
/// The template of a message: its words without those that hold a digit, so that two occurrences of one message have
/// the same template. It reads a text once; <see cref="LogTemplates"/> compares lines with each
/// other.
/// </summary>
internal static partial class MessageTemplate
{
    private const int LongestTemplate = 160;

    public static string Of(string text)
    {
        var template = new StringBuilder(LongestTemplate);
        for (var start = 0; start < text.Length && template.Length < LongestTemplate;)
        {
            if (!char.IsLetterOrDigit(text[start]))
            {
                start++;
                continue;
            }
            var end = start;
            var varies = false;
            for (; end < text.Length && (char.IsLetterOrDigit(text[end]) || text[end] is '-' or '_' or '.'); end++)
                varies |= char.IsDigit(text[end]);
            if (!varies)
                template.Append(text, start, Math.Min(end - start, LongestTemplate)).Append(' ');
            start = end;
        }
        return template.ToString();
    }

    /// <summary>The timestamp at the start of a line, or null.</summary>
    public static DateTimeOffset? TimeOf(string line) =>
        Timestamp().Match(line) is { Success: true } match
        && DateTimeOffset.TryParse(
            match.Value.Replace(',', '.').Replace('/', '-'),
            CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal,
            out var at
        )
            ? at
            : null;

    [GeneratedRegex(@"(?<=^\W?)\d{4}[-/]\d{2}[-/]\d{2}[T ]\d{2}:\d{2}:\d{2}(?:[.,]\d{1,7})?(?:Z|[+-]\d{2}:?\d{2})?")]
    private static partial Regex Timestamp();
}
