using System.Text.Json.Serialization;
using System.Text.RegularExpressions;

namespace MetaKube.Model;

/// <summary>
/// A signal without names, ids, numbers and times, by which memory recognises a failure whose cause has no code.
/// </summary>
/// <param name="Place">The source: "log", "event", "condition", "waiting", "command" or "exit".</param>
/// <param name="Text">The message with "*" for each part that varies; for "exit" the exit code.</param>
public sealed partial record SignalTemplate(string Place, string Text)
{
    public const string Exit = "exit";

    /// <summary>Signals that are kept of one case.</summary>
    private const int Most = 8;

    private const int LongestText = 240,
        FewestTelling = 2;

    /// <summary>The share of common words (Dice) from which two messages are the same.</summary>
    private const double Same = 0.75;

    private HashSet<string>? words;

    /// <summary>The words that do not vary, lower case.</summary>
    [JsonIgnore]
    public IReadOnlySet<string> Words => words ??= [.. TextTemplate.Words(Text, NoNames).Except(["*"])];

    /// <summary>True if the message distinguishes a failure from others; a restart or an exit code does not.</summary>
    [JsonIgnore]
    public bool IsSpecific =>
        Place != Exit
        && !Generic().IsMatch(Text)
        && Words.Count(word => TextTemplate.IsDistinctive(word) && !Everywhere.Contains(word)) >= FewestTelling;

    /// <summary>The telling signals of a case that are about its target, strongest first, each once.</summary>
    public static IReadOnlyList<SignalTemplate> Of(Evidence evidence) =>
        [.. Pairs(evidence).Select(pair => pair.Template)];

    /// <summary>The same with the signals themselves.</summary>
    public static IReadOnlyList<(Signal Signal, SignalTemplate Template)> Pairs(Evidence evidence)
    {
        var reach = evidence.Target.Object is { } target ? evidence.Topology.Reach(target) : null;
        bool IsNear(Signal signal) =>
            reach is null
            || signal.Resource is not { } resource
            || reach.ContainsKey(resource.Object)
            || reach.ContainsKey(evidence.Topology.Controller(resource));

        var pairs = new List<(Signal Signal, SignalTemplate Template)>();
        foreach (var signal in evidence.Signals.Where(signal => signal.IsTelling && IsNear(signal)))
            if (
                pairs.Count < Most
                && Of(signal, evidence.Names) is { } template
                && !pairs.Exists(pair => template.IsSame(pair.Template))
            )
                pairs.Add((signal, template));
        return pairs;
    }

    /// <summary>True if two signals are of the same kind and say the same.</summary>
    public bool IsSame(SignalTemplate other)
    {
        if (Place != other.Place)
            return false;
        if (Place == Exit)
            return Text == other.Text;
        var shared = Words.Count(other.Words.Contains);
        return shared > 0 && 2.0 * shared / (Words.Count + other.Words.Count) >= Same;
    }

    public bool Equals(SignalTemplate? other) => other is not null && (Place, Text) == (other.Place, other.Text);

    public override int GetHashCode() => HashCode.Combine(Place, Text);

    private static SignalTemplate? Of(Signal signal, IReadOnlySet<string> names)
    {
        if (signal.Kind == SignalKind.Exit)
            return new(Exit, signal.Quote.Length > LongestText ? "" : signal.Quote);
        if (!signal.SaysWhy || PlaceOf(signal.Kind) is not { } place)
            return null;
        var text = TextTemplate.Masked(signal.Quote, names);
        return new(place, text[..Math.Min(text.Length, LongestText)]);
    }

    private static string? PlaceOf(SignalKind kind) =>
        kind switch
        {
            SignalKind.Log or SignalKind.Duration or SignalKind.Quoted => "log",
            SignalKind.Event => "event",
            SignalKind.Condition => "condition",
            SignalKind.Waiting => "waiting",
            SignalKind.Command => "command",
            _ => null,
        };

    private static readonly HashSet<string> NoNames = [];

    /// <summary>Words that the messages of many failures have.</summary>
    private static readonly HashSet<string> Everywhere =
    [
        .. (
            "error errors err failed failure fatal critical exception connection connect connecting "
            + "refused timeout timed dial tcp udp i/o io dns lookup host such unavailable unreachable retry "
            + "retrying exit exited exiting code status panic warn warning info killed terminated "
            + "terminating unhealthy unexpected internal server request response unable cannot could "
            + "closing closed close reset peer http https rpc desc context deadline exceeded attempt "
            + "attempts trying giving max main thread level msg time ts message caused traceback most "
            + "recent call stack trace during application process shutting shutdown signal received "
            + "back-off backoff restarting container containers unready ready reason null undefined"
        ).Split(' '),
    ];

    [GeneratedRegex(
        @"^back-?off (?:restarting|pulling)|containers with unready status|does not have minimum availability"
            + @"|has timed out progressing|specified backoff limit|failed (?:liveness|startup|readiness) probe"
            + @"|^(?:liveness|startup|readiness) probe|error syncing pod|nodes are available"
            + @"|^traceback \(most recent"
            + @"|^goroutine |^npm err! (?:code|errno|a complete log)",
        RegexOptions.NonBacktracking | RegexOptions.IgnoreCase | RegexOptions.CultureInvariant
    )]
    private static partial Regex Generic();
}
