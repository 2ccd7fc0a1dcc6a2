using System.Text.RegularExpressions;
using k8s.Models;
using MetaKube.Cluster.Objects;
using MetaKube.Model;

namespace MetaKube.Cluster.Signals;

/// <summary>Warning events, and Normal ones whose reason is abnormal.</summary>
internal sealed partial class EventSignals(ClusterSnapshot snapshot, WellObjects well)
{
    private const double Warned = 0.72,
        OfAProbe = 0.68,
        NormalType = 0.6,
        Consequence = 0.56,
        OverAndOver = 0.03;

    /// <summary>Losses of an event whose failure is over, or may be.</summary>
    private const double Recovered = 0.45,
        ProbablyOver = 0.35,
        Gone = 0.35,
        Old = 0.15,
        VeryOld = 0.35,
        Passing = 0.3,
        Undated = 0.1;

    private const int Often = 3;

    /// <summary>An event about an object that is well now is over after this time.</summary>
    private static readonly TimeSpan Over = TimeSpan.FromMinutes(5);

    public IEnumerable<Signal> Read() => snapshot.All<Corev1Event>().Select(Of).OfType<Signal>();

    private Signal? Of(Corev1Event e)
    {
        if (StrengthOf(e) is not { } strength)
            return null;
        var about = new ResourceRef(
            e.InvolvedObject?.Kind ?? "",
            e.InvolvedObject?.NamespaceProperty,
            e.InvolvedObject?.Name ?? ""
        );
        var isProbe = Probe().IsMatch(e.Message ?? "") || e.Reason == "Unhealthy";
        return SignalText.Quoting(string.IsNullOrEmpty(e.Message) ? e.Reason : e.Message, snapshot.Redaction) with
        {
            Kind = isProbe ? SignalKind.Probe : SignalKind.Event,
            Resource = about.Name.Length == 0 ? null : about with { Container = ContainerOf(e) },
            Source = snapshot.Redaction.Quote($"event {e.Reason}", 80),
            Summary = isProbe ? "a probe failed" : "an event warns",
            At = ClusterSnapshot.TimeOf(e),
            Strength = strength - Loss(e, about),
            Count = CountOf(e),
        };
    }

    private static int CountOf(Corev1Event e) => Math.Max(1, Math.Max(e.Count ?? 1, e.Series?.Count ?? 1));

    private static double? StrengthOf(Corev1Event e)
    {
        var reason = e.Reason ?? "";
        var message = e.Message ?? "";
        var isNormal = e.Type == "Normal" || string.IsNullOrEmpty(e.Type) && !FailureReason().IsMatch(reason);
        if (isNormal)
            return AbnormalReason().IsMatch(reason) || Ends().IsMatch(message) ? NormalType : null;
        var strength = reason switch
        {
            "BackOff" => Consequence,
            _ when Consequences().IsMatch(message) => Consequence,
            "Unhealthy" => OfAProbe,
            _ => Warned,
        };
        return CountOf(e) >= Often ? strength + OverAndOver : strength;
    }

    private double Loss(Corev1Event e, ResourceRef about)
    {
        var at = ClusterSnapshot.TimeOf(e);
        var age = snapshot.Now - at;
        if (well.IsGone(about))
            return Gone;
        if (well.IsWell(about))
        {
            // A pod that is ready got over whatever kept it from starting; a probe may fail again.
            if (well.WellSince(about) > at || about.Kind == "Pod" && e.Reason != "Unhealthy")
                return Recovered;
            if (age > Over)
                return ProbablyOver;
            if (at is null)
                return Undated;
            return CountOf(e) < Often ? Passing : 0;
        }
        if (age > TimeSpan.FromDays(1))
            return VeryOld;
        return age > TimeSpan.FromHours(1) ? Old : 0;
    }

    /// <summary>The container that the event's field path names, or null.</summary>
    private static string? ContainerOf(Corev1Event e) =>
        FieldPath().Match(e.InvolvedObject?.FieldPath ?? "") is { Success: true } match ? match.Groups[1].Value : null;

    [GeneratedRegex(@"^spec\.(?:initContainers|containers|ephemeralContainers)\{([^}]{1,80})\}$")]
    private static partial Regex FieldPath();

    [GeneratedRegex(
        "^(?:NodeHas(?:Disk|Memory|PID)Pressure|NodeHasInsufficient\\w*|NodeNotReady|NodeNotSchedulable|Evicted"
            + "|TaintManagerEviction|SandboxChanged|SystemOOM|OOMKilling|Rebooted|Preempted|WaitForPodScheduled)$"
    )]
    private static partial Regex AbnormalReason();

    /// <summary>Reasons of failures, for events whose type was not pasted.</summary>
    [GeneratedRegex(@"Fail|Error|BackOff|Unhealthy|Evict|OOM|Insufficient|Invalid|Exceeded|Conflict|NotReady|Denied")]
    private static partial Regex FailureReason();

    [GeneratedRegex(@"failed (?:startup|liveness|readiness) probe|\bNodeHas\w+Pressure\b")]
    private static partial Regex Ends();

    /// <summary>Messages that repeat a consequence and tell no reason.</summary>
    [GeneratedRegex("^(?:Error: (?:ImagePullBackOff|ErrImagePull|CrashLoopBackOff|ErrImageNeverPull)|Back-off )")]
    private static partial Regex Consequences();

    [GeneratedRegex("(?:[Ss]tartup|[Ll]iveness|[Rr]eadiness) probe")]
    private static partial Regex Probe();
}
