using MetaKube.Chat;
using MetaKube.Model;

namespace MetaKube.ChatOps.Conversations.FollowUps;

/// <summary>
/// "Who else is affected?": the objects that depend on the subject or on the cause, and other failures.
/// </summary>
internal static class AffectedReply
{
    private const int Most = 6;

    private static readonly string[] Parts = ["Pod", "ReplicaSet", "HorizontalPodAutoscaler", "PodDisruptionBudget"];

    public static TurnReply Of(ThreadCase c)
    {
        if (c.Now is not { } now)
            return TurnReply.Of($"{c.Name} does not tell who else is affected; name the object in the cluster.");
        var blamed = c.Cause.Resource?.ToResource().Object;
        var affected = new[] { c.Thread.Target?.Object, blamed }
            .OfType<ResourceRef>()
            .SelectMany(now.Topology.DependentsOf)
            .Distinct()
            .Where(one => one != c.Thread.Target?.Object && one != blamed && !Parts.Contains(one.Kind))
            .OrderBy(one => one.ToString(), StringComparer.Ordinal)
            .ToList();
        var others = c.Report.Others.Select(other =>
            $"• {ThreadRecord.NameOf(other.Resource.ToResource())}: {other.RootCause}"
        );
        return TurnReply.Of([
            affected.Count == 0
                ? $"I see nothing else that depends on {c.Name}."
                : $"Whatever depends on {c.Name} is affected:",
            .. affected.Take(Most).Select(one => $"• {one}"),
            affected.Count > Most ? $"and {affected.Count - Most} more" : null,
            c.Report.Others.Count > 0 ? "Failing as well, for other reasons:" : "No other failure was found beside it.",
            .. others.Take(3),
        ]);
    }
}
