using System.Text.RegularExpressions;

namespace MetaKube.Cluster.Text;

/// <summary>
/// Completes a manifest whose beginning was not pasted: its fields tell the kind, and one without a name is the only
/// object of its kind.
/// </summary>
internal static partial class ManifestKind
{
    /// <summary>Fields that stand in the specs of only this kind, the most telling first.</summary>
    private static readonly (string Fields, string Kind)[] ByFields =
    [
        ("jobTemplate", "CronJob"),
        ("scaleTargetRef", "HorizontalPodAutoscaler"),
        ("webhooks", "ValidatingWebhookConfiguration"),
        ("podSelector", "NetworkPolicy"),
        ("volumeClaimTemplates", "StatefulSet"),
        ("template+serviceName", "StatefulSet"),
        ("template+backoffLimit", "Job"),
        ("template+completions", "Job"),
        ("template+updateStrategy", "DaemonSet"),
        ("template", "Deployment"),
        ("containers", "Pod"),
        ("targetPort", "Service"),
        ("selector+ports", "Service"),
        ("accessModes", "PersistentVolumeClaim"),
        ("rules+http", "Ingress"),
        ("defaultBackend", "Ingress"),
    ];

    /// <summary>The lines with a kind and a name; the same lines where they have one, or do not tell it.</summary>
    /// <param name="document">The lines of one YAML document.</param>
    /// <param name="nameOf">The name of an object of a kind, for a document without one.</param>
    public static List<string> Completed(List<string> document, Func<string, string> nameOf)
    {
        if (document.Exists(line => KindLine().IsMatch(line)) || !document.Exists(line => SpecLine().IsMatch(line)))
            return document;
        var keys = document
            .Select(line => Key().Match(line))
            .Where(match => match.Success)
            .Select(match => match.Groups[1].Value)
            .ToHashSet();
        var kind = ByFields.FirstOrDefault(known => known.Fields.Split('+').All(keys.Contains)).Kind;
        if (kind is null)
            return document;
        var at = document.FindIndex(line => line.StartsWith("metadata:", StringComparison.Ordinal));
        if (at >= 0 && document.Skip(at + 1).TakeWhile(IsBelow).Any(line => NameLine().IsMatch(line)))
            return [$"kind: {kind}", .. document];
        var name = $"  name: \"{nameOf(kind)}\"";
        return at >= 0
            ? [$"kind: {kind}", .. document.Take(at + 1), name, .. document.Skip(at + 1)]
            : [$"kind: {kind}", "metadata:", name, .. document];
    }

    private static bool IsBelow(string line) => line.Length == 0 || char.IsWhiteSpace(line[0]);

    [GeneratedRegex(@"^kind:\s*\S")]
    private static partial Regex KindLine();

    [GeneratedRegex("^(?:spec|webhooks):")]
    private static partial Regex SpecLine();

    [GeneratedRegex(@"^\s*(?:- )?([A-Za-z]\w*):(?:\s|$)")]
    private static partial Regex Key();

    [GeneratedRegex(@"^  name:\s*\S")]
    private static partial Regex NameLine();
}
