using k8s.Models;
using MetaKube.Cluster.Logs;
using MetaKube.Cluster.Objects;
using MetaKube.Faults;
using MetaKube.Model;

namespace MetaKube.Cluster.Inspectors;

/// <summary>
/// Reads the tails of the logs of containers. An error in the log of a container that works counts only if it repeats,
/// so that old errors and noise do not win.
/// </summary>
internal sealed class LogInspector : IInspector
{
    private const int FailingTail = 80,
        HealthyTail = 30,
        PastedTail = 200,
        Repeats = 3;

    /// <summary>Later lines say more: a match loses this share of its weight for each line that follows it.</summary>
    private const double LossPerLine = 0.002;

    /// <summary>Lines that are farther from the end weigh as those at this distance.</summary>
    private const int FarBack = 200;

    private const int LongestQuote = 300;

    /// <summary>Lines of all logs together that are judged. The signals show what the other lines say.</summary>
    private const int MostLines = 10_000;

    /// <summary>An error that is older than this at the end of the run rarely ended it.</summary>
    private static readonly TimeSpan Recent = TimeSpan.FromMinutes(10);

    /// <summary>
    /// A line that the program writes this often is routine, unless it is one of its last. Old and routine lines weigh
    /// less by these factors.
    /// </summary>
    private const int Routine = 5,
        LastLines = 5;

    private const double OldFactor = 0.6,
        RoutineFactor = 0.7,
        HealthyFactor = 0.8;

    /// <summary>A crash of this weight is known by more than its stack trace.</summary>
    private const double SpecificCrash = 0.8;

    /// <summary>
    /// A line that only follows from the error before it, and a line that the program itself calls a warning or less,
    /// rarely name the reason why a run ended.
    /// </summary>
    private const double OvercomeFactor = 0.6,
        ConsequenceFactor = 0.5,
        MildFactor = 0.85;

    /// <summary>Errors of a program that works say little about a namespace where something else does not.</summary>
    private const double BystanderFactor = 0.65;

    private static readonly MessagePattern Consequence = new(
        @"\bnpm (ERR!|error)|npm-debug\.log|/\.npm/_logs|hs_err_pid|core dump|shutting down|graceful shutdown"
            + @"|broken pipe|context canceled|write EPIPE|error while (closing|stopping)",
        null,
        ""
    );

    private static readonly MessagePattern Mild = new(
        @"^\W{0,3}(?-i:(\d[\d:.,TZ /-]*\s)?\W?(WARN|WARNING|INFO|DEBUG|NOTICE|TRACE)\b)|\blevel=(warn|info|debug)",
        null,
        ""
    );

    private static readonly MessagePattern Started = new(
        @"\bstarted \S+ in [\d.]+ ?s|\b(listening|serving|started) (on|at) |ready (to accept|for) connections"
            + @"|\bstart(ed|up) (is )?complete|\bserver (is )?(up|started|ready|running)\b",
        null,
        ""
    );

    private static bool IsConsequence(LogEntry entry) => Consequence.Match(entry.Texts.First()) is not null;

    private static bool IsMild(LogEntry entry) => Mild.Match(entry.Texts.First()) is not null;

    private static readonly MessagePattern AnyError = new(
        @"(?-i:\b(ERROR|Error|CRITICAL|SEVERE|FATAL)\b)|\blevel=(error|fatal)\b"
            + @"|""level"":\s*""(error|fatal)""|\bHTTP[/ ][\d. ]*5\d\d\b",
        ApplicationFaults.ErrorRate,
        "the program runs and logs errors",
        0.6
    );

    public InspectionResult Inspect(InspectionContext context)
    {
        var findings = new List<Finding>();
        var edges = new List<TopologyEdge>();
        var lines = 0;
        foreach (var (pod, status) in LoggingFirst(context))
        {
            if (lines > MostLines)
                break;
            lines +=
                context.LogOf(pod, status.Name, previous: false).Count
                + context.LogOf(pod, status.Name, previous: true).Count;
            findings.AddRange(
                new Container(context, pod, status, edges)
                    .Findings()
                    .GroupBy(finding => (finding.Fault, finding.Resource, finding.Summary))
                    .Select(group => group.MaxBy(finding => finding.Weight)!)
            );
        }
        findings.AddRange(context.Pods.SelectMany(pod => SaidByProbe(context, pod, edges)));
        foreach (var log in context.Snapshot.UnplacedLogs)
            findings.AddRange(Unplaced(context, log, edges));
        return new(findings, edges);
    }

    /// <summary>The containers of pods that have a log, those that are not ready first.</summary>
    private static IEnumerable<(V1Pod Pod, V1ContainerStatus Status)> LoggingFirst(InspectionContext context)
    {
        var logging = context.Snapshot.Logs.Keys.Select(log => (log.Namespace, log.Pod)).ToHashSet();
        return context
            .Pods.Where(pod => logging.Contains((pod.Metadata.NamespaceProperty, pod.Metadata.Name)))
            .SelectMany(pod => PodState.Containers(pod).Select(status => (pod, status)))
            .OrderBy(container => container.status.Ready);
    }

    /// <summary>A probe that runs a client of the server repeats the server's own words.</summary>
    private static IEnumerable<Finding> SaidByProbe(InspectionContext context, V1Pod pod, List<TopologyEdge> edges)
    {
        if (
            context.LatestEvent(InspectionContext.Ref(pod), e => e.Reason == "Unhealthy") is not { } failed
            || PodState.IsReady(pod) && context.Snapshot.Now - ClusterSnapshot.TimeOf(failed) > Recent
        )
            return [];
        var name = pod.Spec?.Containers?.FirstOrDefault()?.Name ?? "";
        var databases = new DatabaseErrors(context, pod, name, "event Unhealthy");
        var finding = databases.Judge(failed.Message ?? "");
        edges.AddRange(databases.Edges);
        return finding is null ? [] : [finding with { At = ClusterSnapshot.TimeOf(failed) }];
    }

    /// <summary>
    /// A log whose container is not known is judged as one of a program that fails, because somebody pasted it. It
    /// bears on whatever was asked about.
    /// </summary>
    private static List<Finding> Unplaced(InspectionContext context, UnplacedLog log, List<TopologyEdge> edges)
    {
        var status = new V1ContainerStatus
        {
            Name = log.Container,
            State = log.Previous ? new() { Waiting = new() { Reason = "Unknown" } } : new() { Running = new() },
        };
        var found = new List<TopologyEdge>();
        var pod = InspectionContext.Ref(log.Pod);
        var findings = new Container(context, log.Pod, status, found)
            .Findings()
            .GroupBy(finding => (finding.Fault, finding.Summary))
            .Select(group => group.MaxBy(finding => finding.Weight)!)
            .Select(finding => finding.Resource.Object == pod ? finding with { Resource = log.Owner } : finding)
            .ToList();
        edges.AddRange(found.Select(edge => edge.From == pod ? edge with { From = log.Owner.Object } : edge));
        if (findings.Count > 0 && context.Target is { } asked && asked != log.Owner.Object)
            edges.Add(new(asked, log.Owner.Object, Relation.DependsOn));
        return findings;
    }

    /// <summary>The logs of one container; edges that its lines show are added to <paramref name="edges"/>.</summary>
    private sealed class Container(
        InspectionContext context,
        V1Pod pod,
        V1ContainerStatus status,
        List<TopologyEdge> edges
    )
    {
        private bool IsRunning => status.State?.Running is not null;

        private bool HasFailed => !status.Ready || status.State?.Terminated is not null;

        private bool RestartedLately =>
            context.Since(status.LastState?.Terminated?.FinishedAt) is { } age
            && age < Recent
            && status.LastState?.Terminated?.ExitCode != 0;

        /// <summary>The container is started again and again, although it ends with success.</summary>
        private bool ShouldRunOn =>
            status.RestartCount > 0
            && status.State?.Running is null
            && pod.Spec?.RestartPolicy is null or "Always"
            && InspectionContext.Ref(pod) is var self
            && context.Topology.Controller(self).Kind is not ("Job" or "CronJob");

        public List<Finding> Findings()
        {
            // After a restart the reason is in the log of the previous run.
            var hasPrevious = IsRunning && status.RestartCount > 0;
            var findings = new List<Finding>();
            if (hasPrevious)
                findings.AddRange(Read(previous: true, HasFailed || RestartedLately));
            // The run that failed may be gone already, and this one about to end the same way.
            var isLost = hasPrevious && RestartedLately && context.LogOf(pod, status.Name, previous: true).Count == 0;
            if (!hasPrevious || !status.Ready || findings.Count == 0)
                findings.AddRange(Read(previous: false, HasFailed || isLost));
            // The container may have restarted after its pod was listed.
            if (!hasPrevious && HasFailed && findings.Count == 0)
                findings.AddRange(Read(previous: true, HasFailed));
            return findings;
        }

        /// <param name="previous">Reads the log of the previous run.</param>
        /// <param name="failed">The run failed: then one error is enough, and an older one counts too.</param>
        private List<Finding> Read(bool previous, bool failed)
        {
            var lines = context.LogOf(pod, status.Name, previous);
            var ended = EndOf(previous);
            // A container that succeeded did its work, whatever it wrote, unless it should not have ended.
            if (lines.Count == 0 || ended is { ExitCode: 0 } && !ShouldRunOn)
                return [];
            var entries = LogEntry.Split(lines);
            var end = ClusterSnapshot.Utc(ended?.FinishedAt) ?? context.Snapshot.Now;
            // An old error of a program that works is over; a program that fails may have hung since.
            var tail = entries.TakeLast(Tail(failed)).Where(entry => failed || !(end - entry.At > Recent)).ToList();
            var judge = new LogLineJudge(context, pod, status.Name, previous ? "log of the previous run" : "log");
            var matches = Latest(
                tail.Select((entry, i) => (Entry: entry, Finding: Judge(judge, entry), After: tail.Count - 1 - i))
                    .Concat(failed ? Earlier(judge, previous) : []),
                failed ? 1 : Repeats
            );
            edges.AddRange(judge.Edges);
            DropConsequences(matches, match => match.Entry);
            if (matches.Count == 0)
                return failed ? [] : RepeatedErrors(judge, tail);
            var templates = new LogTemplates(entries);
            var beforeStart = BeforeStart(entries, previous);
            double Factor(LogEntry entry, int after) =>
                (failed ? 1 : HealthyFactor)
                * (1 - LossPerLine * Math.Min(after, FarBack))
                * (end - entry.At > Recent ? OldFactor : 1)
                * (after >= LastLines && templates.Like(entry).Count >= Routine ? RoutineFactor : 1)
                * (beforeStart.Contains(entry) ? OvercomeFactor : 1)
                * (IsConsequence(entry) ? ConsequenceFactor : 1)
                * (failed && IsMild(entry) ? MildFactor : 1);
            return matches.ConvertAll(match =>
                match.Finding! with
                {
                    Weight = match.Finding!.Weight * Factor(match.Entry, match.After),
                    At = match.Entry.At ?? ClusterSnapshot.Utc(ended?.FinishedAt),
                }
            );
        }

        /// <summary>What only follows from another error of the run is no finding beside it.</summary>
        private static void DropConsequences<T>(List<T> matches, Func<T, LogEntry> entryOf)
        {
            if (matches.Exists(match => !IsConsequence(entryOf(match))))
                matches.RemoveAll(match => IsConsequence(entryOf(match)));
        }

        /// <summary>The latest match of each finding that occurs often enough.</summary>
        private static List<(LogEntry Entry, Finding? Finding, int After)> Latest(
            IEnumerable<(LogEntry Entry, Finding? Finding, int After)> matches,
            int repeats
        ) =>
            [
                .. matches
                    .Where(match => match.Finding is not null)
                    .GroupBy(match => (match.Finding!.Fault, match.Finding.Summary))
                    .Where(group => group.Count() >= repeats)
                    .Select(group => group.MinBy(match => match.After)),
            ];

        /// <summary>
        /// The entries that a run wrote before it had started and become ready: it overcame their errors.
        /// </summary>
        private HashSet<LogEntry> BeforeStart(IReadOnlyList<LogEntry> entries, bool previous)
        {
            var started = previous || !status.Ready ? 0 : entries.Count;
            while (started > 0 && Started.Match(entries[started - 1].Texts.First()) is null)
                started--;
            return entries.Take(started).ToHashSet<LogEntry>(ReferenceEqualityComparer.Instance);
        }

        /// <summary>The lines of a long log before its tail that look like errors.</summary>
        private IEnumerable<(LogEntry Entry, Finding? Finding, int After)> Earlier(LogLineJudge judge, bool previous) =>
            from line in context.EarlierOf(pod, status.Name, previous)
            from entry in LogEntry.Split(line.Text.Split('\n'))
            select (entry, Judge(judge, entry), line.LinesToEnd);

        /// <summary>Of pasted text, what somebody chose to paste.</summary>
        private int Tail(bool failed)
        {
            if (context.Snapshot.Pasted is not null)
                return PastedTail;
            return failed ? FailingTail : HealthyTail;
        }

        /// <summary>The end of the run that wrote the log; null for a run that goes on.</summary>
        private V1ContainerStateTerminated? EndOf(bool previous)
        {
            if (previous && IsRunning)
                return status.LastState?.Terminated;
            return status.State?.Terminated
                ?? (status.State?.Waiting is not null ? status.LastState?.Terminated : null);
        }

        private List<Finding> RepeatedErrors(LogLineJudge judge, List<LogEntry> tail)
        {
            var errors = tail.Where(entry => entry.Texts.Any(line => AnyError.Match(line) is not null)).ToList();
            if (errors.Count < Repeats + 2)
                return [];
            var quote = QuoteOf(errors[^1], errors[^1].Lines[0]);
            var finding = AnyError.Find(judge.Resource, judge.Source, quote, new Dictionary<string, string>());
            return [finding with { Weight = finding.Weight * (context.Target is null ? BystanderFactor : 1) }];
        }

        /// <summary>
        /// The strongest finding of any line of an entry. A stack trace that no rule knows is judged by its innermost
        /// exception.
        /// </summary>
        private static Finding? Judge(LogLineJudge judge, LogEntry entry)
        {
            var texts = entry.Texts.ToList();
            var judged = texts
                .Select((text, i) => (Finding: judge.Judge(text), Index: i))
                .Where(line => line.Finding is not null)
                .OrderByDescending(line => line.Finding!.Weight)
                .FirstOrDefault();
            if (judged.Finding is null or { Fault: ApplicationFaults.Crash or NetworkFaults.DependencyDown })
                if (texts.Count > 1 && judge.JudgeTrace(texts) is { } refused)
                    return refused;
            if (judged.Finding is not { } finding)
                return texts[0].Contains("Traceback (most recent", StringComparison.Ordinal)
                    ? judge.Crash(entry.Root)
                    : null;
            if (finding.Fault == ApplicationFaults.Crash && texts.Count > 1 && finding.Weight < SpecificCrash)
                return judge.Crash(entry.Root) with { Quote = QuoteOf(entry, entry.Root) };
            return finding with
            {
                Quote = QuoteOf(entry, entry.Lines[Math.Min(judged.Index, entry.Lines.Count - 1)]),
            };
        }

        /// <summary>A short stack trace as a whole; of a long one the line that decides.</summary>
        private static string QuoteOf(LogEntry entry, string decisive) =>
            entry.Quote.Length <= LongestQuote ? entry.Quote : decisive;
    }
}
