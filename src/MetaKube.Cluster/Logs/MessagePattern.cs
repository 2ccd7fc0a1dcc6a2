using System.Text.RegularExpressions;
using MetaKube.Faults;
using MetaKube.Model;

namespace MetaKube.Cluster.Logs;

/// <summary>
/// A pattern for messages of Kubernetes or of a program, with the fault that it indicates.
/// </summary>
/// <param name="Pattern">The regular expression; its named groups become facts.</param>
/// <param name="Fault">A catalogue code, or null for a symptom.</param>
/// <param name="Summary">One sentence; {name} stands for a named group.</param>
/// <param name="Weight">How decisive the message is, 0 to 1.</param>
internal sealed record MessagePattern(Regex Pattern, string? Fault, string Summary, double Weight = 0.9)
{
    private const RegexOptions Options =
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture;

    /// <summary>Characters of a message that are judged: quantifiers are bounded, and so the time is.</summary>
    private const int Longest = 4096;

    // Messages are untrusted. A pattern that a hostile line makes slow is aborted and counts as no match.
    private static readonly TimeSpan Timeout = TimeSpan.FromMilliseconds(100);

    public MessagePattern(string pattern, string? fault, string summary, double weight = 0.9)
        : this(new Regex(pattern, Options, Timeout), fault, summary, weight) { }

    /// <summary>The first pattern that matches a text, with its facts; null where none does.</summary>
    public static (MessagePattern Message, IReadOnlyDictionary<string, string> Facts)? First(
        IEnumerable<MessagePattern> messages,
        string? text
    )
    {
        if (string.IsNullOrEmpty(text))
            return null;
        foreach (var message in messages)
            if (message.Match(text) is { } facts)
                return (message, facts);
        return null;
    }

    public IReadOnlyDictionary<string, string>? Match(string text)
    {
        if (text.Length > Longest)
            text = text[..Longest];
        try
        {
            var match = Pattern.Match(text);
            if (!match.Success)
                return null;
            return match
                .Groups.Cast<Group>()
                .Where(group => group.Success && !char.IsDigit(group.Name[0]))
                .ToDictionary(group => group.Name, group => group.Value);
        }
        catch (RegexMatchTimeoutException)
        {
            return null;
        }
    }

    public Finding Find(
        ResourceRef resource,
        string source,
        string quote,
        IReadOnlyDictionary<string, string> facts,
        DateTimeOffset? at = null
    ) =>
        new()
        {
            Fault = Fault,
            Resource = resource,
            Summary = SummaryWith(facts),
            Source = source,
            Quote = quote,
            Weight = Weight,
            At = at,
            Facts = facts,
            About = AboutFrom(resource, facts),
        };

    /// <summary>The summary with its placeholders filled.</summary>
    public string SummaryWith(IReadOnlyDictionary<string, string> facts) =>
        facts.Aggregate(
            Summary,
            (text, fact) => text.Replace($"{{{fact.Key}}}", fact.Value, StringComparison.Ordinal)
        );

    /// <summary>The missing object that a message names.</summary>
    private ResourceRef? AboutFrom(ResourceRef resource, IReadOnlyDictionary<string, string> facts) =>
        Fault switch
        {
            ConfigurationFaults.MissingConfigMap when facts.TryGetValue("configmap", out var name) => new(
                "ConfigMap",
                resource.Namespace,
                name
            ),
            ConfigurationFaults.MissingSecret when facts.TryGetValue("secret", out var name) => new(
                "Secret",
                resource.Namespace,
                name
            ),
            ConfigurationFaults.ServiceAccountMissing when facts.TryGetValue("serviceaccount", out var name) => new(
                "ServiceAccount",
                resource.Namespace,
                name
            ),
            _ => null,
        };
}
