using System.Text.RegularExpressions;
using k8s.Models;

namespace MetaKube.Cluster.Text;

/// <summary>The tolerations of a described pod.</summary>
internal static partial class DescribedTolerations
{
    /// <summary>"dedicated=db:NoSchedule", or "dedicated:NoExecute op=Exists for 300s".</summary>
    public static IList<V1Toleration>? Read(DescribedField? field) =>
        field is null
            ? null
            :
            [
                .. Lines(field)
                    .Select(line => (Line: line, Match: Form().Match(line)))
                    .Where(item => item.Match.Success || item.Line.StartsWith("op=Exists", StringComparison.Ordinal))
                    .Select(item => new V1Toleration
                    {
                        Key = item.Match.Groups["key"] is { Success: true } key ? key.Value : null,
                        Value = item.Match.Groups["value"].Value,
                        Effect = item.Match.Groups["effect"] is { Success: true } effect ? effect.Value : null,
                        OperatorProperty = item.Line.Contains("op=Exists", StringComparison.Ordinal)
                            ? "Exists"
                            : "Equal",
                    }),
            ];

    private static IEnumerable<string> Lines(DescribedField field) =>
        field
            .Lines()
            .Prepend(field.Value)
            .Select(line => line.Trim())
            .Where(line => line.Length > 0 && line != "<none>");

    [GeneratedRegex(
        @"^(?<key>[\w./-]+)(?:=(?<value>[\w.-]*))?(?::(?<effect>NoSchedule|NoExecute|PreferNoSchedule))?(?:\s|$)"
    )]
    private static partial Regex Form();
}
