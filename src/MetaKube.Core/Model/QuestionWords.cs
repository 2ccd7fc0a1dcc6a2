using System.Text.RegularExpressions;

namespace MetaKube.Model;

/// <summary>Words of a question that name kinds and namespaces, whatever the cluster holds.</summary>
public static partial class QuestionWords
{
    private static readonly Dictionary<string, string> Kinds = new(StringComparer.OrdinalIgnoreCase)
    {
        ["pod"] = "Pod",
        ["pods"] = "Pod",
        ["po"] = "Pod",
        ["container"] = "Pod",
        ["containers"] = "Pod",
        ["deployment"] = "Deployment",
        ["deployments"] = "Deployment",
        ["deploy"] = "Deployment",
        ["rollout"] = "Deployment",
        ["statefulset"] = "StatefulSet",
        ["sts"] = "StatefulSet",
        ["daemonset"] = "DaemonSet",
        ["ds"] = "DaemonSet",
        ["replicaset"] = "ReplicaSet",
        ["rs"] = "ReplicaSet",
        ["job"] = "Job",
        ["jobs"] = "Job",
        ["cronjob"] = "CronJob",
        ["cronjobs"] = "CronJob",
        ["cj"] = "CronJob",
        ["service"] = "Service",
        ["services"] = "Service",
        ["svc"] = "Service",
        ["ingress"] = "Ingress",
        ["ing"] = "Ingress",
        ["node"] = "Node",
        ["nodes"] = "Node",
        ["pvc"] = "PersistentVolumeClaim",
        ["claim"] = "PersistentVolumeClaim",
        ["persistentvolumeclaim"] = "PersistentVolumeClaim",
        ["volume"] = "PersistentVolumeClaim",
        ["pv"] = "PersistentVolume",
        ["persistentvolume"] = "PersistentVolume",
        ["hpa"] = "HorizontalPodAutoscaler",
        ["autoscaler"] = "HorizontalPodAutoscaler",
        ["horizontalpodautoscaler"] = "HorizontalPodAutoscaler",
        ["pdb"] = "PodDisruptionBudget",
        ["poddisruptionbudget"] = "PodDisruptionBudget",
        ["namespace"] = "Namespace",
        ["ns"] = "Namespace",
    };

    /// <summary>
    /// The kind that a word means, in the singular, the plural or kubectl's short form; null for none.
    /// </summary>
    public static string? KindOf(string word) => Kinds.GetValueOrDefault(word);

    /// <summary>
    /// The namespace that the question seems to name ("in namespace shop", "the shop namespace", "shop/checkout"), or
    /// null. Words such as "read/write" look the same: only the cluster tells whether it exists.
    /// </summary>
    public static string? NamespaceIn(string question) =>
        NamespacePhrase()
            .Matches(question)
            .Select(match => match.Groups["certain"])
            .FirstOrDefault(name => name.Success && IsName(name.Value))
            ?.Value;

    /// <summary>
    /// The namespace that the question names in so many words ("in namespace shop", "namespace: shop", "in the shop
    /// namespace"), or null.
    /// </summary>
    public static string? StatedNamespaceIn(string question) =>
        StatedNamespace().Matches(question).Select(match => match.Groups["name"].Value).FirstOrDefault(IsName);

    /// <summary>Words that may name a namespace, in order: the certain ones, and those after "in".</summary>
    public static IEnumerable<string> NamespacesIn(string question) =>
        NamespacePhrase().Matches(question).Select(match => match.Groups["certain"].Value + match.Groups["possible"]);

    private static bool IsName(string word) => word.Length > 1 && word.Any(char.IsAsciiLetter) && KindOf(word) is null;

    [GeneratedRegex(
        """
            \b (?:namespace|ns) [\s"'`:=]+ (?<certain> [a-z0-9-]{1,63} )
            | \b (?! in\b | the\b | this\b | our\b | of\b | from\b ) (?<certain> [a-z0-9-]{1,63} )
                ["'`]? \s+ namespace\b
            | \b in \s+ (?! namespace\b | the\b ) (?<possible> [a-z0-9-]{1,63} ) \b
            | (?<! [\w/] ) (?<certain> [a-z0-9-]{1,63} ) / [a-z0-9]
            """,
        RegexOptions.IgnorePatternWhitespace
    )]
    private static partial Regex NamespacePhrase();

    [GeneratedRegex(
        """
            \b (?: in | from | of | for | im | aus | en | del? | dans ) \s+ (?: the \s+ )?
              (?:namespace|ns) [\s"'`:]+ (?<name> [a-z0-9-]+ )
            | \b (?:namespace|ns) ["']? \s* [:=] \s* ["'`]? (?<name> [a-z0-9-]+ )
            | \b (?:in|from) \s+ (?: (?:the|our) \s+ )? ["'`]? (?<name> [a-z0-9-]+ ) ["'`]? \s+ namespace \b
            """,
        RegexOptions.IgnorePatternWhitespace | RegexOptions.NonBacktracking
    )]
    private static partial Regex StatedNamespace();
}
