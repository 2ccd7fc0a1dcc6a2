using System.Text.RegularExpressions;

namespace MetaKube.ChatOps.Alerts;

/// <summary>
/// Finds the labels of alerts in the text of a message, in the forms of common templates: "namespace = shop", "*Pod:*
/// `api-0`", "labels: map[pod:api-0]", "kube_namespace:shop", "Pod shop/api-0 is crash looping".
/// </summary>
internal static partial class AlertMessageLabels
{
    private const int MostAlerts = 20;

    private const string Names =
        "alertname|alert_name|namespace|kube_namespace|kubernetes_namespace|exported_namespace|pod|pod_name|"
        + "exported_pod|deployment|kube_deployment|statefulset|kube_stateful_set|daemonset|kube_daemon_set|job_name|"
        + "kube_job|cronjob|kube_cronjob|persistentvolumeclaim|horizontalpodautoscaler|hpa|poddisruptionbudget|ingress|"
        + "service|kube_service|node|cluster|kube_cluster_name|severity|job";

    /// <summary>Names of other tools for the usual labels.</summary>
    private static readonly Dictionary<string, string> Usual = new()
    {
        ["alert_name"] = "alertname",
        ["kube_namespace"] = "namespace",
        ["kubernetes_namespace"] = "namespace",
        ["pod_name"] = "pod",
        ["kube_deployment"] = "deployment",
        ["kube_stateful_set"] = "statefulset",
        ["kube_daemon_set"] = "daemonset",
        ["kube_job"] = "job_name",
        ["kube_cronjob"] = "cronjob",
        ["kube_service"] = "service",
        ["kube_cluster_name"] = "cluster",
    };

    /// <summary>Labels that alerts of one message share, though only the first one lists them.</summary>
    private static readonly HashSet<string> Shared = ["alertname", "namespace", "cluster", "severity"];

    /// <summary>The labels of each alert that the text shows, in order; none where it shows no label.</summary>
    public static IReadOnlyList<IReadOnlyDictionary<string, string>> Read(string text)
    {
        var alerts = new List<Dictionary<string, string>>();
        foreach (var (name, value) in Pairs(text))
        {
            if (alerts.Count == 0 || alerts[^1].TryGetValue(name, out var known) && known != value)
                alerts.Add(alerts.Count == 0 ? [] : Next(alerts[^1], name));
            alerts[^1][name] = value;
            if (alerts.Count > MostAlerts)
                break;
        }
        return [.. alerts.Take(MostAlerts)];
    }

    /// <summary>The labels with which a further alert starts.</summary>
    private static Dictionary<string, string> Next(Dictionary<string, string> before, string name) =>
        before.Where(label => Shared.Contains(label.Key) && label.Key != name).ToDictionary();

    private static IEnumerable<(string Name, string Value)> Pairs(string text)
    {
        foreach (Match match in Label().Matches(text))
        {
            var given = match.Groups["name"].Value.ToLowerInvariant();
            var name = Usual.GetValueOrDefault(given, given);
            var value = match.Groups["value"].Value.TrimEnd('.', ':', '/', '-', ',');
            if (value.Split('/') is [{ Length: > 0 } ns, { Length: > 0 } named])
            {
                yield return ("namespace", ns);
                value = named;
            }
            yield return (name, value);
        }
        foreach (Match match in Object().Matches(text))
        {
            yield return ("namespace", match.Groups["ns"].Value);
            yield return (match.Groups["kind"].Value.ToLowerInvariant(), match.Groups["name"].Value.TrimEnd('.', '-'));
        }
    }

    [GeneratedRegex(
        """(?:^|[\s*`("'{,;|•\[])(?<name>"""
            + Names
            + """)[*_`"']*[ ]?[:=][ ]*[*_`"']*\s?[*_`"']*(?<value>[a-zA-Z0-9][a-zA-Z0-9._:/-]{0,252})""",
        RegexOptions.IgnoreCase | RegexOptions.NonBacktracking | RegexOptions.CultureInvariant
    )]
    private static partial Regex Label();

    /// <summary>"Resource: pod/shop/api-0", "Pod shop/api-0 is crash looping".</summary>
    [GeneratedRegex(
        @"\b(?<kind>[Pp]od|[Dd]eployment|[Ss]tateful[Ss]et|[Dd]aemon[Ss]et|[Jj]ob|[Cc]ron[Jj]ob|[Ii]ngress|[Ss]ervice)"
            + @"[ /](?<ns>[a-z0-9][a-z0-9-]{0,62})/(?<name>[a-z0-9][a-z0-9.-]{0,252})",
        RegexOptions.NonBacktracking | RegexOptions.CultureInvariant
    )]
    private static partial Regex Object();
}
