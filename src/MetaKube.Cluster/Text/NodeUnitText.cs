using System.Text.RegularExpressions;
using MetaKube.Cluster.Objects;

namespace MetaKube.Cluster.Text;

/// <summary>Reads the output of systemctl status, and systemd's journal, about services of nodes.</summary>
internal static partial class NodeUnitText
{
    /// <summary>So many restarts in a journal without a state mean that the service does not stay up.</summary>
    private const int ManyRestarts = 3;

    private const int MostErrors = 20;

    /// <summary>Takes the services out of a text, adds them to the snapshot, and returns the other lines.</summary>
    public static string Take(ClusterSnapshot snapshot, string text)
    {
        if (!MayHold(text))
            return text;
        var rest = new List<string>();
        var blocks = new List<Block>();
        Block? open = null;
        string? host = null;
        foreach (var line in text.ReplaceLineEndings("\n").Split('\n'))
        {
            if (Prompt().Match(line) is { Success: true } prompt)
            {
                host = prompt.Groups["host"] is { Success: true } named ? named.Value : null;
                open = null;
                continue;
            }
            if (Header().Match(line) is { Success: true } header)
            {
                blocks.Add(open = new(header.Groups["unit"].Value, host));
                continue;
            }
            if (Journal().Match(line) is { Success: true } entry && BlockOf(entry, open, blocks) is { } block)
            {
                block.Add(entry);
                continue;
            }
            if (open is not null && (line.Length == 0 || char.IsWhiteSpace(line[0])))
            {
                open.AddField(line);
                continue;
            }
            (open, host) = (null, line.Length == 0 ? host : null);
            rest.Add(line);
        }
        snapshot.NodeUnits.AddRange(blocks.Select(block => block.Result()).OfType<NodeUnit>());
        return string.Join('\n', rest);
    }

    private static bool MayHold(string text) =>
        text.Contains("systemctl", StringComparison.Ordinal)
        || text.Contains("systemd[1]:", StringComparison.Ordinal)
        || text.Contains(".service - ", StringComparison.Ordinal)
        || text.Contains("kubelet[", StringComparison.Ordinal);

    /// <summary>The block that a journal line belongs to, or null for a program that is no service of a node.</summary>
    private static Block? BlockOf(Match entry, Block? open, List<Block> blocks)
    {
        if (open is not null)
            return open;
        var unit = entry.Groups["program"].Value;
        if (unit == "systemd")
            unit = Unit().Match(entry.Groups["message"].Value).Groups["unit"].Value;
        if (!IsNodeUnit(unit))
            return null;
        var host = entry.Groups["host"].Value;
        var block = blocks.Find(known => known.IsJournal && known.Unit == unit && known.Host == host);
        if (block is null)
            blocks.Add(block = new(unit, host) { IsJournal = true });
        return block;
    }

    private static bool IsNodeUnit(string unit) =>
        unit.StartsWith("kube", StringComparison.Ordinal)
        || unit is "containerd" or "docker" or "dockerd" or "crio" or "cri-dockerd" or "cri-docker" or "etcd" or "k3s";

    /// <summary>The lines about one service.</summary>
    private sealed class Block(string unit, string? host)
    {
        private string? active;
        private string? lastError;
        private readonly Queue<string> errors = [];
        private string? lastState;
        private int restarts;

        public string Unit => unit;

        public string? Host { get; private set; } = host;

        /// <summary>True if only journal lines tell of the service, not its status.</summary>
        public bool IsJournal { get; init; }

        public void AddField(string line)
        {
            if (active is null && line.TrimStart().StartsWith("Active: ", StringComparison.Ordinal))
                active = line.Trim()["Active: ".Length..];
        }

        public void Add(Match entry)
        {
            Host ??= entry.Groups["host"].Value;
            var message = entry.Groups["message"].Value;
            if (entry.Groups["program"].Value != "systemd")
            {
                if (Error().IsMatch(message))
                    AddError(message);
                return;
            }
            if (message.Contains("Scheduled restart job", StringComparison.Ordinal))
                restarts++;
            else if (message.StartsWith("Started ", StringComparison.Ordinal))
                lastState = "active (running)";
            else if (Ended().IsMatch(message))
                (lastState, lastError) = ("failed", lastError ?? message);
        }

        private void AddError(string message)
        {
            lastError = message;
            errors.Enqueue(message);
            if (errors.Count > MostErrors)
                errors.Dequeue();
        }

        /// <summary>The service, or null where the lines tell neither its state nor its host.</summary>
        public NodeUnit? Result()
        {
            var state = active is null ? JournalState() : State().Match(active).Value;
            if (Host is null || string.IsNullOrEmpty(state))
                return null;
            var quote = active is null ? lastError ?? state : $"{unit}.service Active: {active}";
            return new(Host, unit, state, quote) { Errors = [.. errors] };
        }

        private string? JournalState()
        {
            if (restarts >= ManyRestarts)
                return "activating (auto-restart)";
            return lastState;
        }
    }

    [GeneratedRegex(
        @"^\s*(?:\[?(?:[\w.-]{1,64}@)?(?<host>[\w.-]{1,128})[^\s$#%>]{0,80}(?: [^\s$#%>]{0,80})?[$#%>]\s?)?(?:sudo )?"
            + @"(?:systemctl (?:-\S+ )*status|service \S+ status|journalctl)\b"
    )]
    private static partial Regex Prompt();

    [GeneratedRegex(@"^\s*(?:[●○×✗↻*•]\s*)?(?<unit>[\w@.-]{1,128})\.service(?: - |$)")]
    private static partial Regex Header();

    [GeneratedRegex(
        @"^\s*[A-Z][a-z]{2} [ \d]\d \d{2}:\d{2}:\d{2}(?:\.\d+)? (?<host>[\w.-]{1,128}) (?<program>[\w.@-]{1,64})"
            + @"(?:\[\d+\])?: (?<message>.*)$"
    )]
    private static partial Regex Journal();

    [GeneratedRegex(@"\b(?<unit>[\w-]{1,64})\.service\b")]
    private static partial Regex Unit();

    [GeneratedRegex(@"^[\w-]+(?: \([\w-]+\))?")]
    private static partial Regex State();

    [GeneratedRegex(@"^[EF]\d{4} |level=(?:error|fatal)|\bfatal\b|\bpanic:", RegexOptions.IgnoreCase)]
    private static partial Regex Error();

    [GeneratedRegex(@"^Stopped |^Failed to start |Failed with result|Deactivated successfully|Main process exited")]
    private static partial Regex Ended();
}
