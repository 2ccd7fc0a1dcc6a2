using System.Text.RegularExpressions;

namespace MetaKube.ChatOps.Alerts;

/// <summary>What the labels of an alert say that it is about.</summary>
internal static partial class AlertLabels
{
    // Not "job": that is what Prometheus scraped, kube-state-metrics more often than not.
    private static readonly string[] Objects = ["pod", "deployment", "statefulset", "daemonset", "job_name", "cronjob", "persistentvolumeclaim", "horizontalpodautoscaler", "service", "node"];

    /// <summary>A question about the object that the labels name; without one, the subject.</summary>
    public static string Question(IReadOnlyDictionary<string, string> labels, string subject) => Objects.FirstOrDefault(labels.ContainsKey) is { } kind
        ? $"{labels.GetValueOrDefault("alertname", subject)}: {kind.Replace("_name", "", StringComparison.Ordinal)} {labels[kind]}"
        : subject;

    /// <summary>The namespace that the labels name, or null.</summary>
    public static string? Namespace(IReadOnlyDictionary<string, string> labels) => labels.GetValueOrDefault("namespace") is { } ns && NamespaceName().IsMatch(ns) ? ns : null;

    [GeneratedRegex("^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$")]
    private static partial Regex NamespaceName();
}
