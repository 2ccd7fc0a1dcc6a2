using k8s.Models;
using MetaKube.Cluster.Objects;
using MetaKube.Model;

namespace MetaKube.Cluster.Inspectors;

/// <summary>"exceeded quota: q, requested: pods=1, used: pods=10, limited: pods=10", resource by resource.</summary>
internal static class QuotaRefusal
{
    private sealed record Line(string Resource, string Requested, string Used, string Limited)
    {
        public bool Exceeds => Amount(Used) + Amount(Requested) > Amount(Limited);
    }

    /// <summary>
    /// The finding with the resource that is used up and its values; null where the quota has room for it by now.
    /// </summary>
    public static Finding? Judge(ClusterSnapshot snapshot, Finding finding)
    {
        if (finding.Facts.TryGetValue("unset", out var unset))
            return Told(finding, $"quota {finding.Facts["quota"]} demands {unset}, which the pod does not set", []);
        var lines = Lines(finding.Facts).Where(line => line.Exceeds).ToList();
        if (lines.Count == 0)
            return finding with { Summary = finding.Summary.Replace("{unset}", "requests or limits", Ordinal) };
        var name = finding.Facts["quota"];
        var quota = snapshot.Find<V1ResourceQuota>(finding.Resource.Namespace, name);
        if (quota is not null && lines.TrueForAll(line => HasRoom(quota, line)))
            return null;
        var line = lines[0];
        return Told(
            finding,
            $"quota {name} is used up: it allows {line.Resource} {line.Limited}, {line.Used} is in use, and "
                + $"{line.Requested} more is asked for",
            [("quotaresource", line.Resource)]
        );
    }

    private const StringComparison Ordinal = StringComparison.Ordinal;

    private static Finding Told(Finding finding, string summary, IEnumerable<(string Key, string Value)> facts)
    {
        var all = new Dictionary<string, string>(finding.Facts);
        foreach (var (key, value) in facts)
            all[key] = value;
        return finding with { Summary = summary, Facts = all };
    }

    private static IEnumerable<Line> Lines(IReadOnlyDictionary<string, string> facts)
    {
        var (used, limited) = (Pairs(facts, "used"), Pairs(facts, "limited"));
        foreach (var (resource, requested) in Pairs(facts, "requested"))
            if (used.TryGetValue(resource, out var inUse) && limited.TryGetValue(resource, out var limit))
                yield return new(resource, requested, inUse, limit);
    }

    private static Dictionary<string, string> Pairs(IReadOnlyDictionary<string, string> facts, string key) =>
        facts
            .GetValueOrDefault(key, "")
            .Split(',', StringSplitOptions.RemoveEmptyEntries)
            .Select(pair => pair.Split('='))
            .Where(pair => pair.Length == 2)
            .DistinctBy(pair => pair[0])
            .ToDictionary(pair => pair[0], pair => pair[1]);

    private static bool HasRoom(V1ResourceQuota quota, Line line) =>
        quota.Status?.Used?.TryGetValue(line.Resource, out var used) == true
        && quota.Status.Hard?.TryGetValue(line.Resource, out var hard) == true
        && used!.ToDecimal() + Amount(line.Requested) <= hard!.ToDecimal();

    private static decimal Amount(string text)
    {
        try
        {
            return new ResourceQuantity(text).ToDecimal();
        }
        catch (Exception e) when (e is FormatException or ArgumentException or OverflowException)
        {
            return 0;
        }
    }
}
