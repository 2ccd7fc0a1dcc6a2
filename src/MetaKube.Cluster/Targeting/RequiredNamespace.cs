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

    /// <summary>Checks that the stated namespace exists, or that something in it was read.</summary>
    /// <exception cref="MissingNamespaceException">There is no such namespace.</exception>
    public static void Check(Symptom symptom, ClusterSnapshot snapshot)
    {
        if ((symptom.Namespace ?? StatedIn(symptom.Question)) is not { } stated)
            return;
        var known = snapshot
            .Everything.Select(item => item.Ref.Kind == "Namespace" ? item.Ref.Name : item.Ref.Namespace)
            .OfType<string>()
            .ToHashSet();
        if (known.Count == 0 || known.Contains(stated))
            return;
        IReadOnlyList<string> nearest = TargetResolution.Nearest(stated, known);
        if (nearest.Count == 0)
            nearest = [.. known.Order(StringComparer.Ordinal).Take(MostNamed)];
        throw new MissingNamespaceException(stated, snapshot.Cluster, nearest);
    }

    private static string? StatedIn(string question) =>
        QuestionWords.StatedNamespaceIn(question) is { } stated && !TargetWords.IsOrdinary(stated) ? stated : null;
}
