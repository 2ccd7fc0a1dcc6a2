using System.Text.Json;
using System.Text.RegularExpressions;
using MetaKube.Cluster.Objects;

namespace MetaKube.Cluster.Text;

/// <summary>
/// The logs of a block of text: by its command, and by what <c>kubectl logs --prefix</c>, stern, container runtimes
/// and cloud logging put before or around each line.
/// </summary>
internal static partial class LogWrappers
{
    /// <summary>The share of lines that have to have a prefix for it to be one.</summary>
    private const double Most = 0.7;

    public static IEnumerable<PastedLog> Read(PastedBlock block, string from)
    {
        var plain = Named(block, from);
        var lines = block.Lines.Where(line => line.Trim().Length > 0).ToList();
        foreach (var prefix in (Regex[])[KubectlPrefix(), Stern()])
            if (lines.Count(line => prefix.IsMatch(line)) >= Math.Max(1, lines.Count * Most))
                return Grouped(lines, prefix, plain);
        if (lines.Count(line => RuntimePrefix().IsMatch(line)) >= Math.Max(1, lines.Count * Most))
            return
            [
                plain with
                {
                    Text = string.Join('\n', block.Lines.Select(line => RuntimePrefix().Replace(line, ""))),
                },
            ];
        return
            lines.Count > 0
            && lines.TrueForAll(line => line[0] == '{')
            && CloudEntries(lines, plain) is { Count: > 0 } entries
            ? entries
            : [plain with { Text = string.Join('\n', block.Lines.Select(WithoutTimestamp)) }];
    }

    /// <summary>The log as its command names it: "kubectl -n shop logs web-0 -c app --previous".</summary>
    private static PastedLog Named(PastedBlock block, string from)
    {
        var log = new PastedLog("", block.Command?.Namespace, null, null, block.Command?.Container, from);
        if (block.Command is not { } command)
            return log;
        if (!command.IsLogs)
            return log with { IsOutput = true };
        log = log with { Previous = command.Previous };
        if (!command.IsKubectl || command.Words is not [var first, ..])
            return log with { Container = log.Container ?? command.Words.FirstOrDefault() };
        var container = log.Container ?? command.Words.ElementAtOrDefault(1);
        if (first.Split('/') is not [var kind, var name])
            return log with { Pod = first, Container = container };
        return ResourceKind.Named(kind)?.Kind is null or "Pod"
            ? log with
            {
                Pod = name,
                Container = container,
            }
            : log with
            {
                Workload = $"{ResourceKind.Named(kind)!.Kind}/{name}",
                Container = container,
            };
    }

    private static IEnumerable<PastedLog> Grouped(List<string> lines, Regex prefix, PastedLog plain) =>
        lines
            .Select(line => (Line: line, Match: prefix.Match(line)))
            .Where(item => item.Match.Success)
            .GroupBy(item => (Pod: item.Match.Groups["pod"].Value, Container: item.Match.Groups["container"].Value))
            .Select(group =>
                plain with
                {
                    Pod = group.Key.Pod,
                    Workload = null,
                    Container = group.Key.Container.Length > 0 ? group.Key.Container : plain.Container,
                    IsOutput = false,
                    Text = string.Join('\n', group.Select(item => item.Line[item.Match.Length..])),
                }
            );

    /// <summary>Entries of a cloud's log, which carry the pod in their resource's labels.</summary>
    private static List<PastedLog> CloudEntries(List<string> lines, PastedLog plain)
    {
        var entries = new List<(string Ns, string Pod, string Container, string Text)>();
        foreach (var line in lines)
        {
            if (!line.Contains("pod_name", StringComparison.Ordinal))
                return [];
            if (CloudEntry(line) is not { } entry)
                return [];
            entries.Add(entry);
        }
        return
        [
            .. entries
                .GroupBy(entry => (entry.Ns, entry.Pod, entry.Container))
                .Select(group =>
                    plain with
                    {
                        Namespace = Told(group.Key.Ns) ?? plain.Namespace,
                        Pod = group.Key.Pod,
                        Container = Told(group.Key.Container) ?? plain.Container,
                        IsOutput = false,
                        Text = string.Join('\n', group.Select(entry => entry.Text)),
                    }
                ),
        ];
    }

    private static (string Ns, string Pod, string Container, string Text)? CloudEntry(string line)
    {
        try
        {
            using var document = JsonDocument.Parse(line);
            var root = document.RootElement;
            var labels = root.GetProperty("resource").GetProperty("labels");
            string Label(string name) => labels.TryGetProperty(name, out var value) ? value.ToString() : "";
            var text =
                root.TryGetProperty("textPayload", out var payload) || root.TryGetProperty("jsonPayload", out payload)
                    ? payload.ToString()
                    : line;
            return (Label("namespace_name"), Label("pod_name"), Label("container_name"), text.TrimEnd());
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return null;
        }
    }

    private static string? Told(string text) => text.Length > 0 ? text : null;

    /// <summary>A timestamp before a line of JSON hides that it is one.</summary>
    private static string WithoutTimestamp(string line) =>
        BeforeJson().Match(line) is { Success: true } stamp ? line[stamp.Length..] : line;

    // "[pod/web-5c9d8-x2x4z/app] line"
    [GeneratedRegex(@"^\[pod/(?<pod>[^/\]]+)/(?<container>[^\]]+)\] ?")]
    private static partial Regex KubectlPrefix();

    // "web-5c9d8f7b6d-x2x4z app line", "web-5c9d8f7b6d-x2x4z › app line"
    [GeneratedRegex(
        @"^(?<pod>[a-z0-9][a-z0-9.-]*-(?:[a-f0-9]{8,10}-[a-z0-9]{5}|[bcdfghjklmnpqrstvwxz2456789]{5}|\d{1,3})) "
            + @"(?:› )?(?<container>[a-z0-9][a-z0-9-]*) "
    )]
    private static partial Regex Stern();

    // "2026-01-01T10:00:00.000000000Z stderr F line"
    [GeneratedRegex(@"^\d{4}-\d{2}-\d{2}T\S+ (?:stdout|stderr) [FP] ")]
    private static partial Regex RuntimePrefix();

    [GeneratedRegex(@"^\d{4}-\d{2}-\d{2}T[\d:.,]+(?:Z|[+-]\d{2}:?\d{2}) (?=\{)")]
    private static partial Regex BeforeJson();
}
