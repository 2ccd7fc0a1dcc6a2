using System.Globalization;
using System.Text.RegularExpressions;

namespace MetaKube.Cluster.Text;

/// <summary>A line of the output of <c>kubectl describe</c>, with the lines that are indented below it.</summary>
internal sealed partial class DescribedField(string key, string value, int indent, string line)
{
    /// <summary>Fields that stand at the left edge of a description of a kind of Kubernetes itself.</summary>
    private static readonly HashSet<string> TopLevel =
    [
        .. """
            Name|Namespace|Priority|Priority Class Name|Runtime Class Name|Service Account|Node|Start Time|Labels
            Annotations|Status|Reason|Message|IP|IPs|Controlled By|Init Containers|Containers|Ephemeral Containers
            Conditions|Readiness Gates|Volumes|QoS Class|Node-Selectors|Tolerations|Topology Spread Constraints|Events
            Selector|Replicas|StrategyType|MinReadySeconds|RollingUpdateStrategy|Pod Template|OldReplicaSets
            NewReplicaSet|CreationTimestamp|Update Strategy|Pods Status|Pods Statuses|Volume Claims
            Desired Number of Nodes Scheduled|Current Number of Nodes Scheduled
            Number of Nodes Scheduled with Up-to-date Pods|Number of Nodes Scheduled with Available Pods
            Number of Nodes Misscheduled|Parallelism|Completions|Completion Mode|Suspend|Backoff Limit
            Active Deadline Seconds|Completed At|Duration|Schedule|Concurrency Policy|Last Schedule Time|Active Jobs
            Successful Job History Limit|Failed Job History Limit|Starting Deadline Seconds|Type|IP Family Policy
            IP Families|LoadBalancer Ingress|External IPs|Port|TargetPort|NodePort|Endpoints|Session Affinity
            External Traffic Policy|Internal Traffic Policy|Address|Ingress Class|Default backend|TLS|Rules
            Roles|Taints|Unschedulable|Lease|Addresses|Capacity|Allocatable|System Info|PodCIDR|PodCIDRs|ProviderID
            Non-terminated Pods|Allocated resources|StorageClass|Volume|Finalizers|Access Modes|VolumeMode|Used By
            Claim|Reclaim Policy|Node Affinity|Source|Reference|Metrics|Min replicas|Max replicas|Behavior
            Deployment pods|StatefulSet pods|API Version|Kind|Metadata|Spec|Webhooks|Data|BinaryData|Subsets
            Image pull secrets|Mountable secrets|Tokens|Role|Subjects|PolicyRule|Provisioner|Parameters|IsDefaultClass
            AllowVolumeExpansion|VolumeBindingMode|Created on|Min available|Max unavailable|Allowed disruptions|Desired
            Termination Grace Period|Host Network|SeccompProfile|Security Context|Mount Options|Managed By
            Termination Gracefully|No resource quota.|No LimitRange resource.|Resource Quotas|Resource Limits
            """.Split(['|', '\n'], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries),
    ];

    /// <summary>Fields that hardly any other text has.</summary>
    private static readonly HashSet<string> Typical =
    [
        "Container ID",
        "Image ID",
        "Host Port",
        "Host Ports",
        "Last State",
        "Exit Code",
        "Restart Count",
        "Controlled By",
        "QoS Class",
        "Node-Selectors",
        "Init Containers",
        "Containers",
        "Pod Template",
        "Tolerations",
        "Limits",
        "Requests",
        "State",
        "Liveness",
        "Readiness",
        "Startup",
        "Environment",
        "Mounts",
        "Image",
        "Started",
        "Finished",
        "Conditions",
        "Allocated resources",
        "Non-terminated Pods",
        "Service Account",
        "Start Time",
        "Pods Status",
        "Pods Statuses",
        "StrategyType",
        "Ready",
        "Volumes",
        "Annotations",
        "TargetPort",
    ];

    public string Key { get; } = key;

    public string Value { get; private set; } = value;

    /// <summary>The line as it was pasted.</summary>
    public string Line { get; private set; } = line;

    public List<DescribedField> Children { get; } = [];

    private int Indent { get; } = indent;

    public DescribedField? this[string name] => Children.Find(child => child.Key == name);

    /// <summary>True for a line with a field that stands at the left edge.</summary>
    public static bool IsTopLevel(string line) =>
        KeyValue().Match(line) is { Success: true } match && TopLevel.Contains(match.Groups[1].Value)
        || line is "Data" or "====" or "BinaryData";

    public static bool IsTypical(string line) =>
        KeyValue().Match(line) is { Success: true } match && Typical.Contains(match.Groups[1].Value);

    /// <summary>A child's value; null where it is absent, empty or written as &lt;none&gt;, &lt;unset&gt;.</summary>
    public string? Text(string name) =>
        this[name]?.Value is { Length: > 0 } text && text is not ("<none>" or "<unset>" or "<unknown>") ? text : null;

    /// <summary>A child's value with the lines below it, each after a line break.</summary>
    public string? Message(string name) =>
        this[name] is { } field && (field.Value.Length > 0 || field.Children.Count > 0)
            ? string.Join('\n', field.Lines().Prepend(field.Value)).Trim()
            : null;

    /// <summary>All lines below it, without their indentation.</summary>
    public IEnumerable<string> Lines()
    {
        foreach (var child in Children)
        {
            yield return child.Line.Trim();
            foreach (var below in child.Lines())
                yield return below;
        }
    }

    /// <summary>"app=web" and the lines below it; several on one line are separated by commas.</summary>
    public static Dictionary<string, string>? Labels(DescribedField? field)
    {
        if (field is null)
            return null;
        return field
            .Children.Select(child => child.Line.Trim())
            .Prepend(field.Value)
            .SelectMany(line => line.Split(','))
            .Select(line => line.Split('=', 2))
            .Where(pair => pair.Length == 2)
            .DistinctBy(pair => pair[0].Trim())
            .ToDictionary(pair => pair[0].Trim(), pair => pair[1].Trim());
    }

    /// <summary>The first number; exit codes of Windows have 32 bits and may be negative.</summary>
    public static int? FirstNumber(string? text) =>
        text is not null
        && Number().Match(text) is { Success: true } match
        && long.TryParse(match.Value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value)
        && value is >= int.MinValue and <= uint.MaxValue
            ? unchecked((int)value)
            : null;

    /// <summary>
    /// Reads the lines of one description by their indentation, or by their names where that was lost.
    /// </summary>
    public static DescribedField Parse(IEnumerable<string> lines)
    {
        var root = new DescribedField("", "", -1, "");
        var open = new Stack<DescribedField>([root]);
        foreach (var line in DescribeIndentation.Restore([.. lines]).Where(line => line.Trim().Length > 0))
        {
            var indent = line.Length - line.TrimStart().Length;
            var text = line.Trim();
            var match = KeyValue().Match(text);
            if (
                indent == 0
                && open.Peek() is { Key: "Message" or "Reason" } message
                && !TopLevel.Contains(match.Groups[1].Value)
            )
            {
                message.Children.Add(new("", text, message.Indent + 1, text));
                continue;
            }
            var field = match.Success
                ? new DescribedField(match.Groups[1].Value, match.Groups[2].Value.Trim(), indent, line)
                : new DescribedField("", text, indent, line);
            while (open.Peek().Indent >= indent)
                open.Pop();
            open.Peek().Children.Add(field);
            open.Push(field);
        }
        return root;
    }

    [GeneratedRegex(@"-?\d{1,11}")]
    private static partial Regex Number();

    // "Host Port:", "Node-Selectors:", "Last State:", "Environment Variables from:", "DB_URL:"
    [GeneratedRegex(@"^([A-Za-z_][\w ./-]{0,60}?):(?:\s+(.*))?$")]
    private static partial Regex KeyValue();
}
