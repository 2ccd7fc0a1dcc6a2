using System.Text.RegularExpressions;
using MetaKube.Model;

namespace MetaKube.Cluster.Signals;

/// <summary>
/// The kubectl command that shows more of a signal and only reads. Names come from a cluster or a paste; one that a
/// shell could interpret gets no command.
/// </summary>
internal static partial class NextCommand
{
    private const string Tail = "--tail=100";

    public static string? Of(Signal signal)
    {
        if (signal.Resource is not { } resource || !IsPlain(resource))
            return null;
        var ns = resource.Namespace is { } name ? $" -n {name}" : "";
        var container = resource.Container is { Length: > 0 } named ? $" -c {named}" : "";
        return signal.Kind switch
        {
            SignalKind.Exit or SignalKind.Restart when resource.Kind == "Pod" =>
                $"kubectl{ns} logs {resource.Name}{container} --previous {Tail}",
            SignalKind.Waiting when resource.Kind == "Pod" && signal.Quote == "CrashLoopBackOff" =>
                $"kubectl{ns} logs {resource.Name}{container} --previous {Tail}",
            SignalKind.Log or SignalKind.Duration or SignalKind.Quoted when resource.Kind == "Pod" =>
                $"kubectl{ns} logs {resource.Name}{container} {Tail}",
            _ => $"kubectl{ns} describe {resource.Kind.ToLowerInvariant()} {resource.Name}",
        };
    }

    /// <summary>The events of the namespace, the latest at the end; null where it is not known.</summary>
    public static string? EventsOf(string? ns) =>
        ns is not null && Plain().IsMatch(ns) ? $"kubectl -n {ns} get events --sort-by=.lastTimestamp" : null;

    private static bool IsPlain(ResourceRef resource) =>
        Plain().IsMatch(resource.Name)
        && Plain().IsMatch(resource.Kind)
        && (resource.Namespace is null || Plain().IsMatch(resource.Namespace))
        && (string.IsNullOrEmpty(resource.Container) || Plain().IsMatch(resource.Container));

    [GeneratedRegex(@"^[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?\z")]
    private static partial Regex Plain();
}
