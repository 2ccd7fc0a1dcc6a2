namespace MetaKube.Faults;

/// <summary>
/// A team's instructions for a case, from a Markdown file with front matter. It is shown to people as text; nothing in
/// it is run.
/// </summary>
public sealed record Runbook
{
    /// <summary>Unique in the library: "ledger-locked".</summary>
    public required string Name { get; init; }

    /// <summary>The title: that of the front matter, the first heading, or the name.</summary>
    public required string Title { get; init; }

    /// <summary>The case that it is for, in words.</summary>
    public required string Description { get; init; }

    /// <summary>The file.</summary>
    public string Origin { get; init; } = "";

    /// <summary>The observations that call for it, or null.</summary>
    public Signs? When { get; init; }

    /// <summary>Names of alerts that call for it.</summary>
    public IReadOnlyList<string> Alerts { get; init; } = [];

    /// <summary>Codes of faults that call for it; a star stands for any characters.</summary>
    public IReadOnlyList<string> Faults { get; init; } = [];

    /// <summary>The namespaces that it is for, where not for all; a star stands for any characters.</summary>
    public IReadOnlyList<string> Namespaces { get; init; } = [];

    /// <summary>Labels that the workload or its pods must have.</summary>
    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();

    /// <summary>The first steps, as plain text.</summary>
    public IReadOnlyList<RunbookStep> Steps { get; init; } = [];

    /// <summary>The address (http or https) of the whole runbook, or null.</summary>
    public Uri? Link { get; init; }

    /// <summary>Fields of the front matter that have no meaning here.</summary>
    public IReadOnlyList<string> UnknownFields { get; init; } = [];

    /// <summary>True if it says itself which cases call for it, so that its words alone do not.</summary>
    public bool HasTrigger => When is not null || Alerts.Count > 0 || Faults.Count > 0;

    /// <summary>True if it is limited to a place.</summary>
    public bool HasPlace => Namespaces.Count > 0 || Labels.Count > 0;
}

/// <summary>A step of a runbook.</summary>
/// <param name="Text">One line of plain text.</param>
/// <param name="Commands">Lines to copy that stand below it.</param>
public sealed record RunbookStep(string Text, IReadOnlyList<string> Commands);
