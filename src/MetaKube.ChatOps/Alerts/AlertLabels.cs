using System.Text.RegularExpressions;

namespace MetaKube.ChatOps.Alerts;

/// <summary>Finds the object and the namespace that the labels of an alert name.</summary>
internal sealed partial class AlertLabels
{
    /// <summary>
    /// Labels of the Kubernetes mixin's rules and of kube-state-metrics that name an object, the most specific first.
    /// </summary>
    // "job" and "instance" are left out: they name the target that Prometheus scraped, often kube-state-metrics.
    // "service" is late in the list, since other labels name the object better.
    private static readonly KeyValuePair<string, string>[] Usual =
    [
        new("pod", "pod"),
        new("exported_pod", "pod"),
        new("deployment", "deployment"),
        new("statefulset", "statefulset"),
        new("daemonset", "daemonset"),
        new("job_name", "job"),
        new("cronjob", "cronjob"),
        new("persistentvolumeclaim", "persistentvolumeclaim"),
        new("horizontalpodautoscaler", "horizontalpodautoscaler"),
        new("hpa", "horizontalpodautoscaler"),
        new("poddisruptionbudget", "poddisruptionbudget"),
        new("persistentvolume", "persistentvolume"),
        new("ingress", "ingress"),
        new("service", "service"),
        new("node", "node"),
    ];

    /// <summary>The default labels without further ones.</summary>
    public static readonly AlertLabels Default = new(new Dictionary<string, string>());

    private readonly IReadOnlyList<KeyValuePair<string, string>> targets;

    /// <param name="further">Labels and kinds that take precedence over the default ones; an empty kind removes a
    /// default label.</param>
    public AlertLabels(IReadOnlyDictionary<string, string> further) =>
        targets = [
            .. further.Where(one => one.Value.Length > 0).OrderBy(one => one.Key, StringComparer.Ordinal),
            .. Usual.Where(one => !further.ContainsKey(one.Key)),
        ];

    /// <summary>A question about the object that the labels name; without one, the subject.</summary>
    public string Question(IReadOnlyDictionary<string, string> labels, string subject)
    {
        var named = targets.FirstOrDefault(target => labels.GetValueOrDefault(target.Key) is { Length: > 0 });
        return named.Key is null
            ? subject
            : $"{labels.GetValueOrDefault("alertname", subject)}: {named.Value} {labels[named.Key]}";
    }

    /// <summary>The namespace that the labels name, or null.</summary>
    public static string? Namespace(IReadOnlyDictionary<string, string> labels) =>
        (labels.GetValueOrDefault("namespace") ?? labels.GetValueOrDefault("exported_namespace")) is { } ns
        && NamespaceName().IsMatch(ns)
            ? ns
            : null;

    [GeneratedRegex("^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$")]
    private static partial Regex NamespaceName();
}
