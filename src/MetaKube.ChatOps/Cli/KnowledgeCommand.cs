using System.CommandLine;
using MetaKube.Cluster;
using MetaKube.Faults;
using MetaKube.Model;

namespace MetaKube.ChatOps.Cli;

/// <summary><c>metakube knowledge</c>: shows the library of known failures and checks files of it.</summary>
internal static class KnowledgeCommand
{
    private static readonly Argument<string> Id = new("id") { Description = "the id of a known failure" };
    private static readonly Argument<string> Component = new("component")
    {
        Description = "list only this component's failures",
        Arity = ArgumentArity.ZeroOrOne,
    };
    private static readonly Argument<string[]> Files = new("file")
    {
        Description = "a YAML file of known failures, or a folder of such files",
        Arity = ArgumentArity.OneOrMore,
    };
    private static readonly Argument<string> TestedFile = new("file")
    {
        Description = "a YAML file of known failures",
    };
    private static readonly Option<string> Dump = new("--dump")
    {
        Description = "the folder of a dump that the failures are matched on",
        Required = true,
    };
    private static readonly Argument<string[]> Words = new("words")
    {
        Description = "words of a title, component, cause or pattern",
        Arity = ArgumentArity.OneOrMore,
    };

    public static Command Build() =>
        new("knowledge", "Show the library of known failures, and check files of your own")
        {
            Subcommand("list", "List the known failures by component", List, Component),
            Subcommand("show", "Show one known failure as metakube explain does", Show, Id),
            Subcommand("check", "Check files: their form, and each failure against its examples", Check, Files),
            TestSubcommand(),
            Subcommand("search", "Find known failures by words", Search, Words),
        };

    private static Command Subcommand(
        string name,
        string description,
        Func<ParseResult, ExitStatus> run,
        Argument argument
    )
    {
        var command = new Command(name, description) { argument };
        command.SetAction(async parsed =>
        {
            await using var sections = CommonOptions.LoadSections();
            CommonOptions.LoadKnowledge(sections);
            return (int)run(parsed);
        });
        return command;
    }

    private static Command TestSubcommand()
    {
        var command = new Command("test", "Show what a file's failures match in a dump, and where")
        {
            TestedFile,
            Dump,
        };
        command.SetAction(async (parsed, token) => (int)await TestAsync(parsed, token));
        return command;
    }

    private static ExitStatus List(ParseResult parsed)
    {
        var wanted = parsed.GetValue(Component);
        return Print(
            KnowledgeLibrary.Current.All.Where(failure =>
                wanted is null || failure.Component.Equals(wanted, StringComparison.OrdinalIgnoreCase)
            ),
            $"No known failure is of the component '{wanted}' (see metakube knowledge list)."
        );
    }

    private static ExitStatus Search(ParseResult parsed)
    {
        var words = parsed.GetValue(Words)!;
        return Print(
            KnowledgeLibrary.Current.All.Where(failure =>
                words.All(word => Text(failure).Contains(word, StringComparison.OrdinalIgnoreCase))
            ),
            $"No known failure has the words '{string.Join(' ', words)}'."
        );
    }

    private static string Text(KnownFailure failure) =>
        string.Join(
            '\n',
            failure
                .Texts.Select(text => text.Pattern!.Text)
                .Prepend($"{failure.Component} {failure.Id} {failure.Fault.Title} {failure.Cause}")
        );

    private static ExitStatus Print(IEnumerable<KnownFailure> failures, string otherwise)
    {
        var found = failures.OrderBy(failure => failure.Component, StringComparer.OrdinalIgnoreCase).ToList();
        foreach (var failure in found)
            Console.Out.WriteLine($"{failure.Component}\t{failure.Id}\t{failure.Fault.Title}");
        if (found.Count > 0)
            return ExitStatus.Answered;
        MetaKubeCommand.Fail(otherwise, ExitStatus.Error);
        return ExitStatus.Error;
    }

    private static ExitStatus Show(ParseResult parsed) => FaultText.Print(KnownFailure.Prefix + parsed.GetValue(Id));

    private static ExitStatus Check(ParseResult parsed)
    {
        var failures = new List<KnownFailure>();
        var wrong = 0;
        foreach (var file in parsed.GetValue(Files)!.SelectMany(FilesOf))
            try
            {
                var text = File.ReadAllText(file);
                failures.AddRange(new KnowledgeReader(file).Read(text));
                foreach (var mistake in Mistakes(new KnowledgeReader(file).ReadExamples(text)))
                {
                    Console.Out.WriteLine($"{file}: {mistake}");
                    wrong++;
                }
            }
            catch (Exception e) when (e is KnowledgeFormatException or IOException or UnauthorizedAccessException)
            {
                Console.Out.WriteLine(e.Message);
                wrong++;
            }
        Console.Out.WriteLine($"{failures.Count} known failures, {wrong} mistakes");
        return wrong == 0 ? ExitStatus.Answered : ExitStatus.Error;
    }

    private static IEnumerable<string> FilesOf(string path) =>
        Directory.Exists(path)
            ? Directory.EnumerateFiles(path, "*.yaml", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
            : [path];

    private static IEnumerable<string> Mistakes(IReadOnlyList<KnowledgeExample> examples) =>
        examples
            .Where(example => IsFound(example) != example.Fires)
            .Select(example =>
                $"'{example.Failure.Id}' {(example.Fires ? "does not match its example" : "matches its near miss")} "
                + $"\"{string.Join(" | ", example.Observations.Select(seen => seen.Text))}\""
            );

    private static bool IsFound(KnowledgeExample example) =>
        new KnowledgeLibrary([example.Failure]).Match(example.Observations, resource => resource).Count > 0;

    private static async Task<ExitStatus> TestAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var file = parsed.GetValue(TestedFile)!;
        try
        {
            KnowledgeLibrary.Use(
                new(new KnowledgeReader(file).Read(await File.ReadAllTextAsync(file, cancellationToken)))
            );
        }
        catch (Exception e) when (e is KnowledgeFormatException or IOException or UnauthorizedAccessException)
        {
            MetaKubeCommand.Fail(e.Message, ExitStatus.WrongUsage);
            return ExitStatus.WrongUsage;
        }
        var source = new DumpEvidence(parsed.GetValue(Dump)!);
        var found = await source.ResolveAsync(new("what is wrong", null), SilentProgress.Instance, cancellationToken);
        var evidence = await found.CollectAsync(SilentProgress.Instance, cancellationToken);
        var findings = evidence
            .Findings.Where(finding => finding.Knowledge is not null)
            .ToList();
        foreach (var finding in findings)
            Console.Out.WriteLine(
                $"{finding.Knowledge}\t{finding.Fault}\t{finding.Resource}\t{finding.Source}\t{finding.Quote}"
            );
        Console.Out.WriteLine($"{findings.Count} matches of {KnowledgeLibrary.Current.All.Count} known failures");
        return ExitStatus.Answered;
    }
}
