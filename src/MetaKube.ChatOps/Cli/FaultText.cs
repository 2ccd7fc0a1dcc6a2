using MetaKube.Faults;

namespace MetaKube.ChatOps.Cli;

/// <summary>Prints what is known of a fault, whatever the case.</summary>
internal static class FaultText
{
    /// <summary>Prints a fault, or an error that names the nearest code.</summary>
    public static ExitStatus Print(string code)
    {
        if (FaultCatalogue.Find(code) is not { } fault)
        {
            MetaKubeCommand.Fail(
                $"There is no fault '{code}' (see docs/faults.md and metakube knowledge list).",
                ExitStatus.WrongUsage
            );
            return ExitStatus.WrongUsage;
        }
        Console.Out.WriteLine($"{fault.Title} ({fault.Code})");
        if (fault.Explanation.Length > 0)
            Console.Out.WriteLine($"\n{fault.Explanation}");
        if (KnowledgeLibrary.Current.Find(code) is { } known)
            PrintSigns(known);
        Console.Out.WriteLine("\nChecks and fixes, with {names} of the case:");
        foreach (var remedy in fault.Remedies)
        {
            Console.Out.WriteLine($"  {remedy.Summary} (risk: {remedy.Risk.ToString().ToLowerInvariant()})");
            foreach (var command in remedy.Commands)
                Console.Out.WriteLine($"    {command}");
        }
        Console.Out.WriteLine("\nPrevention:");
        foreach (var text in fault.Prevention)
            Console.Out.WriteLine($"  {text}");
        return ExitStatus.Answered;
    }

    private static void PrintSigns(KnownFailure known)
    {
        var versions = known.Versions.Length == 0 ? "" : $", versions: {known.Versions}";
        Console.Out.WriteLine($"\nComponent: {known.Component}{versions}");
        Console.Out.WriteLine("\nRecognised by:");
        foreach (var text in known.When.Texts)
            Console.Out.WriteLine($"  \"{text.Pattern}\"");
    }
}
