using MetaKube.Chat;
using MetaKube.Faults;

namespace MetaKube.ChatOps.Conversations.FollowUps;

/// <summary>The fault that a person names as the true cause in words of their own.</summary>
internal static class NamedCause
{
    /// <summary>Words that people use for a fault, the most telling first.</summary>
    private static readonly (string Word, string Fault)[] Words =
    [
        ("quota", "resource.quota-exceeded"),
        ("limitrange", "resource.limit-range-violated"),
        ("limit range", "resource.limit-range-violated"),
        ("oom", "resource.oom-killed"),
        ("memory limit", "resource.oom-killed"),
        ("out of memory", "resource.oom-killed"),
        ("throttl", "resource.cpu-throttled"),
        ("disk pressure", "resource.node-disk-pressure"),
        ("disk full", "resource.volume-full"),
        ("volume full", "resource.volume-full"),
        ("configmap", "config.missing-configmap"),
        ("config map", "config.missing-configmap"),
        ("secret", "config.missing-secret"),
        ("password", "config.bad-credentials"),
        ("credential", "config.bad-credentials"),
        ("environment variable", "config.missing-env"),
        ("env var", "config.missing-env"),
        ("liveness", "config.liveness-probe-wrong"),
        ("readiness", "config.readiness-probe-wrong"),
        ("network policy", "network.policy-blocked"),
        ("networkpolicy", "network.policy-blocked"),
        ("firewall", "network.policy-blocked"),
        ("dns", "network.dns-failure"),
        ("expired", "network.tls-expired"),
        ("selector", "network.service-selector-mismatch"),
        ("rbac", "config.rbac-denied"),
        ("permission", "config.rbac-denied"),
        ("image tag", "image.not-found"),
        ("wrong image", "image.not-found"),
        ("wrong tag", "image.not-found"),
        ("registry", "image.registry-unreachable"),
        ("taint", "scheduling.taint-not-tolerated"),
        ("cordon", "scheduling.node-cordoned"),
        ("node selector", "scheduling.node-selector-mismatch"),
        ("database", "network.dependency-down"),
        ("dependency", "network.dependency-down"),
        ("postgres", "network.dependency-down"),
        ("redis", "network.dependency-down"),
        ("upstream", "network.dependency-down"),
        ("scaled to zero", "scheduling.scaled-to-zero"),
    ];

    /// <summary>The code of the catalogue that the words name, or null.</summary>
    /// <param name="words">The words.</param>
    /// <param name="c">The case: its own alternatives come first.</param>
    public static string? FaultOf(string words, ThreadCase? c)
    {
        var text = words.ToLowerInvariant();
        if (text.Split(' ', ',', ';').FirstOrDefault(word => FaultCatalogue.Find(word) is not null) is { } code)
            return code;
        var rivals = (c?.Cause.Alternatives ?? []).Select(rival => rival.Fault);
        return rivals.FirstOrDefault(rival =>
                FaultCatalogue.Find(rival) is { } fault && fault.Title.Equals(words, StringComparison.OrdinalIgnoreCase)
            )
            ?? Words
                .Where(entry => text.Contains(entry.Word, StringComparison.Ordinal))
                .Select(entry => entry.Fault)
                .FirstOrDefault();
    }
}
