using MetaKube.ChatOps.Knowledge;
using MetaKube.Cluster;
using MetaKube.Faults;
using MetaKube.Investigations;
using MetaKube.Memory;
using MetaKube.Model;

namespace MetaKube.ChatOps.Cli;

/// <summary>Checks and tries a file of knowledge.</summary>
internal static class KnowledgeTrial
{
    private const string Question = "what is wrong";

    /// <summary>The mistakes of a file, and remarks that are none.</summary>
    public static FileCheck Check(KnowledgeFile file)
    {
        try
        {
            var content = file.Read();
            var reader = new KnowledgeReader(file.Shown);
            var examples = content.Failures.Count == 0 ? [] : reader.ReadExamples(file.ReadText());
            return new(
                content.Failures.Count,
                content.Runbooks.Count,
                [.. Mistakes(examples).Select(mistake => $"{file.Shown}: {mistake}")],
                [.. content.Runbooks.SelectMany(Remarks)]
            );
        }
        catch (Exception e) when (e is KnowledgeFormatException or IOException or UnauthorizedAccessException)
        {
            return new(0, 0, [e.Message], []);
        }
    }

    /// <summary>Prints what a file's failures and runbooks match in a dump, and where.</summary>
    public static async Task<ExitStatus> RunAsync(string path, string dump, CancellationToken cancellationToken)
    {
        KnowledgeContent content;
        try
        {
            var file = KnowledgeFile.At(path) ?? throw new KnowledgeFormatException($"{path} does not exist.");
            content = file.Read();
            // Ours stay beside a runbook: it may be for one of their faults.
            KnowledgeLibrary.Use(
                content.Failures.Count > 0
                    ? new(content.Failures)
                    : new(KnowledgeLibrary.BuiltIn.All, content.Runbooks)
            );
        }
        catch (Exception e) when (e is KnowledgeFormatException or IOException or UnauthorizedAccessException)
        {
            MetaKubeCommand.Fail(e.Message, ExitStatus.WrongUsage);
            return ExitStatus.WrongUsage;
        }
        var source = new DumpEvidence(dump);
        var found = await source.ResolveAsync(new(Question), SilentProgress.Instance, cancellationToken);
        var evidence = await found.CollectAsync(SilentProgress.Instance, cancellationToken);
        if (content.Runbooks.Count > 0)
            await TryAsync(content.Runbooks[0], source, evidence, cancellationToken);
        else
            PrintMatches(content.Failures.Count, evidence);
        return ExitStatus.Answered;
    }

    private static void PrintMatches(int failures, Evidence evidence)
    {
        var findings = evidence
            .Findings.Where(finding => finding.Knowledge is not null)
            .ToList();
        foreach (var finding in findings)
            Console.Out.WriteLine(
                $"{finding.Knowledge}\t{finding.Fault}\t{finding.Resource}\t{finding.Source}\t{finding.Quote}"
            );
        Console.Out.WriteLine($"{findings.Count} matches of {failures} known failures");
    }

    /// <summary>Asks about each namespace in which something is wrong, and prints where the runbook is shown.</summary>
    private static async Task TryAsync(
        Runbook runbook,
        DumpEvidence source,
        Evidence evidence,
        CancellationToken cancellationToken
    )
    {
        var investigator = new Investigator(
            _ => Task.FromResult(new EpisodicMemory(MemoryStorage.InProcess(), new(), TimeProvider.System)),
            new(0, () => 1),
            new(null),
            TimeProvider.System
        );
        var namespaces = evidence
            .Findings.Select(finding => finding.Resource.Namespace)
            .Concat(evidence.Signals.Select(signal => signal.Resource?.Namespace))
            .Distinct()
            .Order(StringComparer.Ordinal)
            .ToList();
        var fits = 0;
        foreach (var ns in namespaces)
        {
            var symptom = new Symptom(Question, ns);
            var steps = SilentSteps.Instance;
            var asked = await investigator.InvestigateAsync(source, symptom, null, steps, cancellationToken);
            var match = asked.Runbooks.FirstOrDefault(match => match.Runbook.Name == runbook.Name);
            fits += match is null ? 0 : 1;
            var outcome = match is null ? "does not fit" : $"{match.Why}\t{match.Quote}";
            Console.Out.WriteLine(
                $"{ns ?? "the cluster"}\t{asked.Diagnosis.Fault}\t{asked.Diagnosis.Resource}\t{outcome}"
            );
        }
        Console.Out.WriteLine($"{runbook.Name} fits {fits} of {namespaces.Count} places with something abnormal");
    }

    private static IEnumerable<string> Remarks(Runbook runbook) =>
        runbook.UnknownFields.Select(field => $"{runbook.Origin}: '{field}' has no meaning here.");

    private static IEnumerable<string> Mistakes(IReadOnlyList<KnowledgeExample> examples) =>
        examples
            .Where(example => IsFound(example) != example.Fires)
            .Select(example =>
                $"'{example.Failure.Id}' {(example.Fires ? "does not match its example" : "matches its near miss")} "
                + $"\"{string.Join(" | ", example.Observations.Select(seen => seen.Text))}\""
            );

    private static bool IsFound(KnowledgeExample example) =>
        new KnowledgeLibrary([example.Failure]).Match(example.Observations, resource => resource).Count > 0;
}

/// <summary>The result of checking a file.</summary>
internal sealed record FileCheck(
    int Failures,
    int Runbooks,
    IReadOnlyList<string> Mistakes,
    IReadOnlyList<string> Remarks
);
