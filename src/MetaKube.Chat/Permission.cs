using System.IO.Enumeration;

namespace MetaKube.Chat;

/// <summary>
/// The namespaces and clusters that a person may ask about in a channel; without rules there is no limit.
/// </summary>
public sealed class Permission
{
    public static readonly Permission Everything = new([]) { isUnlimited = true };

    private readonly IReadOnlyList<AccessRule> rules;
    private bool isUnlimited;

    private Permission(IReadOnlyList<AccessRule> rules) => this.rules = rules;

    /// <param name="rules">All access rules of the platform.</param>
    /// <param name="channel">The channel of the question.</param>
    /// <param name="user">The person, or null for a monitoring system: rules that name people do not apply to
    /// it.</param>
    public static Permission Of(IReadOnlyList<AccessRule> rules, string channel, string? user) =>
        rules.Count == 0
            ? Everything
            : new([
                .. rules.Where(rule =>
                    (rule.Channels.Length == 0 || rule.Channels.Contains(channel))
                    && (rule.Users.Length == 0 || user is not null && rule.Users.Contains(user))
                ),
            ]);

    /// <summary>True if anything may be asked about.</summary>
    public bool IsAny => isUnlimited || rules.Count > 0;

    /// <summary>True if a namespace may be asked about; null stands for the whole cluster.</summary>
    public bool Allows(string cluster, string? ns) =>
        isUnlimited
        || rules.Any(rule =>
            (rule.Clusters.Length == 0 || rule.Clusters.Contains(cluster))
            && (
                rule.Namespaces.Length == 0
                || rule.Namespaces.Any(pattern =>
                    pattern == "*"
                    || ns is not null && FileSystemName.MatchesSimpleExpression(pattern, ns, ignoreCase: false)
                )
            )
        );

    /// <summary>The only permitted namespace; null if there are several.</summary>
    public string? OnlyNamespace =>
        !isUnlimited
        && rules.All(rule => rule.Namespaces.Length > 0)
        && rules.SelectMany(rule => rule.Namespaces).Distinct().Take(2).ToList() is [var only]
        && !only.Contains('*', StringComparison.Ordinal)
            ? only
            : null;
}

/// <summary>The question is about something that the asker may not ask about here.</summary>
public sealed class NotPermittedException(string message) : Exception(message);
