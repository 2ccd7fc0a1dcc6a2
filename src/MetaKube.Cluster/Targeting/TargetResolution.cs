using System.Text.RegularExpressions;
using k8s;
using k8s.Models;
using MetaKube.Cluster.Objects;
using MetaKube.Model;

namespace MetaKube.Cluster.Targeting;

/// <summary>
/// What a question in plain words is about: one object, a namespace, the cluster; or several objects that fit, or a
/// name that nothing has.
/// </summary>
internal sealed partial record TargetResolution(
    ResourceRef? Target,
    string? Scope,
    IReadOnlyList<ResourceRef> Candidates,
    string? NotFound
)
{
    /// <summary>
    /// Of objects with one name in one namespace the one that runs is meant, unless the question says otherwise.
    /// </summary>
    private static readonly string[] Preference =
    [
        "Deployment",
        "StatefulSet",
        "DaemonSet",
        "CronJob",
        "Job",
        "ReplicaSet",
        "Pod",
        "Service",
        "Ingress",
        "PersistentVolumeClaim",
        "HorizontalPodAutoscaler",
        "PodDisruptionBudget",
        "Node",
        "PersistentVolume",
    ];

    /// <summary>
    /// The name was found as it was given, and not only as a part of another: a kind that the question does not name
    /// would not fit better.
    /// </summary>
    public bool IsSure { get; private init; }

    private const int Exact = 4,
        Lookalike = 2;

    private sealed record Word(string Text, string? Kind, string? Namespace);

    private sealed record Match(ResourceRef Resource, int Score, int Position);

    public static TargetResolution Resolve(Symptom symptom, ClusterSnapshot snapshot, Topology topology)
    {
        var words = Words(symptom.Question, snapshot);
        var scope = symptom.Namespace ?? NamespaceIn(symptom.Question, snapshot);
        var known = Known(snapshot, topology)
            .Where(resource => Preference.Contains(resource.Kind) || ResourceKind.Find(resource.Kind) is null)
            .ToList();
        var matches = words.SelectMany((word, i) => MatchesOf(word, i, scope, known, topology)).ToList();

        if (matches.Count == 0)
        {
            var unknown = words.FirstOrDefault(word =>
                !TargetWords.IsOrdinary(word.Text) && word.Text != scope && !IsNamespace(word.Text, snapshot)
            );
            return new(null, scope, [], unknown?.Text);
        }
        var best = matches.Max(match => match.Score);
        var first = matches.Where(match => match.Score == best).Min(match => match.Position);
        var meant = matches
            .Where(match => match.Score == best && match.Position == first)
            .GroupBy(match => (match.Resource.Namespace, match.Resource.Name))
            .Select(group =>
                group
                    .Select(match => match.Resource)
                    .MinBy(resource =>
                        Array.IndexOf(Preference, resource.Kind) is >= 0 and var rank ? rank : Preference.Length
                    )!
            )
            .Distinct()
            .OrderBy(resource => resource.Namespace, StringComparer.Ordinal)
            .ThenBy(resource => resource.Name, StringComparer.Ordinal)
            .ToList();
        return meant.Count == 1
            ? new(meant[0], scope, [], null) { IsSure = best > 1 }
            : new(null, scope, meant, null) { IsSure = best > 1 };
    }

    /// <summary>Whether the question has a word that may be an object's name.</summary>
    public static bool NamesAnObject(Symptom symptom, string? scope) =>
        Words(symptom.Question, null)
            .Any(word =>
                (word.Kind is not null || !TargetWords.IsOrdinary(word.Text) || TargetWords.MayBeName(word.Text))
                && word.Text != scope
            );

    /// <summary>The words of the question that may be names, or kinds that only the cluster knows.</summary>
    public static IEnumerable<string> NamesIn(Symptom symptom) =>
        Words(symptom.Question, null).Select(word => word.Text).Where(text => !TargetWords.IsOrdinary(text));

    /// <summary>The kinds that the question names.</summary>
    public static IEnumerable<string> KindsIn(Symptom symptom) =>
        Words(symptom.Question, null).Select(word => word.Kind).OfType<string>().Distinct();

    private static IEnumerable<Match> MatchesOf(
        Word word,
        int position,
        string? scope,
        IReadOnlyList<ResourceRef> known,
        Topology topology
    )
    {
        var isOrdinary = word.Kind is null && word.Namespace is null && TargetWords.IsOrdinary(word.Text);
        if (isOrdinary && !TargetWords.MayBeName(word.Text))
            yield break;
        var ns = word.Namespace ?? scope;
        foreach (var resource in known)
        {
            if (ns is not null && resource.Namespace is not null && resource.Namespace != ns)
                continue;
            var score = NameScore(resource, word.Text);
            if (score == 0 || isOrdinary && score < Exact)
                continue;
            // Any other name in the question is meant more surely.
            if (isOrdinary)
                score = Lookalike;
            var lifted = Lift(resource, word.Kind, topology);
            // What the question calls a service is the Service, though a Deployment has the same name.
            if (word.Kind is not null && (resource.Kind == word.Kind || lifted.Kind == word.Kind))
                score += 10;
            yield return new(lifted, score, position);
        }
    }

    /// <summary>
    /// 4 the name itself, 3 the start of a pod's name with its hash, 2 the workload of a pod that is gone, 1 a part of
    /// the name (so the controller of a pod may be found by it).
    /// </summary>
    private static int NameScore(ResourceRef resource, string word)
    {
        var name = resource.Name;
        if (name == word)
            return Exact;
        if (word.Length < 3)
            return 0;
        if (
            resource.Kind is "Pod" or "ReplicaSet"
            && name.StartsWith(word, StringComparison.Ordinal)
            && word.Any(char.IsDigit)
            && word.Contains('-', StringComparison.Ordinal)
        )
            return 3;
        if (word.StartsWith(name + "-", StringComparison.Ordinal) && HashTail().IsMatch(word[name.Length..]))
            return 2;
        return
            name.StartsWith(word + "-", StringComparison.Ordinal)
            || name.EndsWith("-" + word, StringComparison.Ordinal)
            || name.Contains($"-{word}-", StringComparison.Ordinal)
            ? 1
            : 0;
    }

    /// <summary>
    /// A pod with a hash in its name leads to its controller: that is what has to change, and what stays when the pod
    /// goes.
    /// </summary>
    private static ResourceRef Lift(ResourceRef resource, string? kind, Topology topology)
    {
        if (resource.Kind is not ("Pod" or "ReplicaSet" or "Job") || resource.Kind == kind && resource.Kind == "Job")
            return resource;
        var top = topology.Controller(resource);
        // An operator's own kind, or the node of a static pod: the pod is what people know.
        return Preference.Contains(top.Kind) && top.Kind != "Node" ? top : resource;
    }

    /// <summary>What was read, and the controllers that pods name though they could not be read.</summary>
    private static IEnumerable<ResourceRef> Known(ClusterSnapshot snapshot, Topology topology)
    {
        var read = snapshot.Everything.Select(item => item.Ref).ToHashSet();
        return read.Concat(
            read.Where(resource => resource.Kind == "Pod")
                .Select(topology.Controller)
                .Where(controller => !read.Contains(controller))
                .Distinct()
        );
    }

    private static List<Word> Words(string question, ClusterSnapshot? snapshot)
    {
        var words = new List<Word>();
        string? kind = null;
        foreach (System.Text.RegularExpressions.Match match in Token().Matches(question))
        {
            var text = match.Value.Trim('.', '-', '/', '_', ':');
            var parts = text.Split('/', StringSplitOptions.RemoveEmptyEntries);
            if (parts.Length == 0)
                continue;
            if (parts.Length == 1)
            {
                if (
                    TargetWords.KindOf(text) is { } next
                    && !(kind is not null && snapshot is not null && Exists(text, snapshot))
                )
                {
                    // "the checkout pod": a kind may follow the name as well.
                    if (words.Count > 0 && words[^1].Kind is null && !TargetWords.IsOrdinary(words[^1].Text))
                        words[^1] = words[^1] with { Kind = next };
                    else
                        kind = next;
                    continue;
                }
                if (kind == "Namespace")
                {
                    kind = null;
                    continue;
                }
                words.Add(new(text, TargetWords.IsOrdinary(text) ? null : kind, null));
                if (!TargetWords.IsOrdinary(text))
                    kind = null;
                continue;
            }
            // kind/name, namespace/name or namespace/kind/name
            var named = TargetWords.KindOf(parts[^2]);
            var ns =
                parts.Length > 2 ? parts[0]
                : named is null ? parts[0]
                : null;
            // A kind that only this cluster knows: httproute/blog.
            if (
                ns is not null
                && snapshot is not null
                && !IsNamespace(ns, snapshot)
                && snapshot.Everything.Any(item => item.Ref.Kind.Equals(ns, StringComparison.OrdinalIgnoreCase))
            )
                ns = null;
            words.Add(new(parts[^1], named ?? kind, ns));
            kind = null;
        }
        return words;
    }

    public static string? NamespaceIn(string question, ClusterSnapshot? snapshot)
    {
        foreach (System.Text.RegularExpressions.Match match in NamespacePhrase().Matches(question))
        {
            var name = match.Groups[1].Value + match.Groups[2].Value + match.Groups[3].Value + match.Groups[4].Value;
            var certain = match.Groups[1].Success || match.Groups[2].Success || match.Groups[4].Success;
            if (snapshot is null ? certain && TargetWords.KindOf(name) is null : IsNamespace(name, snapshot))
                return name;
        }
        return null;
    }

    private static bool IsNamespace(string name, ClusterSnapshot snapshot) =>
        snapshot.Find<V1Namespace>(null, name) is not null
        || snapshot.Everything.Any(item => item.Ref.Namespace == name);

    private static bool Exists(string name, ClusterSnapshot snapshot) =>
        snapshot.Everything.Any(item => item.Ref.Name == name);

    [GeneratedRegex(@"[A-Za-z0-9][A-Za-z0-9._/'-]*")]
    private static partial Regex Token();

    [GeneratedRegex(@"^(-[a-z0-9]{1,10}){1,2}$")]
    private static partial Regex HashTail();

    [GeneratedRegex(
        @"\b(?:namespace|ns)\s+([a-z0-9-]+)|\b(?!in\b|the\b|this\b|our\b|of\b|from\b)([a-z0-9-]+)\s+namespace\b"
            + @"|\bin\s+(?!namespace\b|the\b)([a-z0-9-]+)\b|(?<![\w/])([a-z0-9-]+)/[a-z0-9]"
    )]
    private static partial Regex NamespacePhrase();
}
