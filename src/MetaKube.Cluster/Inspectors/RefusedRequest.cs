using k8s.Models;
using MetaKube.Cluster.Logs;
using MetaKube.Cluster.Objects;
using MetaKube.Faults;
using MetaKube.Model;

namespace MetaKube.Cluster.Inspectors;

/// <summary>
/// Judges a line in which the API server refuses a request: an error of kubectl or Helm, or of a controller in its log.
/// The line names the object that was refused.
/// </summary>
internal static class RefusedRequest
{
    /// <summary>'Deployment.apps "web" is invalid: '</summary>
    private const string Named =
        @"(?-i:\b(?<kind>[A-Z][A-Za-z]{1,60}))(\.[a-z0-9.-]{1,80})? "
        + @"\\?""(?<object>[^""\\\n]{1,253})\\?"" is invalid: ";

    private static readonly MessagePattern Immutable = new(
        Named + @"[^\n]{0,2000}field is immutable",
        null,
        "the API server refuses the change of {kind} {object}: the field cannot be changed after creation, so the "
            + "object has to be created anew",
        0.9
    );

    private static readonly MessagePattern Invalid = new(
        Named + @"(\* )?(?<field>[A-Za-z][\w.\[\]]{1,200}): (?<why>[^\n]{1,300})",
        ConfigurationFaults.BadValue,
        "the API server refuses {kind} {object}: {field}: {why}",
        0.92
    );

    /// <summary>The API server's answer to an eviction, as kubectl drain prints it.</summary>
    private static readonly MessagePattern Eviction = new(
        @"(pods?/""(?<pod>[^""\n]{1,253})"" -n ""(?<ns>[^""\n]{1,63})""[^\n]{0,80})?"
            + "Cannot evict pod as it would violate the pod's disruption budget",
        SchedulingFaults.PdbBlocks,
        "the eviction of pod {pod} is refused: it would violate its disruption budget",
        0.9
    );

    /// <summary>The words by which a line tells that the API server, or a webhook of it, said no.</summary>
    private static readonly string[] Refusals =
    [
        "Error from server",
        "failed calling webhook",
        "admission webhook",
        "exceeded quota",
        "violates PodSecurity",
    ];

    /// <summary>The finding of a line, or null where it tells of no refusal.</summary>
    /// <param name="context">What was read.</param>
    /// <param name="ns">The namespace of the request.</param>
    /// <param name="from">The text or container that says it.</param>
    /// <param name="source">The source of the finding.</param>
    /// <param name="line">The line.</param>
    public static Finding? Judge(InspectionContext context, string? ns, ResourceRef from, string source, string line)
    {
        if (
            line.Contains("is invalid: ", StringComparison.Ordinal)
            && MessagePattern.First([Immutable, Invalid], line) is { } known
        )
            return known.Message.Find(Refused(known.Facts, ns), source, line, known.Facts);
        if (
            line.Contains("Cannot evict pod", StringComparison.Ordinal)
            && MessagePattern.First([Eviction], line) is { } eviction
        )
            return eviction.Message.Find(Protecting(context, ns, from, eviction.Facts), source, line, eviction.Facts);
        if (
            !Array.Exists(Refusals, words => line.Contains(words, StringComparison.Ordinal))
            || MessagePattern.First(WorkloadInspector.CreateErrors, line) is not { } refusal
        )
            return null;
        var finding = refusal.Message.Find(from, source, line, refusal.Facts);
        return refusal.Facts.TryGetValue("webhook", out var webhook) && ConfigurationOf(context, webhook) is { } hook
            ? finding with
            {
                Resource = hook,
            }
            : finding;
    }

    /// <summary>The budget that covers the pod, or the only one of its namespace that allows no eviction.</summary>
    private static ResourceRef Protecting(
        InspectionContext context,
        string? ns,
        ResourceRef from,
        IReadOnlyDictionary<string, string> facts
    )
    {
        if (!facts.TryGetValue("pod", out var name))
            return from;
        var space = facts.GetValueOrDefault("ns") ?? ns;
        var labels = context.Snapshot.Find<V1Pod>(space, name)?.Metadata.Labels;
        var budgets = context.Snapshot.In<V1PodDisruptionBudget>(space).ToList();
        var covering =
            budgets.Find(budget => labels is not null && Selectors.Matches(budget.Spec?.Selector, labels))
            ?? (budgets.FindAll(budget => budget.Status?.DisruptionsAllowed == 0) is [var only] ? only : null);
        return covering is null ? new("Pod", space, name) : InspectionContext.Ref(covering);
    }

    private static ResourceRef Refused(IReadOnlyDictionary<string, string> facts, string? ns) =>
        new(facts["kind"], ResourceKind.Find(facts["kind"]) is { IsNamespaced: false } ? null : ns, facts["object"]);

    private static ResourceRef? ConfigurationOf(InspectionContext context, string webhook) =>
        context
            .Snapshot.All<V1ValidatingWebhookConfiguration>()
            .Where(item => item.Webhooks?.Any(hook => hook.Name == webhook) == true)
            .Select(item => InspectionContext.Ref(item))
            .Concat(
                context
                    .Snapshot.All<V1MutatingWebhookConfiguration>()
                    .Where(item => item.Webhooks?.Any(hook => hook.Name == webhook) == true)
                    .Select(item => InspectionContext.Ref(item))
            )
            .FirstOrDefault();
}
