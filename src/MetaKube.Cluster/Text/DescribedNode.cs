using System.Globalization;
using System.Text.RegularExpressions;
using k8s.Models;
using MetaKube.Cluster.Objects;

namespace MetaKube.Cluster.Text;

/// <summary>A node as <c>kubectl describe</c> prints it, with the pods that it runs.</summary>
internal static partial class DescribedNode
{
    public static V1Node Read(DescribedField root, V1ObjectMeta meta) =>
        new()
        {
            Metadata = meta,
            Spec = new() { Unschedulable = root.Text("Unschedulable") == "true", Taints = [.. Taints(root["Taints"])] },
            Status = new()
            {
                Conditions =
                [
                    .. (root["Conditions"]?.Children ?? [])
                        .Select(line => Condition().Match(line.Line.Trim()))
                        .Where(match => match.Success)
                        .Select(match => new V1NodeCondition
                        {
                            Type = match.Groups["type"].Value,
                            Status = match.Groups["status"].Value,
                            Reason = match.Groups["reason"].Value,
                            Message = match.Groups["message"].Value,
                        }),
                ],
                Capacity = DescribedPod.Quantities(root["Capacity"]),
                Allocatable = DescribedPod.Quantities(root["Allocatable"]),
            },
        };

    /// <summary>"cpu  7850m (98%)  9 (112%)" below "Allocated resources".</summary>
    public static void ReadAllocated(PastedObjects objects, DescribedField root, string node)
    {
        foreach (var line in root["Allocated resources"]?.Lines() ?? [])
            if (
                Allocated().Match(line) is { Success: true } match
                && int.TryParse(match.Groups[2].Value, CultureInfo.InvariantCulture, out var percent)
            )
                objects.Snapshot.RequestedOnNode[(node, match.Groups[1].Value)] = percent;
    }

    /// <summary>The pods below "Non-terminated Pods: (17 in total)", which exist and run there.</summary>
    public static void ReadPods(PastedObjects objects, DescribedField root, string node)
    {
        if (root["Non-terminated Pods"] is not { } list)
            return;
        if (DescribedField.FirstNumber(list.Value) is { } count)
            objects.Snapshot.PodsOnNode[node] = count;
        foreach (var line in list.Lines())
            if (Pod().Match(line) is { Success: true } match)
                objects.Add(
                    new V1Pod
                    {
                        Metadata = new() { NamespaceProperty = match.Groups[1].Value, Name = match.Groups[2].Value },
                        Spec = new() { NodeName = node, Containers = [] },
                        Status = new(),
                    },
                    PastedDetail.Mention,
                    ShownFields.None,
                    [line]
                );
    }

    /// <summary>"node-role.kubernetes.io/control-plane:NoSchedule", "dedicated=gpu:NoSchedule"</summary>
    private static IEnumerable<V1Taint> Taints(DescribedField? field) =>
        (field?.Lines().Prepend(field.Value) ?? [])
            .Select(line => Taint().Match(line.Trim()))
            .Where(match => match.Success)
            .Select(match => new V1Taint
            {
                Key = match.Groups[1].Value,
                Value = match.Groups[2] is { Success: true } value ? value.Value : null,
                Effect = match.Groups[3].Value,
            });

    // "MemoryPressure   False   DATE   DATE   KubeletHasSufficientMemory   kubelet has sufficient memory available"
    [GeneratedRegex(
        @"^(?<type>[A-Z]\w+)\s+(?<status>True|False|Unknown)\s+"
            + @"(?:\w{3}, \d{1,2} \w{3} \d{4} \d{2}:\d{2}:\d{2} [+-]\d{4}\s+){0,2}"
            + @"(?<reason>[A-Za-z]\w*)?(?:\s+(?<message>.*))?$"
    )]
    private static partial Regex Condition();

    [GeneratedRegex(@"^([a-z0-9-]+)\s+([a-z0-9][a-z0-9.-]*)\s+\S+ \(\d+%\)")]
    private static partial Regex Pod();

    [GeneratedRegex(@"^(cpu|memory)\s+\S+ \((\d{1,6})%\)")]
    private static partial Regex Allocated();

    [GeneratedRegex(@"^([\w./-]+)(?:=([\w.-]*))?:(NoSchedule|NoExecute|PreferNoSchedule)")]
    private static partial Regex Taint();
}
