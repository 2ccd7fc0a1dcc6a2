using System.Text.RegularExpressions;
using k8s.Models;

namespace MetaKube.Cluster.Text;

/// <summary>Resource quotas as <c>kubectl describe</c> and <c>kubectl get</c> print them.</summary>
internal static partial class PastedQuota
{
    /// <summary>True for the description of a quota: it has a table of what is used and what is allowed.</summary>
    public static bool IsDescribed(DescribedField root) => root.Lines().Any(line => Header().IsMatch(line.Trim()));

    /// <summary>"requests.cpu  10  12"</summary>
    public static V1ResourceQuota Read(DescribedField root, V1ObjectMeta meta) =>
        Quota(
            meta,
            root.Lines()
                .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
                .Where(cells => cells is [_, [>= '0' and <= '9', ..], [>= '0' and <= '9', ..]])
                .Select(cells => (cells[0], cells[1], cells[2]))
        );

    /// <summary>A row of a table of quotas: "requests.cpu: 10/12, pods: 3/5".</summary>
    public static V1ResourceQuota Read(V1ObjectMeta meta, Func<string, string> cell) =>
        Quota(
            meta,
            Used()
                .Matches($"{cell("REQUEST")}, {cell("LIMIT")}")
                .Select(match => (match.Groups[1].Value, match.Groups[2].Value, match.Groups[3].Value))
        );

    private static V1ResourceQuota Quota(
        V1ObjectMeta meta,
        IEnumerable<(string Resource, string Used, string Hard)> lines
    )
    {
        var known = lines.DistinctBy(line => line.Resource).ToList();
        var hard = known.ToDictionary(line => line.Resource, line => new ResourceQuantity(line.Hard));
        return new()
        {
            Metadata = meta,
            Spec = new() { Hard = hard },
            Status = new()
            {
                Hard = hard,
                Used = known.ToDictionary(line => line.Resource, line => new ResourceQuantity(line.Used)),
            },
        };
    }

    [GeneratedRegex(@"^Resource\s+Used\s+Hard$")]
    private static partial Regex Header();

    [GeneratedRegex(@"([a-z][\w./-]{0,120}): (\d[\w.]*)/(\d[\w.]*)")]
    private static partial Regex Used();
}
