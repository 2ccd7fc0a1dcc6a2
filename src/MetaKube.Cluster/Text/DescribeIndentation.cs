using System.Text.RegularExpressions;

namespace MetaKube.Cluster.Text;

/// <summary>
/// Restores the indentation of the output of <c>kubectl describe</c> where a chat or a form has removed it.
/// </summary>
internal static partial class DescribeIndentation
{
    private static readonly HashSet<string> ContainerFields =
    [
        "Container ID",
        "Image",
        "Image ID",
        "Port",
        "Ports",
        "Host Port",
        "Host Ports",
        "Command",
        "Args",
        "State",
        "Last State",
        "Ready",
        "Restart Count",
        "Limits",
        "Requests",
        "Liveness",
        "Readiness",
        "Startup",
        "Environment",
        "Environment Variables from",
        "Mounts",
        "SeccompProfile",
        "Restart Policy",
    ];

    private static readonly HashSet<string> StateFields =
    [
        "Reason",
        "Message",
        "Exit Code",
        "Signal",
        "Started",
        "Finished",
    ];

    private static readonly HashSet<string> VolumeFields =
    [
        "Type",
        "Name",
        "SecretName",
        "Optional",
        "ClaimName",
        "ReadOnly",
        "Medium",
        "SizeLimit",
        "Path",
        "HostPathType",
        "TokenExpirationSeconds",
        "ConfigMapName",
        "ConfigMapOptional",
        "DownwardAPI",
        "Driver",
        "Server",
        "FSType",
        "VolumeAttributes",
        "VolumeID",
    ];

    private static readonly HashSet<string> Sections =
    [
        "Containers",
        "Init Containers",
        "Ephemeral Containers",
        "Volumes",
        "Conditions",
        "Events",
    ];

    /// <summary>The lines as they are where they are indented.</summary>
    public static IReadOnlyList<string> Restore(string[] lines)
    {
        var container = Array.FindIndex(lines, line => Field(line) is "Image" or "Container ID" or "Last State");
        if (container < 0 || char.IsWhiteSpace(lines[container][0]))
            return lines;
        var restored = new List<string>(lines.Length);
        var (section, field) = ("", "");
        foreach (var line in lines.Select(line => line.Trim()))
        {
            var key = Field(line);
            if (Sections.Contains(key) && line.Length <= key.Length + 1 || IsTopLevel(line, key, section))
                (section, field) = (key, "");
            else if (section is "Containers" or "Init Containers" or "Ephemeral Containers" or "")
            {
                var level = LevelInContainer(line, key, field);
                if (level == 4)
                    field = key;
                restored.Add(new string(' ', level) + line);
                continue;
            }
            restored.Add(key == section ? line : new string(' ', LevelIn(section, key)) + line);
        }
        return restored;
    }

    private static bool IsTopLevel(string line, string key, string section) =>
        DescribedField.IsTopLevel(line)
        && section switch
        {
            "Containers" or "Init Containers" or "Ephemeral Containers" => !ContainerFields.Contains(key)
                && !StateFields.Contains(key),
            "Volumes" => !VolumeFields.Contains(key),
            "Conditions" => key is not ("Type" or "Status"),
            "Events" => false,
            _ => true,
        };

    private static int LevelInContainer(string line, string key, string field)
    {
        if (field is "State" or "Last State" && StateFields.Contains(key))
            return 6;
        if (ContainerFields.Contains(key))
            return 4;
        // A name and nothing else begins a container.
        return field is not ("Environment" or "Command" or "Args") && line == $"{key}:" && key.Length > 0 ? 2 : 6;
    }

    private static int LevelIn(string section, string key) =>
        section switch
        {
            "Volumes" => VolumeFields.Contains(key) ? 4 : 2,
            "Conditions" or "Events" => 2,
            _ => 8,
        };

    private static string Field(string line) =>
        Key().Match(line.Trim()) is { Success: true } match ? match.Groups[1].Value : "";

    [GeneratedRegex(@"^([A-Za-z_][\w ./-]{0,60}?):(?:\s|$)")]
    private static partial Regex Key();
}
