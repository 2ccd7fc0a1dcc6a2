using System.Buffers;
using MetaKube.Cluster.Objects;
using MetaKube.Model;

namespace MetaKube.Cluster.Targeting;

/// <summary>
/// Resolves the target of a question in plain words, among the objects of a snapshot. Names count first; without one,
/// the words that are nearly a name; else the question is about its namespace or the cluster. No word is refused.
/// </summary>
/// <param name="Target">The target.</param>
/// <param name="IsSure">A name was found as it was written: further kinds of objects would not fit better.</param>
internal sealed record TargetResolution(Target Target, bool IsSure)
{
    /// <summary>
    /// The certainty that a word means an object. Scores of similar names lie between (<see cref="NameLikeness"/>).
    /// </summary>
    private const int Exact = 100,
        StartOfPod = 95,
        Attribute = 80,
        GonePod = 70,
        SeveralWords = 105,
        OneWord = 65,
        Ordinary = 30,
        OfTheKind = 10,
        FurtherWord = 2;

    /// <summary>A container's name or a part of a name that more objects have than these tells none of them.</summary>
    private const int TooMany = 4;

    private const int LongestName = 80,
        MostNearest = 3,
        ShortestKey = 5,
        ShortestNear = 4;

    private const double Resembling = 0.5;

    private sealed record Match(ResourceRef Resource, int Score, int Position, string Written)
    {
        /// <summary>The name is written in other parts than the object's ("payment worker").</summary>
        public bool IsInParts { get; init; }
    }

    public static TargetResolution Resolve(Symptom symptom, ClusterSnapshot snapshot, Topology topology)
    {
        var names = new ObjectNames(snapshot, topology);
        var words = QuestionName.Read(symptom.Question);
        // Text may be pasted that has nothing to do with the namespace of an option.
        var scope =
            symptom.Namespace is { } given && (names.Namespaces.Count == 0 || names.NamespaceNamed(given) is not null)
                ? given
                : ScopeOf(symptom.Question, words, names);
        var target = new Target { Namespace = scope };
        List<Match> everywhere = [.. Exactly(words, names), .. InParts(symptom.Question, names)];
        var matches = everywhere.Where(match => IsWithin(match.Resource, scope)).ToList();
        if (matches.Count == 0)
            matches = Nearly([.. words.Where(word => !IsCalled(word, scope))], scope, names);
        if (matches.Count == 0 && symptom.Namespace is null)
            matches = [.. everywhere.Where(match => match.Score > Ordinary)];
        if (matches.Count == 0)
        {
            var unnamed = Without(target, symptom.Question, words, names, snapshot);
            var only = unnamed.NotFound is null ? OnlyOfAKind(symptom.Question, scope, names) : null;
            return new(unnamed with { Object = only }, IsSure: false);
        }

        var best = Best(matches);
        var isWritten =
            best[0] is { Score: >= Attribute or Ordinary, IsInParts: false } && IsWithin(best[0].Resource, scope);
        var meant = best.Select(match => match.Resource).ToList();
        if (!isWritten)
            target = target with
            {
                NotFound = snapshot.Redaction.Sentence(best[0].Written, LongestName),
                Nearest = [.. meant.Take(MostNearest)],
            };
        return new(
            meant is [var one] ? target with { Object = one } : target with { Candidates = meant },
            IsSure: best[0].Score >= Attribute
        );
    }

    /// <summary>True if the question has a word that may be an object's name.</summary>
    public static bool NamesAnObject(Symptom symptom, string? scope) =>
        QuestionName
            .Read(symptom.Question)
            .Any(word => (!word.IsOrdinary || TargetWords.MayBeName(word.Text)) && word.Text != scope);

    /// <summary>The words of the question that may be names, or kinds that only the cluster knows.</summary>
    public static IEnumerable<string> NamesIn(Symptom symptom) =>
        QuestionName.Read(symptom.Question).Select(word => word.Text).Where(text => !TargetWords.IsOrdinary(text));

    /// <summary>The kinds that the question names.</summary>
    public static IEnumerable<string> KindsIn(Symptom symptom) =>
        QuestionName.Read(symptom.Question).Select(word => word.Kind).OfType<string>().Distinct();

    /// <summary>The names that are most like another, the likest first.</summary>
    public static IReadOnlyList<string> Nearest(string name, IEnumerable<string> names) =>
        [
            .. names
                .Select(other => (other, Like: NameLikeness.Resemblance(name.ToLowerInvariant(), other)))
                .Where(other => other.Like >= Resembling)
                .OrderByDescending(other => other.Like)
                .ThenBy(other => other.other, StringComparer.Ordinal)
                .Take(MostNearest)
                .Select(other => other.other),
        ];

    /// <summary>
    /// The namespace that the question is limited to: "in namespace shop", "in shop", "shop is broken".
    /// </summary>
    private static string? ScopeOf(string question, IReadOnlyList<QuestionName> words, ObjectNames names) =>
        QuestionWords
            .NamespacesIn(question)
            .Select(names.NamespaceNamed)
            .Concat(
                words
                    .Where(word => !word.IsOrdinary && names.Called(word.Text).Count == 0)
                    .Select(word => names.NamespaceNamed(word.Text))
            )
            .FirstOrDefault(ns => ns is not null);

    /// <summary>"The statefulset": the only object of the first kind of which there is one, or null.</summary>
    private static ResourceRef? OnlyOfAKind(string question, string? scope, ObjectNames names)
    {
        var within = names.Readable.Select(named => named.Resource).Where(resource => IsWithin(resource, scope));
        var byKind = within.Distinct().ToLookup(resource => resource.Kind);
        return QuestionName
            .KindsIn(question)
            // "The service is down" rarely means a Service.
            .Where(kind => kind != "Service")
            .Select(kind => byKind[kind].Take(2).ToList())
            .FirstOrDefault(of => of.Count == 1)
            ?.First();
    }

    /// <summary>True if a word is the namespace's own name: it does not mean an object with a similar one.</summary>
    private static bool IsCalled(QuestionName word, string? scope) =>
        scope is not null && word.Text.Equals(scope, StringComparison.OrdinalIgnoreCase);

    private static bool IsWithin(ResourceRef resource, string? scope) =>
        scope is null || resource.Namespace is null || resource.Namespace == scope;

    /// <summary>The objects that words name as they are.</summary>
    private static List<Match> Exactly(IReadOnlyList<QuestionName> words, ObjectNames names)
    {
        var matches = new List<Match>();
        for (var i = 0; i < words.Count; i++)
        {
            var word = words[i];
            if (word.Kind == "Namespace")
                continue;
            var ns = word.Namespace is { } first ? names.NamespaceNamed(first) : null;
            var called = Of(names.Called(word.Text), word.IsOrdinary ? Ordinary : Exact);
            IEnumerable<(ResourceRef Resource, int Score)> found = word.IsOrdinary
                ? called
                : called
                    .Concat(Of(names.StartingWith(word.Text), StartOfPod))
                    .Concat(Of(Few(names.With(word.Text)), Attribute))
                    .Concat(Of(Gone(word.Text, names), GonePod));
            matches.AddRange(
                found
                    .Where(match => ns is null || match.Resource.Namespace == ns)
                    .Select(match => MatchOf(match.Resource, match.Score, word, i, names))
            );
        }
        return matches;
    }

    private static IEnumerable<(ResourceRef, int)> Of(IEnumerable<ResourceRef> resources, int score) =>
        resources.Select(resource => (resource, score));

    private static IEnumerable<ResourceRef> Few(IReadOnlyCollection<ResourceRef> resources) =>
        resources.Count <= TooMany ? resources : [];

    private static Match MatchOf(ResourceRef resource, int score, QuestionName word, int position, ObjectNames names)
    {
        var meant = names.Meant(resource, word.Kind);
        // A word that the question calls a service means the Service, though a Deployment has the same name.
        if (word.Kind is not null && (resource.Kind == word.Kind || meant.Kind == word.Kind))
            score += OfTheKind;
        return new(meant, score, position, word.Text);
    }

    /// <summary>The workload of a pod that is gone: its name without the generated parts.</summary>
    private static IEnumerable<ResourceRef> Gone(string word, ObjectNames names)
    {
        var end = word.LastIndexOf('-');
        for (var parts = 0; parts < 2 && end > 0; parts++, end = word.LastIndexOf('-', end - 1))
            if (IsGenerated(word[end..]) && names.Called(word[..end]) is { Count: > 0 } found)
                return found.Where(workload => ObjectNames.Rank(workload) < PodRank);
        return [];
    }

    /// <summary>Generated parts have digits, or consonants alone: no word of a language.</summary>
    private static bool IsGenerated(string text) =>
        text.Any(char.IsAsciiDigit) || text.Length > ShortestKey && !text.AsSpan().ContainsAny(Vowels);

    private static readonly SearchValues<char> Vowels = SearchValues.Create("aeiouAEIOU");

    private static readonly int PodRank = ObjectNames.Rank(new("Pod", null, ""));

    /// <summary>
    /// The objects whose name is written in other parts: "payment worker" and "PaymentWorker" for payment-worker.
    /// </summary>
    private static IEnumerable<Match> InParts(string question, ObjectNames names) =>
        QuestionName
            .Joined(question)
            .Where(word => word.Key.Length >= ShortestKey)
            .SelectMany(
                (word, i) =>
                    names
                        .Keyed(word.Key)
                        .Where(resource => !resource.Name.Equals(word.Written, StringComparison.OrdinalIgnoreCase))
                        .Select(resource => new Match(
                            resource,
                            word.Written.Contains(' ', StringComparison.Ordinal) ? SeveralWords : OneWord,
                            i,
                            word.Written
                        )
                        {
                            IsInParts = true,
                        })
            );

    /// <summary>The objects whose names words are like: misspelt, or a part of the name.</summary>
    private static List<Match> Nearly(IReadOnlyList<QuestionName> words, string? scope, ObjectNames names)
    {
        var readable = names.Readable.Where(named => IsWithin(named.Resource, scope)).ToList();
        return
        [
            .. words
                .Select((word, i) => (word, i))
                .Where(item => item.word.Text.Length >= ShortestNear && !TargetWords.IsOrdinary(item.word.Text))
                .SelectMany(item => Like(item.word, item.i, readable, names))
                .GroupBy(match => match.Resource)
                .Select(group => (Best: group.MaxBy(match => match.Score)!, Words: group.Count()))
                .Select(match => match.Best with { Score = match.Best.Score + FurtherWord * (match.Words - 1) }),
        ];
    }

    private static IEnumerable<Match> Like(
        QuestionName word,
        int position,
        IEnumerable<(string Name, ResourceRef Resource)> readable,
        ObjectNames names
    )
    {
        var text = word.Text.ToLowerInvariant();
        var matches = readable
            .Select(named => (named.Resource, Score: NameLikeness.Of(text, named.Name)))
            .Where(match => match.Score > 0)
            // A node is named on the way ("on GKE", "on worker-3"): it is meant only where its name is complete.
            .Where(match => match.Resource.Kind != "Node" || word.Kind == "Node")
            .Select(match => MatchOf(match.Resource, match.Score, word, position, names))
            .ToList();
        if (matches.Count == 0)
            return [];
        var best = matches.Max(match => match.Score);
        matches.RemoveAll(match => match.Score < best);
        var isVague = best < NameLikeness.Whole && matches.DistinctBy(match => match.Resource).Count() > TooMany;
        return isVague ? [] : matches;
    }

    /// <summary>
    /// The best matches, those of the first word; of one name, the preferred kind. A node that is named beside a
    /// workload is where it runs.
    /// </summary>
    private static List<Match> Best(List<Match> matches)
    {
        if (matches.Any(match => match.Resource.Kind != "Node" && match.Score > Ordinary))
            matches = [.. matches.Where(match => match.Resource.Kind != "Node")];
        var best = matches.Max(match => match.Score);
        matches = [.. matches.Where(match => match.Score == best)];
        var first = matches.Min(match => match.Position);
        return
        [
            .. matches
                .Where(match => match.Position == first)
                .GroupBy(match => (match.Resource.Namespace, match.Resource.Name))
                .Select(group => group.MinBy(match => ObjectNames.Rank(match.Resource))!)
                .OrderBy(match => match.Resource.Namespace, StringComparer.Ordinal)
                .ThenBy(match => match.Resource.Name, StringComparer.Ordinal),
        ];
    }

    /// <summary>The target of a question whose words name no object: its namespace or the cluster.</summary>
    private static Target Without(
        Target target,
        string question,
        IReadOnlyList<QuestionName> words,
        ObjectNames names,
        ClusterSnapshot snapshot
    )
    {
        var unknown = QuestionName.SpokenOf(question, words);
        if (
            unknown is null
            || unknown == target.Namespace
            || unknown.Equals(snapshot.Cluster, StringComparison.OrdinalIgnoreCase)
            || names.NamespaceNamed(unknown) is not null
            || !names.Readable.Any()
        )
            return target;
        var readable = names
            .Readable.Where(named => IsWithin(named.Resource, target.Namespace))
            .ToLookup(named => named.Name, named => named.Resource);
        return target with
        {
            NotFound = snapshot.Redaction.Sentence(unknown, LongestName),
            Nearest =
            [
                .. Nearest(unknown, readable.Select(named => named.Key))
                    .Select(name => readable[name].MinBy(ObjectNames.Rank)!),
            ],
        };
    }
}
