using k8s.Models;
using MetaKube.Cluster.Objects;
using MetaKube.Faults;
using MetaKube.Model;

namespace MetaKube.Cluster.Inspectors;

/// <summary>
/// Admission webhooks whose Service is gone or has no pods: the objects they guard cannot be created.
/// </summary>
internal sealed class WebhookInspector : IInspector
{
    private sealed record Webhook(
        ResourceRef Configuration,
        string Name,
        Admissionregistrationv1ServiceReference Reference,
        string? FailurePolicy
    )
    {
        public ResourceRef Service => new("Service", Reference.NamespaceProperty, Reference.Name);
    }

    public InspectionResult Inspect(InspectionContext context)
    {
        var webhooks = Webhooks(context.Snapshot).ToList();
        return new(
            webhooks.Select(webhook => Judge(context.Snapshot, webhook)).OfType<Finding>(),
            webhooks.SelectMany(webhook => Edges(context.Snapshot, webhook))
        );
    }

    /// <summary>The webhooks that call a Service and whose failure refuses the request.</summary>
    private static IEnumerable<Webhook> Webhooks(ClusterSnapshot snapshot)
    {
        foreach (var configuration in snapshot.All<V1ValidatingWebhookConfiguration>())
            foreach (var hook in configuration.Webhooks ?? [])
                if (hook is { ClientConfig.Service: { } service, FailurePolicy: not "Ignore" })
                    yield return new(InspectionContext.Ref(configuration), hook.Name, service, hook.FailurePolicy);
        foreach (var configuration in snapshot.All<V1MutatingWebhookConfiguration>())
            foreach (var hook in configuration.Webhooks ?? [])
                if (hook is { ClientConfig.Service: { } service, FailurePolicy: not "Ignore" })
                    yield return new(InspectionContext.Ref(configuration), hook.Name, service, hook.FailurePolicy);
    }

    private static Finding? Judge(ClusterSnapshot snapshot, Webhook webhook)
    {
        var (ns, name) = (webhook.Reference.NamespaceProperty, webhook.Reference.Name);
        var state = snapshot switch
        {
            _ when snapshot.IsMissing<V1Service>(ns, name) => "does not exist",
            _ when HasNoPods(snapshot, ns, name) => "has no pods",
            _ => null,
        };
        return state is null
            ? null
            : new()
            {
                Fault = ConfigurationFaults.AdmissionWebhookDown,
                Resource = webhook.Configuration,
                Weight = 0.97,
                Source = "webhooks[].clientConfig.service",
                About = webhook.Service,
                Summary = $"webhook {webhook.Name} calls Service {ns}/{name}, which {state}",
                AboutDescription = state,
                Quote = $"{ns}/{name}, failurePolicy {webhook.FailurePolicy ?? "Fail"}",
                Facts = new Dictionary<string, string>
                {
                    ["webhook"] = webhook.Name,
                    ["webhookconfig"] = webhook.Configuration.Name,
                    ["webhookkind"] = webhook.Configuration.Kind.ToLowerInvariant(),
                },
            };
    }

    private static bool HasNoPods(ClusterSnapshot snapshot, string ns, string name) =>
        snapshot.Find<V1Service>(ns, name) is { Spec.Selector: { Count: > 0 } selector }
        && snapshot.IsComplete("Pod", ns)
        && !snapshot.In<V1Pod>(ns).Any(pod => Selectors.Matches(selector, pod.Metadata.Labels));

    /// <summary>
    /// An object that the webhook refuses depends on it, though no field says so: the event about the refusal names the
    /// webhook.
    /// </summary>
    private static IEnumerable<TopologyEdge> Edges(ClusterSnapshot snapshot, Webhook webhook) =>
        snapshot
            .All<Corev1Event>()
            .Where(e =>
                e is { Reason: "FailedCreate", InvolvedObject: not null }
                && e.Message?.Contains($"\"{webhook.Name}\"", StringComparison.Ordinal) == true
            )
            .Select(e => e.InvolvedObject)
            .Select(refused => new TopologyEdge(
                new(refused.Kind, refused.NamespaceProperty, refused.Name),
                webhook.Configuration,
                Relation.DependsOn
            ))
            .Append(new(webhook.Configuration, webhook.Service, Relation.DependsOn));
}
