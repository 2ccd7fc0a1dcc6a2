using System;
using System.Text.RegularExpressions;
using k8s.Models;
using MetaKube.Cluster.Logs;
using MetaKube.Cluster.Objects;
using MetaKube.Model;

namespace MetaKube.Cluster.Inspectors;

/// <summary>Images that cannot be pulled, and why the registry says no.</summary>
internal sealed partial class ImageInspector : IInspector
{
    private static readonly MessagePattern[] PullErrors =
    [
        new(
            @"toomanyrequests|too many requests|\b429\b|rate limit",
            "image.rate-limited",
            "the registry throttles pulls of {image}",
            0.95
        ),
        new(
            @"exec format error|no match for platform|no matching manifest",
            "image.wrong-architecture",
            "image {image} does not exist for the node's CPU architecture",
            0.95
        ),
        new(
            @"manifest unknown|manifest .* not found|name unknown|repository does not exist(?! or may require)|: not found|404 not found|not found: manifest",
            "image.not-found",
            "image {image} does not exist in the registry",
            0.95
        ),
        new(
            @"unauthorized|pull access denied|authentication required|\b401\b|\b403\b|forbidden|access denied|no basic auth credentials|insufficient_scope",
            "image.registry-auth",
            "the registry refuses the pull of {image}",
            0.95
        ),
        new(
            @"no such host|i/o timeout|connection refused|x509|tls:|context deadline exceeded|network is unreachable|no route to host|server misbehaving|connection reset|\bEOF\b|dial tcp|server gave HTTP response|http2: |TLS handshake timeout|Client\.Timeout|request canceled|50[0234] ",
            "image.registry-unreachable",
            "the registry of {image} cannot be reached",
            0.95
        ),
    ];

    public IEnumerable<Finding> Inspect(Examination x)
    {
        foreach (var pod in x.Pods)
            foreach (var state in ContainerInspector.States(pod))
            {
                if (state.State?.Waiting is not { Reason: { } reason } waiting)
                    continue;
                var resource = Examination.Ref(pod, state.Name);
                var image =
                    PodReferences.Containers(pod.Spec).FirstOrDefault(c => c.Name == state.Name)?.Image
                    ?? state.Image
                    ?? ImageInEvents(x, pod)
                    ?? "";
                var facts = new Dictionary<string, string> { ["image"] = image };
                var source = $"status.containerStatuses[{state.Name}].state.waiting";
                switch (reason)
                {
                    case "InvalidImageName":
                        yield return Of(
                            "image.invalid-name",
                            $"the image reference {image} cannot be parsed",
                            $"{source}.reason",
                            waiting.Message ?? reason
                        );
                        break;
                    case "ErrImageNeverPull":
                        yield return Of(
                            "image.never-pull-absent",
                            $"imagePullPolicy is Never and image {image} is not on the node",
                            $"{source}.reason",
                            waiting.Message ?? reason
                        );
                        break;
                    case "ImagePullBackOff" or "ErrImagePull" or "ImageInspectError" or "RegistryUnavailable":
                        yield return PullFailed(waiting.Message, source);
                        break;
                }

                Finding Of(string? fault, string summary, string origin, string quote) =>
                    new()
                    {
                        Fault = fault,
                        Resource = resource,
                        Summary = summary,
                        Source = origin,
                        Quote = quote,
                        Weight = 0.95,
                        Facts = facts,
                    };

                Finding PullFailed(string? message, string origin)
                {
                    // The state says "Back-off pulling image" most of the time; the registry's own words are in the
                    // event.
                    var pullEvent = x.LatestEvent(
                        Examination.Ref(pod),
                        e =>
                            e.Reason == "Failed"
                            && e.Message?.Contains(image, StringComparison.Ordinal) == true
                            && e.Message.Contains("pull image", StringComparison.OrdinalIgnoreCase)
                    );
                    var absent = MissingPullSecret(x, pod);
                    if (absent is not null)
                        facts["secret"] = absent;
                    foreach (
                        var (text, from) in new[] { (pullEvent?.Message, "event Failed"), (message, $"{origin}.message") }
                    )
                        if (MessagePattern.First(PullErrors, WithoutName(text, image)) is { } known)
                            return known.Message.Find(
                                resource,
                                from,
                                text!,
                                facts,
                                pullEvent is null ? null : ClusterSnapshot.TimeOf(pullEvent)
                            ) with
                            {
                                About =
                                    absent is not null && known.Message.Fault == "image.registry-auth"
                                        ? new("Secret", pod.Metadata.NamespaceProperty, absent)
                                        : null,
                            };
                    return Of(null, $"image {image} cannot be pulled", $"{origin}.message", message ?? reason);
                }
            }
    }

    /// <summary>The image's own name must not decide: "not-found-service:401" is a name like any other.</summary>
    private static string? WithoutName(string? text, string image) =>
        image.Length == 0 ? text : text?.Replace(image, "IMAGE", StringComparison.Ordinal);

    /// <summary>A pasted table names no image; the events below it do.</summary>
    private static string? ImageInEvents(Examination x, V1Pod pod) =>
        x
            .Snapshot.EventsOf(Examination.Ref(pod))
            .Select(e => QuotedImage().Match(e.Message ?? ""))
            .FirstOrDefault(match => match.Success)
            ?.Groups[1]
            .Value;

    [GeneratedRegex(@"image ""([^""]+)""")]
    private static partial Regex QuotedImage();

    private static string? MissingPullSecret(Examination x, V1Pod pod) =>
        (pod.Spec?.ImagePullSecrets ?? [])
            .Select(secret => secret.Name)
            .FirstOrDefault(name => x.Snapshot.IsMissing<V1Secret>(pod.Metadata.NamespaceProperty, name));
}
