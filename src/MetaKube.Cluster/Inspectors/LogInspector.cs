using System;
using System.Text.RegularExpressions;
using k8s.Models;
using MetaKube.Cluster.Logs;
using MetaKube.Cluster.Objects;
using MetaKube.Cluster.Redaction;
using MetaKube.Model;

namespace MetaKube.Cluster.Inspectors;

/// <summary>
/// Reads the ends of the logs of containers that fail. An error in the log of a container that works is believed only
/// if it repeats: old errors and
/// noise must not win.
/// </summary>
internal sealed class LogInspector : IInspector
{
    private const int FailingTail = 80,
        HealthyTail = 30,
        Repeats = 3;

    /// <summary>
    /// The last line tells most: a match loses this share of its weight for each line that follows it.
    /// </summary>
    private const double PerLine = 0.002;

    private const int LongestQuote = 300;

    /// <summary>An error older than this, counted back from the end of the run, is hardly what ended it.</summary>
    private static readonly TimeSpan Recent = TimeSpan.FromMinutes(10);

    /// <summary>
    /// What the program writes this often is routine, unless it is among its last words; both weigh so much less.
    /// </summary>
    private const int Routine = 5,
        LastWords = 5;

    private const double Old = 0.6,
        Noise = 0.7;

    private static readonly MessagePattern AnyError = new(
        @"(?-i:\b(ERROR|Error|CRITICAL|SEVERE|FATAL)\b)|\blevel=(error|fatal)\b|""level"":\s*""(error|fatal)""|\bHTTP[/ ][\d. ]*5\d\d\b",
        "application.error-rate",
        "the program runs and logs errors",
        0.6
    );

    public IEnumerable<Finding> Inspect(Examination x)
    {
        foreach (var pod in x.Pods)
            foreach (var state in ContainerInspector.States(pod))
            {
                // After a restart the reason is in the log of the run before.
                var failed = state is { Ready: false } || state.State?.Terminated is not null;
                var previous = state.State?.Running is not null && state.RestartCount > 0;
                var findings = new List<Finding>();
                if (previous)
                    findings.AddRange(Read(x, pod, state, previous: true, failed || RestartedLately(x, state)));
                // The run that failed may be gone already, and this one about to end the same way.
                var lost = previous && RestartedLately(x, state) && x.LogOf(pod, state.Name, previous: true).Count == 0;
                if (!previous || !state.Ready || findings.Count == 0)
                    findings.AddRange(Read(x, pod, state, previous: false, failed || lost));
                // It may have started again since its pod was listed.
                if (!previous && failed && findings.Count == 0)
                    findings.AddRange(Read(x, pod, state, previous: true, failed));
                foreach (
                    var finding in findings
                        .GroupBy(finding => (finding.Fault, finding.Resource, finding.Summary))
                        .Select(group => group.MaxBy(finding => finding.Weight)!)
                )
                    yield return finding;
            }
    }

    private static bool RestartedLately(Examination x, V1ContainerStatus state) =>
        x.Since(state.LastState?.Terminated?.FinishedAt) is { } age
        && age < TimeSpan.FromMinutes(10)
        && state.LastState?.Terminated?.ExitCode != 0;

    private static IEnumerable<Finding> Read(
        Examination x,
        V1Pod pod,
        V1ContainerStatus state,
        bool previous,
        bool failed
    )
    {
        var lines = x.LogOf(pod, state.Name, previous);
        if (lines.Count == 0)
            return [];
        var ended =
            previous && state.State?.Running is not null
                ? state.LastState?.Terminated
                : state.State?.Terminated ?? (state.State?.Waiting is not null ? state.LastState?.Terminated : null);
        // A container that ended with success did what it had to, whatever it wrote; one killed from outside did not
        // end by what it wrote.
        if (ended is { ExitCode: 0 })
            return [];
        var entries = LogEntry.Split(lines);
        var templates = new LogTemplates(entries);
        var reference = ClusterSnapshot.Utc(ended?.FinishedAt) ?? x.Snapshot.Now;
        // What a program that works wrote long ago is over; one that fails may have hung since.
        var tail = entries
            .TakeLast(failed ? FailingTail : HealthyTail)
            .Where(entry => failed || !(reference - entry.At > Recent))
            .ToList();
        var context = new Line(x, pod, state.Name, previous ? "log of the previous run" : "log");
        var found = tail.Select((entry, i) => (Entry: entry, Finding: Judge(context, entry), After: tail.Count - 1 - i))
            .Where(match => match.Finding is not null)
            .GroupBy(match => (match.Finding!.Fault, match.Finding.Summary))
            .Where(group => failed || group.Count() >= Repeats)
            .Select(group => group.MinBy(match => match.After))
            .Select(match =>
                match.Finding! with
                {
                    Weight =
                        match.Finding!.Weight
                        * (failed ? 1 : 0.8)
                        * (1 - PerLine * match.After)
                        * (reference - match.Entry.At > Recent ? Old : 1)
                        * (match.After >= LastWords && templates.Like(match.Entry).Count >= Routine ? Noise : 1),
                    At = match.Entry.At ?? ClusterSnapshot.Utc(ended?.FinishedAt),
                }
            )
            .ToList();
        if (
            found.Count == 0
            && !failed
            && tail.Where(entry => entry.Texts.Any(line => AnyError.Match(line) is not null)).ToList()
                is { Count: >= Repeats + 2 } errors
        )
            found.Add(
                AnyError.Find(
                    context.Resource,
                    context.Source,
                    QuoteOf(errors[^1], errors[^1].Lines[0]),
                    new Dictionary<string, string>()
                )
            );
        return found;
    }

    /// <summary>The sharpest that any line of an entry tells: of a stack trace mostly its last cause.</summary>
    private static Finding? Judge(Line context, LogEntry entry)
    {
        var judged = entry
            .Texts.Select((text, i) => (Finding: Judge(context, text), Index: i))
            .Where(line => line.Finding is not null)
            .OrderByDescending(line => line.Finding!.Weight)
            .FirstOrDefault();
        return judged.Finding is null
            ? null
            : judged.Finding with
            {
                Quote = QuoteOf(entry, entry.Lines[Math.Min(judged.Index, entry.Lines.Count - 1)]),
            };
    }

    /// <summary>A short stack trace as a whole, of a long one the line that decides.</summary>
    private static string QuoteOf(LogEntry entry, string decisive) =>
        entry.Quote.Length <= LongestQuote ? entry.Quote : decisive;

    private sealed record Line(Examination X, V1Pod Pod, string Container, string Source)
    {
        public ResourceRef Resource => Examination.Ref(Pod, Container);
    }

    private static Finding? Judge(Line line, string text)
    {
        if (Dependencies.Judge(line.X, line.Pod, line.Container, line.Source, text) is { } dependency)
            return dependency;
        if (MessagePattern.First(LogPatterns.All, text) is not { } known)
            return RefusedSetting(line, text);
        if (known.Message.Fault == "application.crash" && RefusedSetting(line, text) is { } refused)
            return refused;
        var finding = known.Message.Find(line.Resource, line.Source, text, known.Facts);
        return finding.Fault switch
        {
            "config.missing-env" or "config.bad-value" when finding.Facts.TryGetValue("variable", out var variable) =>
                Setting(line, finding, variable),
            "config.invalid-file" when finding.Facts.TryGetValue("file", out var file) => File(line, finding, file),
            "resource.volume-full" => Full(line, finding),
            "application.crash" => finding with
            {
                Summary = $"the program fails by an error of its own: {Short(text)}",
            },
            null when finding.Facts.TryGetValue("path", out var path) => Absent(line, finding, path),
            _ => finding,
        };
    }

    /// <summary>
    /// "X is required" while the spec sets X, and "X is invalid" while it does not, mean the other fault.
    /// </summary>
    private static Finding Setting(Line line, Finding finding, string variable)
    {
        var container = Container(line);
        var set = container?.Env?.FirstOrDefault(v => v.Name == variable);
        var map = (container?.EnvFrom ?? [])
            .Select(from => from.ConfigMapRef?.Name)
            .Append(set?.ValueFrom?.ConfigMapKeyRef?.Name)
            .OfType<string>()
            .FirstOrDefault(name =>
                line.X.Snapshot.Find<V1ConfigMap>(line.Resource.Namespace, name)?.Data is { } data
                && (data.ContainsKey(variable) || set is not null)
            );
        var isSet =
            map is not null || set is not null && (set.ValueFrom is not null || !string.IsNullOrEmpty(set.Value));
        var value =
            set?.Value is { Length: > 0 } plain && !Redactor.IsCredentialName(variable) ? $" (\"{plain}\")" : "";
        return isSet
                ? finding with
                {
                    Fault = "config.bad-value",
                    Summary = $"setting {variable}{value} has a value that the program refuses",
                    Weight = 0.88,
                    Facts = map is null
                        ? finding.Facts
                        : new Dictionary<string, string>(finding.Facts) { ["configmap"] = map },
                    About = map is null ? null : new("ConfigMap", line.Resource.Namespace, map),
                    AboutSays = $"holds {variable}",
                }
            : finding.Fault == "config.missing-env" ? finding
            : finding with { Weight = 0.78 };
    }

    /// <summary>A line that complains, and names a variable that this very container has.</summary>
    private static Finding? RefusedSetting(Line line, string text)
    {
        if (Complaint.Match(text) is null || Container(line) is not { } container)
            return null;
        var names = (container.Env ?? [])
            .Select(variable => variable.Name)
            .Concat(
                (container.EnvFrom ?? []).SelectMany(from =>
                    line.X.Snapshot.Find<V1ConfigMap>(line.Resource.Namespace, from.ConfigMapRef?.Name)?.Data?.Keys
                    ?? []
                )
            );
        var named =
            names.Where(name => name.Length >= 3).FirstOrDefault(name => Word(name).IsMatch(text))
            // Programs also quote the value alone: "invalid literal for int() with base 10: 'four'".
            ?? container
                .Env?.FirstOrDefault(variable =>
                    variable.Value is { Length: >= 2 and < 100 } value && Quoted(value).IsMatch(text)
                )
                ?.Name;
        return named is not null
            ? Setting(
                line,
                Complaint.Find(
                    line.Resource,
                    line.Source,
                    text,
                    new Dictionary<string, string> { ["variable"] = named }
                ),
                named
            )
            : null;
    }

    private static Regex Quoted(string value) =>
        new($"""['"`]{Regex.Escape(value)}['"`]""", RegexOptions.CultureInvariant);

    private static readonly MessagePattern Complaint = new(
        @"\b(invalid|malformed|not a|must be|cannot (be )?(parse|convert|use)|could not (parse|convert)|unsupported|unexpected value|out of range|illegal|bad value|wrong)\b",
        "config.bad-value",
        "setting {variable} has a value that the program refuses",
        0.88
    );

    private static Regex Word(string name) =>
        new($@"(?<![A-Za-z0-9_]){Regex.Escape(name)}(?![A-Za-z0-9_])", RegexOptions.CultureInvariant);

    private static Finding File(Line line, Finding finding, string file)
    {
        var mount = MountOf(line, file);
        if (mount?.Volume.ConfigMap is not { } map)
            return finding;
        return finding with
        {
            Weight = 0.92,
            Facts = new Dictionary<string, string>(finding.Facts) { ["configmap"] = map.Name },
            About = new("ConfigMap", line.Resource.Namespace, map.Name),
            AboutSays = $"holds {file}, which does not parse",
        };
    }

    private static Finding Full(Line line, Finding finding)
    {
        var claims = (line.Pod.Spec.Volumes ?? [])
            .Select(volume => volume.PersistentVolumeClaim?.ClaimName)
            .OfType<string>()
            .ToList();
        if (claims.Count != 1)
            return finding;
        var facts = new Dictionary<string, string> { ["claim"] = claims[0] };
        var spec = line.X.Snapshot.Find<V1PersistentVolumeClaim>(line.Resource.Namespace, claims[0])?.Spec;
        var asked = spec?.Resources?.Requests;
        if (
            line.X.Snapshot.Find<V1StorageClass>(null, spec?.StorageClassName)?.AllowVolumeExpansion == true
            && asked?.TryGetValue("storage", out var size) == true
            && Quantity.Twice(size, isMemory: true) is { } more
        )
            facts["more"] = more;
        return finding with { Facts = facts };
    }

    /// <summary>
    /// A file that is not there, below a mounted folder: the mount hides it. Elsewhere it is the command's.
    /// </summary>
    private static Finding? Absent(Line line, Finding finding, string path)
    {
        if (MountOf(line, path) is { } mount)
            return finding with
            {
                Fault = "config.volume-mount-wrong",
                Summary = $"file {path} is not there: volume {mount.Volume.Name} is mounted over {mount.Path}",
                Weight = 0.9,
            };
        var command = Container(line) is { } c ? string.Join(' ', (c.Command ?? []).Concat(c.Args ?? [])) : "";
        return command.Contains(path, StringComparison.Ordinal)
            ? finding with
            {
                Fault = "config.bad-command",
                Summary = $"the command names {path}, which is not there",
                Weight = 0.82,
            }
            : null;
    }

    private static (V1Volume Volume, string Path)? MountOf(Line line, string file)
    {
        var mount = (Container(line)?.VolumeMounts ?? [])
            .Where(m =>
                file == m.MountPath || file.StartsWith(m.MountPath.TrimEnd('/') + "/", StringComparison.Ordinal)
            )
            .MaxBy(m => m.MountPath.Length);
        var volume = mount is null ? null : line.Pod.Spec.Volumes?.FirstOrDefault(v => v.Name == mount.Name);
        return volume is null ? null : (volume, mount!.MountPath);
    }

    private static string Short(string text) => text.Length <= 120 ? text : $"{text[..119]}…";

    private static V1Container? Container(Line line) =>
        PodReferences.Containers(line.Pod.Spec).FirstOrDefault(c => c.Name == line.Container);
}
