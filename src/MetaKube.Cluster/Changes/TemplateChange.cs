using System.Text.RegularExpressions;
using MetaKube.Cluster.Redaction;

namespace MetaKube.Cluster.Changes;

/// <summary>A field of a pod template that differs between two revisions; null where a revision lacks it.</summary>
/// <param name="Path">The path, such as "containers[app].image".</param>
/// <param name="Before">The value before.</param>
/// <param name="After">The value now.</param>
internal sealed partial record TemplateChange(string Path, string? Before, string? After)
{
    private const int LongestShown = 60,
        LongestInWords = 40;

    private static readonly string[] On = ["on", "true", "yes", "enabled"],
        Off = ["off", "false", "no", "disabled"];

    /// <summary>The line "containers[app].image: web:1 → web:2"; of a credential only the name.</summary>
    public override string ToString() => $"{Path}: {Shown(Before)} → {Shown(After)}";

    /// <summary>
    /// The change as a clause: "FEATURE_SPLIT_LEDGER was turned on", "the image went from web:1 to web:2".
    /// </summary>
    public string InWords =>
        Subject switch
        {
            ({ } name, IsSwitch: true) when Turned is { } turned => $"{name} was turned {turned}",
            (var name, _) => $"{name} {Happened}",
        };

    /// <summary>The changed thing in words. A variable may be a switch.</summary>
    private (string Name, bool IsSwitch) Subject
    {
        get
        {
            if (Variable().Match(Path) is { Success: true } variable)
                return (variable.Groups["name"].Value, variable.Groups["field"].Value == "value");
            if (Container().Match(Path) is { Success: true } part)
                return (FieldInWords(part.Groups["field"].Value, $"of {part.Groups["name"].Value}"), false);
            if (Named().Match(Path) is { Success: true } named)
                return ($"{Spaced(named.Groups["list"].Value.TrimEnd('s'))} {named.Groups["name"].Value}", false);
            return ($"the pod's {Spaced(Path)}", false);
        }
    }

    private static string FieldInWords(string field, string of) =>
        field.Split('.') switch
        {
            ["image"] => $"the image {of}",
            ["args"] => $"the arguments {of}",
            ["resources", "limits", var resource] => $"the {resource} limit {of}",
            ["resources", "requests", var resource] => $"the {resource} request {of}",
            [var probe, .. var rest] when probe.EndsWith("Probe", StringComparison.Ordinal) =>
                $"the {Spaced(probe)} {of}{(rest is [.., var last] ? $" ({last})" : "")}",
            _ when field.StartsWith("volumeMounts[", StringComparison.Ordinal) =>
                $"the mount of {field["volumeMounts[".Length..].Split(']')[0]} {of}",
            _ => $"the {Spaced(field)} {of}",
        };

    private string? Turned
    {
        get
        {
            if (IsOneOf(After, On) && (Before is null || IsOneOf(Before, Off)))
                return "on";
            return IsOneOf(After, Off) && (Before is null || IsOneOf(Before, On)) ? "off" : null;
        }
    }

    private string Happened =>
        (Before, After) switch
        {
            _ when IsCredential => "was changed",
            (null, { Length: <= LongestInWords } now) => $"was set to {Short(now)}",
            (null, _) => "was added",
            (_, null) => "was removed",
            ({ } before, { } now) when IsImage || before.Length <= LongestInWords && now.Length <= LongestInWords =>
                $"went from {Short(before)} to {Short(now)}",
            _ => "was changed",
        };

    private bool IsImage => Path.EndsWith("].image", StringComparison.Ordinal);

    private bool IsCredential => Redactor.IsCredentialName(Path) && Path.EndsWith(".value", StringComparison.Ordinal);

    /// <summary>An image without its registry and repository path, which seldom change.</summary>
    private string Short(string value)
    {
        if (!IsImage)
            return value.Length == 0 ? "nothing" : value;
        return LastPart(Before ?? "") == LastPart(After ?? "") ? value : LastPart(value);
    }

    private static string LastPart(string image) => image[(image.LastIndexOf('/') + 1)..];

    private static bool IsOneOf(string? value, string[] words) =>
        value is not null && words.Contains(value, StringComparer.OrdinalIgnoreCase);

    private string Shown(string? value) =>
        value switch
        {
            null => "null",
            _ when IsCredential => Redactor.Mark,
            { Length: > LongestShown } =>
                $"{value[..Math.Max(LongestShown / 2, value.LastIndexOf(' ', LongestShown))]} …",
            _ => value,
        };

    /// <summary>"livenessProbe.httpGet" becomes "liveness probe http get".</summary>
    private static string Spaced(string field) =>
        Humps().Replace(field, " $0").Replace('.', ' ').ToLowerInvariant().Trim();

    [GeneratedRegex(@"\]\.env\[(?<name>[^\]]+)\]\.(?<field>.+)$", RegexOptions.NonBacktracking)]
    private static partial Regex Variable();

    [GeneratedRegex(
        @"^(?:initContainers|containers|ephemeralContainers)\[(?<name>[^\]]+)\]\.(?<field>.+)$",
        RegexOptions.NonBacktracking
    )]
    private static partial Regex Container();

    [GeneratedRegex(@"^(?<list>[a-zA-Z]+)\[(?<name>[^\]]+)\]", RegexOptions.NonBacktracking)]
    private static partial Regex Named();

    [GeneratedRegex(@"(?<=[a-z])[A-Z]")]
    private static partial Regex Humps();
}
