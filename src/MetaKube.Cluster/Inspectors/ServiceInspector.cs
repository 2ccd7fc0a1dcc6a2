using System;
using System.Text.Json.Nodes;
using k8s.Models;
using MetaKube.Cluster.Objects;
using MetaKube.Faults;
using MetaKube.Model;

namespace MetaKube.Cluster.Inspectors;

/// <summary>
/// Services without ready pods, with a wrong selector or port, or without the address of a load balancer.
/// </summary>
internal sealed class ServiceInspector : IInspector
{
    private static readonly string[] Workloads = ["Deployment", "StatefulSet"];

    /// <summary>A provider takes a moment to assign an address.</summary>
    private static readonly TimeSpan BalancerDelay = TimeSpan.FromSeconds(10);

    public InspectionResult Inspect(InspectionContext context) =>
        new(
            context
                .Snapshot.All<V1Service>()
                .Where(service => service.Spec is not null)
                .SelectMany(service => Findings(context, service))
        );

    private static IEnumerable<Finding> Findings(InspectionContext context, V1Service service)
    {
        if (service.Spec.Type == "ExternalName")
            return External(context, service);
        return context.Snapshot.IsComplete("Pod", service.Metadata.NamespaceProperty)
            ? Balancer(context, service).Concat(Pods(context, service))
            : [];
    }

    /// <summary>An alias of a Service of the cluster that does not exist.</summary>
    private static IEnumerable<Finding> External(InspectionContext context, V1Service service)
    {
        var host = service.Spec.ExternalName ?? "";
        if (
            host.Contains(".svc", StringComparison.Ordinal)
            && ServiceCalls.Resolve(context.Snapshot, host, service.Metadata.NamespaceProperty)
                is { Service: null } gone
            && context.Snapshot.IsComplete("Service", gone.Namespace)
        )
            yield return Of(
                service,
                NetworkFaults.DependencyMissing,
                $"Service {service.Metadata.Name} is an alias of {host}, and there is no Service {gone.Name} in "
                    + $"namespace {gone.Namespace}",
                "spec.externalName",
                $"externalName: {host}",
                0.9,
                ("host", gone.Name)
            );
    }

    private static IEnumerable<Finding> Balancer(InspectionContext context, V1Service service)
    {
        if (
            service.Spec.Type == "LoadBalancer"
            && context.Snapshot.Shows(service, ShownFields.Status)
            && (service.Status?.LoadBalancer?.Ingress?.Count ?? 0) == 0
            && !(context.Since(service.Metadata.CreationTimestamp) < BalancerDelay)
        )
            yield return Of(
                service,
                NetworkFaults.LoadBalancerPending,
                $"Service {service.Metadata.Name} is of type LoadBalancer and has no external address",
                "status.loadBalancer",
                BalancerEvent(context, service),
                0.9
            );
    }

    private static IEnumerable<Finding> Pods(InspectionContext context, V1Service service)
    {
        if (service.Spec.Selector is not { Count: > 0 } selector)
            return WithoutSelector(context, service);
        var pods = context
            .Snapshot.In<V1Pod>(service.Metadata.NamespaceProperty)
            .Where(pod =>
                Selectors.Matches(selector, pod.Metadata.Labels) && pod.Status?.Phase is not ("Succeeded" or "Failed")
            )
            .ToList();
        // Endpoints with ports show what the labels of pods that were read in part do not.
        var answers = ServicePorts.HasEndpoints(context, service);
        // The labels of a pod of which only a row was read are unknown: it may be the one that is meant.
        if (pods.Count == 0 && (answers || MayHavePods(context.Snapshot, service)))
            return ServicePorts.ListensElsewhere(context, service, Named(context.Snapshot, service));
        if (pods.Count == 0)
            return [NoPods(context, service)];
        var wrong = ServicePorts
            .Wrong(context, service, pods)
            .Concat(TooWide(context, service, pods))
            .Concat(OutOfReach(context, service, pods));
        return answers || pods.Any(PodState.IsReady) || service.Spec.PublishNotReadyAddresses == true
            ? wrong
            : wrong.Prepend(NoneReady(context, service, pods.Count));
    }

    /// <summary>The pods whose labels were not read, and that are named like the Service.</summary>
    private static List<V1Pod> Named(ClusterSnapshot snapshot, V1Service service) =>
        [
            .. snapshot
                .In<V1Pod>(service.Metadata.NamespaceProperty)
                .Where(pod =>
                    !snapshot.Shows(pod, ShownFields.Labels)
                    && pod.Metadata.Name.StartsWith($"{service.Metadata.Name}-", StringComparison.Ordinal)
                ),
        ];

    private static bool MayHavePods(ClusterSnapshot snapshot, V1Service service) =>
        snapshot.HasEndpoints.GetValueOrDefault((service.Metadata.NamespaceProperty, service.Metadata.Name))
        || snapshot.In<V1Pod>(service.Metadata.NamespaceProperty).Any(pod => !snapshot.Shows(pod, ShownFields.Labels));

    /// <summary>
    /// A Service of a table, which prints no selector: where its endpoints are none although a pod named like it is
    /// ready, its selector does not fit.
    /// </summary>
    private static IEnumerable<Finding> WithoutSelector(InspectionContext context, V1Service service)
    {
        var (ns, name) = (service.Metadata.NamespaceProperty, service.Metadata.Name);
        if (
            service.Spec.Selector is null
            && context.Snapshot.HasEndpoints.TryGetValue((ns, name), out var any)
            && !any
            && context
                .Snapshot.In<V1Pod>(ns)
                .FirstOrDefault(pod =>
                    pod.Metadata.Name.StartsWith($"{name}-", StringComparison.Ordinal) && PodState.IsReady(pod)
                )
                is { } ready
        )
            yield return Of(
                service,
                NetworkFaults.ServiceSelectorMismatch,
                $"Service {name} has no endpoints although pod {ready.Metadata.Name} is ready: its selector does "
                    + "not fit",
                "endpoints",
                "<none>",
                0.8
            );
    }

    /// <summary>
    /// The pods of another program behind the Service, besides those of the workload that it is named after. Releases
    /// of one program, such as a canary, share its app label.
    /// </summary>
    private static IEnumerable<Finding> TooWide(InspectionContext context, V1Service service, IReadOnlyList<V1Pod> pods)
    {
        var name = service.Metadata.Name;
        var owners = pods.GroupBy(pod => context.Topology.Controller(InspectionContext.Ref(pod))).ToList();
        if (owners.Find(group => group.Key.Name == name) is not { } own || AppOf(own.First()) is not { } app)
            yield break;
        foreach (var other in owners.Where(group => AppOf(group.First()) is { } theirs && theirs != app))
            yield return Of(
                service,
                NetworkFaults.ServiceSelectorMismatch,
                $"the selector of Service {name} ({Selectors.Format(service.Spec.Selector)}) also matches the pods of "
                    + $"{other.Key.Name}, so a part of its calls goes there",
                "spec.selector",
                $"selector: {Selectors.Format(service.Spec.Selector)}; {other.Key.Name} labels: "
                    + Selectors.Format(other.First().Metadata.Labels),
                context.IsAskedAbout(InspectionContext.Ref(service)) ? 0.88 : 0.7,
                ("selector", Selectors.Format(service.Spec.Selector)),
                ("suggestion", Selectors.Format(Ours(own.First())))
            );
    }

    private static readonly string[] AppLabels = ["app", "app.kubernetes.io/name", "k8s-app"];

    private static IEnumerable<KeyValuePair<string, string>> Ours(V1Pod pod) =>
        (pod.Metadata.Labels ?? new Dictionary<string, string>()).Where(label => AppLabels.Contains(label.Key)).Take(1);

    private static string? AppOf(V1Pod pod) => Ours(pod).Select(label => label.Value).FirstOrDefault();

    /// <summary>With internalTrafficPolicy Local only pods of the caller's own node answer.</summary>
    private static IEnumerable<Finding> OutOfReach(
        InspectionContext context,
        V1Service service,
        IReadOnlyList<V1Pod> pods
    )
    {
        if (service.Spec.InternalTrafficPolicy != "Local")
            yield break;
        var served = pods.Where(PodState.IsReady).Select(pod => pod.Spec?.NodeName).ToHashSet();
        var resource = InspectionContext.Ref(service);
        var caller = context.Pods.FirstOrDefault(pod =>
            pod.Spec?.NodeName is { } node
            && !served.Contains(node)
            && context.Topology.DependenciesOf(InspectionContext.Ref(pod)).Any(edge => edge.To == resource)
        );
        if (caller is not null && served.Count > 0)
            yield return Of(
                service,
                NetworkFaults.NoReadyEndpoints,
                $"internalTrafficPolicy of Service {service.Metadata.Name} is Local, and none of its pods runs on node "
                    + $"{caller.Spec.NodeName}, where {caller.Metadata.Name} calls it",
                "spec.internalTrafficPolicy",
                "internalTrafficPolicy: Local",
                0.9
            );
    }

    private static Finding NoneReady(InspectionContext context, V1Service service, int pods)
    {
        var name = service.Metadata.Name;
        // Only its events tell for certain whether a pod has a reason of its own not to be ready.
        var isCertain = context.Snapshot.IsComplete("Event", service.Metadata.NamespaceProperty);
        return Of(
            service,
            isCertain ? NetworkFaults.NoReadyEndpoints : null,
            pods == 1
                ? $"the only pod behind Service {name} is not ready"
                : $"none of the {pods} pods behind Service {name} is ready",
            "endpoints",
            $"selector {Selectors.Format(service.Spec.Selector)}: {pods} pods, 0 ready",
            0.8
        );
    }

    private sealed record Candidate(string Name, IDictionary<string, string> Labels);

    private static Finding NoPods(InspectionContext context, V1Service service)
    {
        var ns = service.Metadata.NamespaceProperty;
        var name = service.Metadata.Name;
        var selector = service.Spec.Selector;
        var quote = $"selector: {Selectors.Format(selector)}";
        var templates = ResourceTopology.Templates(context.Snapshot, ns).ToList();
        if (templates.Any(t => Selectors.Matches(selector, t.Template.Metadata?.Labels)))
            return Of(
                service,
                NetworkFaults.NoReadyEndpoints,
                $"the workload behind Service {name} has no pods",
                "spec.selector",
                quote,
                0.8
            );
        var labels = templates.Select(t => (t.Ref.Name, t.Template.Metadata?.Labels));
        if (Nearest(context.Snapshot, service, labels) is { } near)
            return Mismatch(service, near);
        // Where not all workloads were read, the intended one may be among the others.
        if (!Workloads.All(kind => context.Snapshot.IsComplete(kind, ns)))
            return Of(service, null, $"no pod that was read matches Service {name}", "spec.selector", quote, 0.6);
        return Of(
            service,
            NetworkFaults.ServiceSelectorMismatch,
            $"the selector of Service {name} matches no pod",
            "spec.selector",
            quote,
            IsUsed(context, service) ? 0.85 : 0.5,
            ("selector", Selectors.Format(selector))
        );
    }

    /// <summary>A Service that nothing is known to call may be a remnant that nobody misses.</summary>
    private static bool IsUsed(InspectionContext context, V1Service service)
    {
        var resource = InspectionContext.Ref(service);
        bool Calls(ResourceRef from) => context.Topology.DependenciesOf(from).Any(edge => edge.To == resource);
        return context.IsAskedAbout(resource)
            || service.Spec.Type is "NodePort" or "LoadBalancer"
            || context.Pods.Any(pod => Calls(InspectionContext.Ref(pod)))
            || context
                .Snapshot.In<V1Ingress>(service.Metadata.NamespaceProperty)
                .Any(ingress => Calls(InspectionContext.Ref(ingress)));
    }

    /// <summary>
    /// The workload or pod that the Service is most likely meant for: it has the most labels in common, or the
    /// Service's
    /// own name. Null where nothing is similar.
    /// </summary>
    private static Candidate? Nearest(
        ClusterSnapshot snapshot,
        V1Service service,
        IEnumerable<(string Name, IDictionary<string, string>? Labels)> templates
    ) =>
        templates
            .Concat(
                snapshot
                    .In<V1Pod>(service.Metadata.NamespaceProperty)
                    .Select(pod => (pod.Metadata.Name, Labels: (IDictionary<string, string>?)pod.Metadata.Labels))
            )
            .Where(item => item.Labels is { Count: > 0 })
            .Select(item => new Candidate(item.Name, item.Labels!))
            .Select(candidate => (Candidate: candidate, Likeness: Likeness(service, candidate)))
            .OrderByDescending(item => item.Likeness)
            .FirstOrDefault(item => item.Likeness > 0)
            .Candidate;

    private static Finding Mismatch(V1Service service, Candidate near)
    {
        var selector = service.Spec.Selector;
        var suggestion = near.Labels.Where(label => selector.ContainsKey(label.Key)).ToList();
        if (suggestion.Count < selector.Count)
            suggestion = [.. near.Labels.Where(label => label.Key != ResourceTopology.TemplateHash)];
        return Of(
            service,
            NetworkFaults.ServiceSelectorMismatch,
            $"the selector of Service {service.Metadata.Name} matches no pod;"
                + $" {near.Name} carries {Selectors.Format(suggestion)}",
            "spec.selector",
            $"selector: {Selectors.Format(selector)}; {near.Name} labels: {Selectors.Format(near.Labels)}",
            0.95,
            ("selector", Selectors.Format(selector)),
            ("suggestion", Selectors.Format(suggestion)),
            ("selectorpatch", SelectorPatch(selector, suggestion))
        );
    }

    /// <summary>The JSON merge patch that turns one selector into the other.</summary>
    private static string SelectorPatch(
        IDictionary<string, string> selector,
        IReadOnlyList<KeyValuePair<string, string>> suggestion
    )
    {
        var patch = new JsonObject(
            selector
                .Keys.Where(key => !suggestion.Any(label => label.Key == key))
                .Select(key => KeyValuePair.Create(key, (JsonNode?)null))
        );
        foreach (var (key, value) in suggestion)
            patch[key] = value;
        return patch.ToJsonString();
    }

    private static int Likeness(V1Service service, Candidate candidate)
    {
        var (selector, labels) = (service.Spec.Selector, candidate.Labels);
        var equal = selector.Count(pair => labels.TryGetValue(pair.Key, out var value) && value == pair.Value);
        var similar = selector.Count(pair =>
            labels.TryGetValue(pair.Key, out var value)
            && value != pair.Value
            && (
                value.Contains(pair.Value, StringComparison.OrdinalIgnoreCase)
                || pair.Value.Contains(value, StringComparison.OrdinalIgnoreCase)
            )
        );
        var name = service.Metadata.Name;
        var isNamesake =
            candidate.Name == name
            || candidate.Name.StartsWith(name + "-", StringComparison.Ordinal)
            || labels.Values.Contains(name);
        return equal * 3 + similar * 2 + (isNamesake ? 2 : 0);
    }

    private static string BalancerEvent(InspectionContext context, V1Service service) =>
        context.LatestEvent(InspectionContext.Ref(service), e => e.Type == "Warning")?.Message ?? "loadBalancer: {}";

    private static Finding Of(
        V1Service service,
        string? fault,
        string summary,
        string source,
        string quote,
        double weight,
        params (string Key, string Value)[] facts
    ) =>
        new()
        {
            Fault = fault,
            Resource = InspectionContext.Ref(service),
            Summary = summary,
            Source = source,
            Quote = quote,
            Weight = weight,
            Facts = facts.Where(fact => fact.Value.Length > 0).ToDictionary(fact => fact.Key, fact => fact.Value),
        };
}
