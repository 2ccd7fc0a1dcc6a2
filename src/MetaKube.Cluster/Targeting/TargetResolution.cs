using System.Text.RegularExpressions;
using k8s;
using k8s.Models;
using MetaKube.Cluster.Objects;
using MetaKube.Model;

namespace MetaKube.Cluster.Targeting;

/// <summary>Resolves the target of a question in plain words, among the objects of a snapshot.</summary>
/// <param name="Target">The target.</param>
/// <param name="IsSure">The name was found as a whole, and not only as a part of another: further kinds of objects
/// would
/// not fit better.</param>
internal sealed partial record TargetResolution(Target Target, bool IsSure)
{
    /// <summary>The preferred kinds among objects of one name and namespace: workloads first.</summary>
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

    private const int Exact = 4,
        Lookalike = 2,
        LongestName = 80;

    private sealed record Word(string Text, string? Kind, string? Namespace);

    private sealed record Match(ResourceRef Resource, int Score, int Position);

    public static TargetResolution Resolve(Symptom symptom, ClusterSnapshot snapshot, Topology topology)
    {
        var words = Words(symptom.Question, snapshot);
        var scope =
            symptom.Namespace
            ?? QuestionWords.NamespacesIn(symptom.Question).FirstOrDefault(name => IsNamespace(name, snapshot));
        var known = Known(snapshot, topology)
            .Where(resource => Preference.Contains(resource.Kind) || ResourceKind.Find(resource.Kind) is null)
            .ToList();
        var matches = words.SelectMany((word, i) => MatchesOf(word, i, scope, known, topology)).ToList();

        if (matches.Count == 0)
        {
            var unknown = words.FirstOrDefault(word =>
                !TargetWords.IsOrdinary(word.Text) && word.Text != scope && !IsNamespace(word.Text, snapshot)
            );
            return new(
                new()
                {
                    Namespace = scope,
                    NotFound = unknown is null ? null : snapshot.Redaction.Sentence(unknown.Text, LongestName),
                },
                IsSure: false
            );
        }
        var best = matches.Max(match => match.Score);
        var meant = Best(matches.Where(match => match.Score == best).ToList());
        var target = new Target { Namespace = scope };
        return new(
            meant.Count == 1 ? target with { Object = meant[0] } : target with { Candidates = meant },
            IsSure: best > 1
        );
    }

    /// <summary>The objects of the first word among equally good matches; of one name, the preferred kind.</summary>
    private static List<ResourceRef> Best(List<Match> matches)
    {
        var first = matches.Min(match => match.Position);
        return
        [
            .. matches
                .Where(match => match.Position == first)
                .Select(match => match.Resource)
                .GroupBy(resource => (resource.Namespace, resource.Name))
                .Select(group => group.MinBy(Rank)!)
                .Distinct()
                .OrderBy(resource => resource.Namespace, StringComparer.Ordinal)
                .ThenBy(resource => resource.Name, StringComparer.Ordinal),
        ];
    }

    private static int Rank(ResourceRef resource)
    {
        var rank = Array.IndexOf(Preference, resource.Kind);
        return rank >= 0 ? rank : Preference.Length;
    }

    /// <summary>True if the question has a word that may be an object's name.</summary>
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
            // A word that the question calls a service means the Service, though a Deployment has the same name.
            if (word.Kind is not null && (resource.Kind == word.Kind || lifted.Kind == word.Kind))
                score += 10;
            yield return new(lifted, score, position);
        }
    }

    /// <summary>
    /// 4 for the name itself, 3 for the start of a pod's name with its hash, 2 for the workload of a pod that is gone,
    /// 1
    /// for a part of the name, by which the controller of a pod may be found.
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
    /// Replaces a pod with a hash in its name by its controller, which stays when the pod goes and which has to be
    /// changed.
    /// </summary>
    private static ResourceRef Lift(ResourceRef resource, string? kind, Topology topology)
    {
        if (resource.Kind is not ("Pod" or "ReplicaSet" or "Job") || resource.Kind == kind && resource.Kind == "Job")
            return resource;
        var top = topology.Controller(resource);
        // Above the pod may be an operator's own kind, or the node of a static pod; people know the pod.
        return Preference.Contains(top.Kind) && top.Kind != "Node" ? top : resource;
    }

    /// <summary>The objects that were read, and controllers that only their pods name.</summary>
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
            var parts = match.Value.Trim('.', '-', '/', '_', ':').Split('/', StringSplitOptions.RemoveEmptyEntries);
            kind = parts switch
            {
                [] => kind,
                [var text] => AddName(words, text, kind, snapshot),
                _ => AddPath(words, parts, kind, snapshot),
            };
        }
        return words;
    }

    /// <summary>Adds a word, unless it is a kind.</summary>
    /// <returns>The kind of the next name, where the words so far say it.</returns>
    private static string? AddName(List<Word> words, string text, string? kind, ClusterSnapshot? snapshot)
    {
        var isObject = kind is not null && snapshot is not null && Exists(text, snapshot);
        if (QuestionWords.KindOf(text) is { } next && !isObject)
        {
            if (words.Count == 0 || words[^1].Kind is not null || TargetWords.IsOrdinary(words[^1].Text))
                return next;
            // "the checkout pod": a kind may follow the name as well.
            words[^1] = words[^1] with
            {
                Kind = next,
            };
            return kind;
        }
        if (kind == "Namespace")
            return null;
        var isOrdinary = TargetWords.IsOrdinary(text);
        words.Add(new(text, isOrdinary ? null : kind, null));
        return isOrdinary ? kind : null;
    }

    /// <summary>Adds KIND/NAME, NAMESPACE/NAME or NAMESPACE/KIND/NAME.</summary>
    private static string? AddPath(List<Word> words, string[] parts, string? kind, ClusterSnapshot? snapshot)
    {
        var named = QuestionWords.KindOf(parts[^2]);
        var ns = parts.Length > 2 || named is null ? parts[0] : null;
        // A kind that only this cluster knows: httproute/blog.
        if (
            ns is not null
            && snapshot is not null
            && !IsNamespace(ns, snapshot)
            && snapshot.Everything.Any(item => item.Ref.Kind.Equals(ns, StringComparison.OrdinalIgnoreCase))
        )
            ns = null;
        words.Add(new(parts[^1], named ?? kind, ns));
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
}
