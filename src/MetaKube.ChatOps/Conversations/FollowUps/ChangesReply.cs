using MetaKube.Model;

namespace MetaKube.ChatOps.Conversations.FollowUps;

/// <summary>"What changed?", "who changed it?": the latest changes with their difference and their writer.</summary>
internal static class ChangesReply
{
    private const int MostLines = 6;

    /// <param name="c">The case, read again.</param>
    /// <param name="recorded">The changes that are recorded, one a line, the latest first.</param>
    /// <param name="isAboutPeople">True if the author is asked for.</param>
    public static TurnReply Of(ThreadCase c, IReadOnlyList<string> recorded, bool isAboutPeople)
    {
        var before = BeforeFailure(c).ToList();
        var lines = before
            .Select(one => $"• {one.Summary}: {one.Quote}")
            .Concat(
                recorded.Where(line => !before.Any(one => SaysTheSame(one.Summary, line))).Select(line => $"• {line}")
            )
            .Distinct()
            .Take(MostLines)
            .ToList();
        if (lines.Count == 0)
            return TurnReply.Of(
                $"I find no recorded change of {c.Name}: no second revision, and no later write to what its pods use.",
                "A change outside the cluster (a database, a certificate, a feature switch) leaves no trace here.",
                isAboutPeople ? "So I cannot say who changed anything." : null
            );
        var title =
            before.Count > 0
                ? $"Changed at {c.Name} shortly before it failed:"
                : $"The latest changes at {c.Name} (none of them shortly before a failure):";
        return TurnReply.Of([title, .. lines, isAboutPeople ? People : null]);
    }

    /// <summary>The changes of the subject, and of the object that is blamed, shortly before it failed.</summary>
    public static IEnumerable<Finding> BeforeFailure(ThreadCase c)
    {
        if (c.Now is not { } now)
            return [];
        var objects = new[] { c.Thread.Target, c.Cause.Resource?.ToResource() }
            .OfType<ResourceRef>()
            .Select(now.Topology.Controller)
            .ToHashSet();
        return now
            .Findings.Where(one => one.IsChange && objects.Contains(now.Topology.Controller(one.Resource)))
            .OrderByDescending(one => one.At);
    }

    /// <summary>True if a recorded line tells the same rollout as a change before the failure.</summary>
    private static bool SaysTheSame(string summary, string line) =>
        summary.Split(' ') is ["revision", var number, ..]
            ? line.Contains($"revision {number}", StringComparison.Ordinal)
            : summary.Split(' ') is [var kind, var name, ..]
                && line.Contains($"{kind} {name}", StringComparison.Ordinal);

    private const string People =
        "The cluster records the program that wrote (managedFields), not the person: the audit log or git names who.";
}
