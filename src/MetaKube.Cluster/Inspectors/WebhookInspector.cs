using System;
using k8s.Models;
using MetaKube.Cluster.Objects;
using MetaKube.Model;

namespace MetaKube.Cluster.Inspectors;

/// <summary>Admission webhooks whose Service is gone: everything they guard fails to be created.</summary>
internal sealed class WebhookInspector : IInspector
{
    public IEnumerable<Finding> Inspect(Examination x)
    {
        var webhooks = x
            .Snapshot.All<V1ValidatingWebhookConfiguration>()
            .SelectMany(config =>
                (config.Webhooks ?? []).Select(hook =>
                    (Examination.Ref(config), hook.Name, hook.ClientConfig?.Service, hook.FailurePolicy)
                )
            )
            .Concat(
                x.Snapshot.All<V1MutatingWebhookConfiguration>()
                    .SelectMany(config =>
                        (config.Webhooks ?? []).Select(hook =>
                            (Examination.Ref(config), hook.Name, hook.ClientConfig?.Service, hook.FailurePolicy)
                        )
                    )
            );
        foreach (var (config, name, service, policy) in webhooks)
        {
            if (service is null || policy == "Ignore")
                continue;
            var target = new ResourceRef("Service", service.NamespaceProperty, service.Name);
            var missing = x.Snapshot.IsMissing<V1Service>(service.NamespaceProperty, service.Name);
            // What the webhook refuses depends on it, though no field says so: the refusal's event names the webhook.
            foreach (
                var refused in x
                    .Snapshot.All<Corev1Event>()
                    .Where(e =>
                        e.Reason == "FailedCreate"
                        && e.Message?.Contains($"\"{name}\"", StringComparison.Ordinal) == true
                        && e.InvolvedObject is not null
                    )
            )
                x.Topology.Add(
                    new(
                        refused.InvolvedObject.Kind,
                        refused.InvolvedObject.NamespaceProperty,
                        refused.InvolvedObject.Name
                    ),
                    config,
                    Relation.DependsOn
                );
            x.Topology.Add(config, target, Relation.DependsOn);
            var deserted =
                x.Snapshot.Find<V1Service>(service.NamespaceProperty, service.Name)
                    is { Spec.Selector.Count: > 0 } found
                && x.Snapshot.IsComplete("Pod", service.NamespaceProperty)
                && !x
                    .Snapshot.In<V1Pod>(service.NamespaceProperty)
                    .Any(pod => Selectors.Matches(found.Spec.Selector, pod.Metadata.Labels));
            if (missing || deserted)
                yield return new()
                {
                    Fault = "config.admission-webhook-down",
                    Resource = config,
                    Weight = 0.97,
                    Source = "webhooks[].clientConfig.service",
                    About = target,
                    Summary =
                        $"webhook {name} calls Service {service.NamespaceProperty}/{service.Name}, {(missing ? "which does not exist" : "which has no pods")}",
                    AboutSays = missing ? "does not exist" : "has no pods",
                    Quote = $"{service.NamespaceProperty}/{service.Name}, failurePolicy {policy ?? "Fail"}",
                    Facts = new Dictionary<string, string>
                    {
                        ["webhook"] = name,
                        ["webhookconfig"] = config.Name,
                        ["webhookkind"] = config.Kind.ToLowerInvariant(),
                    },
                };
        }
    }
}
