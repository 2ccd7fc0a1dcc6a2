using MetaKube.Chat;
using MetaKube.Model;

namespace MetaKube.ChatOps.Conversations.FollowUps;

/// <summary>"Roll it back", "restart it": the command to run, or the change that the bot may make.</summary>
internal static class WriteReply
{
    private static readonly string[] Rollable = ["Deployment", "StatefulSet", "DaemonSet"];

    public static TurnReply Of(ThreadCase c, Intent.Write write)
    {
        if (write.Verb == WriteVerb.Apply)
            return OfFix(c);
        if (WorkloadOf(c) is not { } workload)
            return TurnReply.Of($"I only read, and {c.Name} is no workload that can be {Done(write.Verb)}.");
        var place = $"{workload.Kind.ToLowerInvariant()}/{workload.Name} -n {workload.Namespace}";
        return TurnReply.Of(
            $"I only read: I do not {Verb(write.Verb)} {ThreadRecord.NameOf(workload)}. You can run this:",
            c.NamesACause && write.Verb is WriteVerb.Restart or WriteVerb.Delete
                ? $"It will not help as long as the cause stays: {CaseText.Sentence(c.Cause.RootCause)}"
                : null,
            c.OffersChange ? "For the fix that I found, press \"Show the change\": I make it after an approval." : null
        ) with
        {
            Verbatim = Command(write, workload, place),
            Buttons = c.OffersChange ? new(c.Report.Investigation, [new(CardVerb.Propose, "Show the change")]) : null,
        };
    }

    private static TurnReply OfFix(ThreadCase c)
    {
        var fix = FixReply.Of(c);
        return c.OffersChange || !c.NamesACause
            ? fix
            : fix with
            {
                Text = $"I only read and change nothing myself; run this.\n{fix.Text}",
            };
    }

    private static ResourceRef? WorkloadOf(ThreadCase c) =>
        new[] { c.Thread.Target, c.Cause.Resource?.ToResource() }.FirstOrDefault(one =>
            one is not null && (Rollable.Contains(one.Kind) || one.Kind is "Pod" or "Job" or "CronJob")
        );

    private static string Command(Intent.Write write, ResourceRef workload, string place) =>
        write.Verb switch
        {
            WriteVerb.RollBack when workload.Kind != "Pod" =>
                $"kubectl rollout history {place}\nkubectl rollout undo {place}",
            WriteVerb.Restart when Rollable.Contains(workload.Kind) => $"kubectl rollout restart {place}",
            WriteVerb.Scale when workload.Kind != "Pod" =>
                $"kubectl scale {place} --replicas={(write.Replicas is { } n ? $"{n}" : "N")}",
            WriteVerb.Delete when Rollable.Contains(workload.Kind) =>
                $"kubectl get pods -n {workload.Namespace}\nkubectl delete pod POD -n {workload.Namespace}",
            _ => $"kubectl delete {place}",
        };

    private static string Verb(WriteVerb verb) =>
        verb switch
        {
            WriteVerb.RollBack => "roll back",
            WriteVerb.Restart => "restart",
            WriteVerb.Delete => "delete",
            _ => "scale",
        };

    private static string Done(WriteVerb verb) =>
        verb switch
        {
            WriteVerb.RollBack => "rolled back",
            WriteVerb.Restart => "restarted",
            WriteVerb.Delete => "deleted here",
            _ => "scaled",
        };
}
