using MetaKube.Faults;

namespace MetaKube.ChatOps.Cli;

/// <summary>Prints a runbook: the cases that it is for, and its first steps.</summary>
internal static class RunbookText
{
    public static void Print(Runbook runbook, TextWriter output)
    {
        output.WriteLine($"{runbook.Title} ({runbook.Name})");
        output.WriteLine($"\n{runbook.Description}");
        output.WriteLine("\nShown where:");
        foreach (var reason in Reasons(runbook))
            output.WriteLine($"  {reason}");
        output.WriteLine("\nFirst steps:");
        foreach (var step in runbook.Steps)
        {
            output.WriteLine($"  {step.Text}");
            foreach (var command in step.Commands)
                output.WriteLine($"    {command}");
        }
        output.WriteLine($"\n{runbook.Link?.ToString() ?? runbook.Origin}");
    }

    private static IEnumerable<string> Reasons(Runbook runbook)
    {
        if (runbook.Namespaces.Count > 0)
            yield return $"the namespace is {string.Join(" or ", runbook.Namespaces)}";
        if (runbook.Labels.Count > 0)
            yield return "the workload has "
                + string.Join(", ", runbook.Labels.Select(label => $"{label.Key}={label.Value}"));
        foreach (var text in runbook.When?.Texts ?? [])
            yield return $"a text has \"{text.Pattern}\"";
        if (runbook.Alerts.Count > 0)
            yield return $"the alert is {string.Join(" or ", runbook.Alerts)}";
        if (runbook.Faults.Count > 0)
            yield return $"the fault is {string.Join(" or ", runbook.Faults)}";
        if (!runbook.HasTrigger && !runbook.HasPlace)
            yield return "the case has the words of the description";
    }
}
