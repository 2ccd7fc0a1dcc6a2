using System.Text.RegularExpressions;
using k8s.Models;
using MetaKube.Cluster.Inspectors;
using MetaKube.Cluster.Logs;
using MetaKube.Cluster.Objects;
using MetaKube.Model;

namespace MetaKube.Cluster.Signals;

/// <summary>Collects the signals of a snapshot, folds repetitions, and ranks them for a target.</summary>
internal sealed class SignalCollector(ClusterSnapshot snapshot, Topology topology, Target target)
{
    private const int Most = 200,
        MostQuoted = 20;

    /// <summary>The words of a text that is long enough to be recognised in another place.</summary>
    private const int Telltale = 24;

    private const double OfTheTarget = 0.05,
        Elsewhere = 0.3,
        ElsewhereInAChoice = 0.1,
        OfTheCluster = 0.2,
        OfASourceAlready = 0.02;

    /// <summary>The objects that the question is about; none where it is about a namespace or the cluster.</summary>
    private readonly IReadOnlyList<ResourceRef> asked = AskedBy(target);

    private readonly HashSet<ResourceRef> reach = AskedBy(target)
        .SelectMany(meant => topology.Reach(meant).Keys)
        .ToHashSet();

    /// <summary>The strongest signals first, each with an id.</summary>
    /// <param name="raw">The signals and logs of the snapshot.</param>
    /// <param name="question">The question; words that it quotes are looked for.</param>
    public IReadOnlyList<Signal> Collect(RawSignals raw, string question)
    {
        var signals = raw
            .OfObjects.Concat(raw.Logs.SelectMany(log => LogSignals.Of(log, snapshot.Redaction)))
            .Concat(QuotedWords.In(question, snapshot, raw.Logs));
        return
        [
            .. signals
                .Select(Near)
                .OfType<Signal>()
                .GroupBy(KeyOf)
                .Select(Folded)
                .GroupBy(signal => (signal.Resource, signal.Source))
                .SelectMany(OfOneSource)
                .OrderByDescending(ranked => ranked.Rank)
                .ThenByDescending(ranked => ranked.Signal.At)
                .Take(Most)
                .Select(ranked => ranked.Signal)
                .Select((signal, i) => signal with { Id = $"s{i + 1}", Command = NextCommand.Of(signal) })
                .Select((signal, i) => i < MostQuoted ? AsPasted(signal) : signal),
        ];
    }

    /// <summary>A state that was pasted is quoted with its line.</summary>
    private Signal AsPasted(Signal signal) =>
        signal is { SaysWhy: false, Resource: { } resource }
        && snapshot.Pasted?.Quote(LineOf(signal), resource) is { Length: > 0 } line
            ? signal with
            {
                Quote = snapshot.Redaction.Quote(line),
            }
            : signal;

    /// <summary>The words of the line that shows a state.</summary>
    private static string LineOf(Signal signal) =>
        signal.Kind switch
        {
            SignalKind.Exit => $"exitCode {signal.Quote}",
            SignalKind.Restart => $"restartCount {signal.Quote}",
            _ => $"{signal.Summary} {signal.Quote}",
        };

    /// <summary>A signal with its strength for the target; null for one outside of the namespace asked about.</summary>
    private Signal? Near(Signal signal)
    {
        if (signal.Resource is not { } resource || signal.Kind == SignalKind.Quoted)
            return signal;
        if (asked.Count == 0)
            return InScope(signal, resource);
        if (asked.Any(meant => IsOf(meant, resource)))
            return Weaker(signal, -OfTheTarget);
        if (reach.Contains(resource.Object) || reach.Contains(topology.Controller(resource)))
            return signal;
        return Weaker(signal, snapshot.Pasted is not null ? ElsewhereInAChoice : Elsewhere);
    }

    private Signal? InScope(Signal signal, ResourceRef resource)
    {
        if (target.Namespace is null || resource.Namespace == target.Namespace)
            return signal;
        return resource.Namespace is null ? Weaker(signal, OfTheCluster) : null;
    }

    /// <summary>True if the object is the target, or one that its controller made.</summary>
    private bool IsOf(ResourceRef meant, ResourceRef resource) =>
        topology.Controller(resource) == topology.Controller(meant)
        // A ReplicaSet or pod that only an event names.
        || resource.Namespace == meant.Namespace
            && resource.Kind is "Pod" or "ReplicaSet" or "Job"
            && resource.Name.StartsWith($"{meant.Name}-", StringComparison.Ordinal);

    private static IReadOnlyList<ResourceRef> AskedBy(Target target) =>
        target.Object is { } one ? [one] : target.Candidates;

    private static Signal Weaker(Signal signal, double by) =>
        signal with
        {
            Strength = Math.Clamp(signal.Strength - by, 0, 1),
        };

    /// <summary>
    /// Signals with this key are one: the same message at one workload, wherever it is said, or the same state.
    /// </summary>
    private (ResourceRef?, string) KeyOf(Signal signal)
    {
        var about = signal.Resource is { } resource
            ? topology.Controller(resource) with
            {
                Container = resource.Container,
            }
            : null;
        var template = MessageTemplate.Of(signal.Quote);
        return template.Length >= Telltale
            ? (about?.Object, template)
            : (about, $"{signal.Kind} {signal.Source} {signal.Quote}");
    }

    /// <summary>
    /// The signals of one log or event reason; each further one ranks lower, so that others are shown.
    /// </summary>
    private static IEnumerable<(Signal Signal, double Rank)> OfOneSource(IEnumerable<Signal> signals) =>
        signals
            .OrderByDescending(signal => signal.Strength)
            .Select((signal, i) => (signal, signal.Strength - OfASourceAlready * i));

    private static Signal Folded(IEnumerable<Signal> same)
    {
        var all = same.ToList();
        return all.MaxBy(signal => signal.Strength)! with
        {
            Count = all.Sum(signal => signal.Count),
            At = all.Max(signal => signal.At),
        };
    }
}
