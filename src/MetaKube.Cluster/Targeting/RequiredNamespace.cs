using MetaKube.Cluster.Objects;
using MetaKube.Model;

namespace MetaKube.Cluster.Targeting;

/// <summary>
/// The namespace that an option or the question states. A question about one that does not exist must not be answered
/// by "nothing is wrong".
/// </summary>
internal static class RequiredNamespace
{
    private const int MostNamed = 5;

    /// <summary>
    /// The error of a stated namespace that does not exist, and of which nothing was read; null for none.
    /// </summary>
    public static MissingNamespaceException? MissingIn(Symptom symptom, ClusterSnapshot snapshot)
    {
        if ((symptom.Namespace ?? StatedIn(symptom.Question)) is not { } stated)
            return null;
        var known = snapshot
            .Everything.Select(item => item.Ref.Kind == "Namespace" ? item.Ref.Name : item.Ref.Namespace)
            .OfType<string>()
            .ToHashSet();
        if (known.Count == 0 || known.Contains(stated))
            return null;
        var similar = TargetResolution.Nearest(stated, known);
        IReadOnlyList<string> named =
            similar.Count > 0 ? similar : [.. known.Order(StringComparer.Ordinal).Take(MostNamed)];
        return new(stated, snapshot.Cluster, named)
        {
            MayBeElsewhere = symptom.Namespace is null && similar.Count == 0,
        };
    }

    /// <summary>
    /// The resolution of a question that states a namespace which does not exist. Where its object exists in another
    /// namespace, and the stated name is no slip for one that exists, the person has the wrong place in mind.
    /// </summary>
    /// <exception cref="MissingNamespaceException">The question names no such object.</exception>
    public static TargetResolution Elsewhere(TargetResolution resolution, MissingNamespaceException missing) =>
        missing.MayBeElsewhere && resolution is { IsSure: true, Target.Object.Namespace: not null }
            ? resolution with
            {
                Target = resolution.Target with { MissingNamespace = missing.Namespace },
            }
            : throw missing;

    private static string? StatedIn(string question) =>
        QuestionWords.StatedNamespaceIn(question) is { } stated && !TargetWords.IsOrdinary(stated) ? stated : null;
}
