using System;
using System.Text.RegularExpressions;
using k8s.Models;
using MetaKube.Cluster.Logs;
using MetaKube.Cluster.Objects;
using MetaKube.Faults;
using MetaKube.Model;

namespace MetaKube.Cluster.Inspectors;

/// <summary>Images that cannot be pulled, and why the registry says no.</summary>
internal sealed partial class ImageInspector : IInspector
{
    private static readonly MessagePattern[] PullErrors =
    [
        new(
            @"toomanyrequests|too many requests|\b429\b|rate limit",
            ImageFaults.RateLimited,
            "the registry throttles pulls of {image}",
            0.95
        ),
        new(
            @"exec format error|no match for platform|no matching manifest",
            ImageFaults.WrongArchitecture,
            "image {image} does not exist for the node's CPU architecture",
            0.95
        ),
        new(
            @"manifest unknown|manifest .{0,300} not found|name unknown|repository does not exist(?! or may require)"
                + "|: not found|404 not found|not found: manifest",
            ImageFaults.NotFound,
            "image {image} does not exist in the registry",
            0.95
        ),
        new(
            @"unauthorized|pull access denied|authentication required|\b401\b|\b403\b|forbidden|access denied"
                + "|no basic auth credentials|insufficient_scope",
            ImageFaults.RegistryAuth,
            "the registry refuses the pull of {image}",
            0.95
        ),
        new(
            @"no such host|i/o timeout|connection refused|x509|tls:|context deadline exceeded|network is unreachable"
                + @"|no route to host|server misbehaving|connection reset|\bEOF\b|dial tcp"
                + @"|server gave HTTP response|http2: |TLS handshake timeout|Client\.Timeout|request canceled"
                + "|50[0234] ",
            ImageFaults.RegistryUnreachable,
            "the registry of {image} cannot be reached",
            0.95
        ),
    ];

    /// <summary>Answers for a repository that does not exist, and for one that is private.</summary>
    private static readonly string[] EitherWay =
    [
        "repository does not exist or may require",
        "insufficient_scope",
        "pull access denied",
        "status from HEAD request",
    ];

    public InspectionResult Inspect(InspectionContext context) =>
        new(
            from pod in context.Pods
            from status in PodState.Containers(pod)
            let finding = Judge(context, pod, status)
            where finding is not null
            select finding
        );

    private static Finding? Judge(InspectionContext context, V1Pod pod, V1ContainerStatus status)
    {
        if (status.State?.Waiting is not { Reason: { } reason } waiting)
            return null;
        var image = ImageOf(context, pod, status);
        var field = $"status.containerStatuses[{status.Name}].state.waiting";
        var finding = new Finding
        {
            Resource = InspectionContext.Ref(pod, status.Name),
            Summary = $"image {image} cannot be pulled",
            Source = $"{field}.reason",
            Quote = waiting.Message ?? reason,
            Weight = 0.95,
            Facts = new Dictionary<string, string> { ["image"] = image },
        };
        return reason switch
        {
            "InvalidImageName" => finding with
            {
                Fault = ImageFaults.InvalidName,
                Summary = $"the image reference {image} cannot be parsed",
            },
            "ErrImageNeverPull" => finding with
            {
                Fault = ImageFaults.NeverPullAbsent,
                Summary = $"imagePullPolicy is Never and image {image} is not on the node",
            },
            "ImagePullBackOff" or "ErrImagePull" or "ImageInspectError" or "RegistryUnavailable" => PullFailed(
                context,
                pod,
                image,
                waiting.Message,
                finding with
                {
                    Source = $"{field}.message",
                }
            ),
            _ => null,
        };
    }

    /// <summary>
    /// The state mostly says "Back-off pulling image"; the registry's own words are in the event. A finding without a
    /// fault where neither has a known reason.
    /// </summary>
    private static Finding PullFailed(
        InspectionContext context,
        V1Pod pod,
        string image,
        string? message,
        Finding unknown
    )
    {
        var pullEvent = context.LatestEvent(
            InspectionContext.Ref(pod),
            e =>
                e.Reason == "Failed"
                && e.Message?.Contains(image, StringComparison.Ordinal) == true
                && e.Message.Contains("pull image", StringComparison.OrdinalIgnoreCase)
        );
        var facts = new Dictionary<string, string>(unknown.Facts);
        var secret = MissingPullSecret(context, pod);
        if (secret is not null)
            facts["secret"] = secret;
        foreach (var (text, source) in new[] { (pullEvent?.Message, "event Failed"), (message, unknown.Source) })
            if (MessagePattern.First(PullErrors, WithoutName(text, image)) is { } known)
            {
                var at = pullEvent is null ? null : ClusterSnapshot.TimeOf(pullEvent);
                var finding = known.Message.Find(unknown.Resource, source, text!, facts, at);
                return known.Message.Fault == ImageFaults.RegistryAuth
                    ? Refused(context, pod, image, finding, secret)
                    : finding;
            }
        return unknown with { Facts = facts };
    }

    /// <summary>
    /// A registry that refuses a pull often does not tell a missing repository from a private one. Where the pod names
    /// no pull secret, a name that looks misspelt is the likelier cause.
    /// </summary>
    private static Finding Refused(
        InspectionContext context,
        V1Pod pod,
        string image,
        Finding finding,
        string? missingSecret
    )
    {
        if (missingSecret is not null)
            return finding with { About = new("Secret", pod.Metadata.NamespaceProperty, missingSecret) };
        var isOpen = EitherWay.Any(words => finding.Quote.Contains(words, StringComparison.OrdinalIgnoreCase));
        if (!isOpen || pod.Spec?.ImagePullSecrets is { Count: > 0 } || Misspelt(context, image) is not { } why)
            return finding;
        return finding with
        {
            Fault = ImageFaults.NotFound,
            Summary =
                $"the registry refuses {image}, which it does for a repository that does not exist and for a private "
                + $"one; the pod names no pull secret, and {why}: the name is likely wrong",
            Weight = 0.88,
        };
    }

    /// <summary>The reason to take a name for a slip; null where there is none.</summary>
    private static string? Misspelt(InspectionContext context, string image)
    {
        var name = Repository(image);
        if (!name.Contains('/', StringComparison.Ordinal) || name.StartsWith("library/", StringComparison.Ordinal))
            return "images of this form are all public";
        var near = context
            .Snapshot.All<V1Pod>()
            .SelectMany(pod => PodReferences.Containers(pod.Spec))
            .Select(container => Repository(container.Image ?? ""))
            .FirstOrDefault(other => other != name && IsNear(other, name));
        return near is null ? null : $"other pods run {near}";
    }

    /// <summary>The reference without its tag and digest, and without Docker Hub's host.</summary>
    private static string Repository(string image)
    {
        var name = image.Split('@')[0];
        var tag = name.LastIndexOf(':');
        if (tag > name.LastIndexOf('/'))
            name = name[..tag];
        return name.StartsWith("docker.io/", StringComparison.Ordinal) ? name["docker.io/".Length..] : name;
    }

    /// <summary>True if two letters at most differ or changed places.</summary>
    private static bool IsNear(string a, string b) =>
        a.Length == b.Length && a.Length > 4 && a.Zip(b).Count(pair => pair.First != pair.Second) <= 2;

    /// <summary>The image's own name must not decide: "not-found-service:401" is a name like any other.</summary>
    private static string? WithoutName(string? text, string image) =>
        image.Length == 0 ? text : text?.Replace(image, "IMAGE", StringComparison.Ordinal);

    private static string ImageOf(InspectionContext context, V1Pod pod, V1ContainerStatus status) =>
        PodReferences.Containers(pod.Spec).FirstOrDefault(container => container.Name == status.Name)?.Image
        ?? status.Image
        ?? ImageInEvents(context, pod)
        ?? "";

    /// <summary>A pasted table names no image; the events below it do.</summary>
    private static string? ImageInEvents(InspectionContext context, V1Pod pod) =>
        context
            .Snapshot.EventsOf(InspectionContext.Ref(pod))
            .Select(e => QuotedImage().Match(e.Message ?? ""))
            .FirstOrDefault(match => match.Success)
            ?.Groups[1]
            .Value;

    [GeneratedRegex(@"image ""([^""]+)""")]
    private static partial Regex QuotedImage();

    private static string? MissingPullSecret(InspectionContext context, V1Pod pod) =>
        (pod.Spec?.ImagePullSecrets ?? [])
            .Select(secret => secret.Name)
            .FirstOrDefault(name => context.Snapshot.IsMissing<V1Secret>(pod.Metadata.NamespaceProperty, name));
}
