using System.CommandLine;
using MetaKube.ChatOps.Knowledge;
using MetaKube.Faults;

namespace MetaKube.ChatOps.Cli;

/// <summary>
/// <c>metakube knowledge</c>: shows the known failures and the team's runbooks, and checks files of them.
/// </summary>
internal static class KnowledgeCommand
{
    private static readonly Argument<string> Id = new("id")
    {
        Description = "the id of a known failure, or the name of a runbook",
    };
    private static readonly Argument<string> Component = new("component")
    {
        Description = "list only this component's failures, or \"runbook\"",
        Arity = ArgumentArity.ZeroOrOne,
    };
    private static readonly Argument<string[]> Files = new("file")
    {
        Description = "a YAML file of known failures, a Markdown runbook, or a folder of such files",
        Arity = ArgumentArity.OneOrMore,
    };
    private static readonly Argument<string> TestedFile = new("file")
    {
        Description = "a YAML file of known failures, or a Markdown runbook",
    };
    private static readonly Option<string> Dump = new("--dump")
    {
        Description = "the folder of a dump that the file is tried on",
        Required = true,
    };
    private static readonly Argument<string[]> Words = new("words")
    {
        Description = "words of a title, component, cause, pattern or description",
        Arity = ArgumentArity.OneOrMore,
    };

    public static Command Build() =>
        new("knowledge", "Show the known failures and your runbooks, and check files of your own")
        {
            Subcommand("list", "List the known failures by component, and the runbooks", List, Component),
            Subcommand("show", "Show one known failure or runbook", Show, Id),
            Subcommand("check", "Check files: their form, and each failure against its examples", Check, Files),
            TestSubcommand(),
            Subcommand("search", "Find known failures and runbooks by words", Search, Words),
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
        var command = new Command("test", "Show what a file matches in a dump, and where")
        {
            TestedFile,
            Dump,
        };
        command.SetAction(
            async (parsed, token) =>
                (int)await KnowledgeTrial.RunAsync(parsed.GetValue(TestedFile)!, parsed.GetValue(Dump)!, token)
        );
        return command;
    }

    /// <summary>A line of a list: a component, or the word "runbook"; the id; the title.</summary>
    private sealed record Entry(string Group, string Id, string Title, string Text);

    private const string OfARunbook = "runbook";

    private static IEnumerable<Entry> All =>
        KnowledgeLibrary
            .Current.Runbooks.Select(runbook => new Entry(
                OfARunbook,
                runbook.Name,
                runbook.Title,
                $"{runbook.Name} {runbook.Title} {runbook.Description}"
            ))
            .Concat(
                KnowledgeLibrary.Current.All.Select(failure => new Entry(
                    failure.Component,
                    failure.Id,
                    failure.Fault.Title,
                    TextOf(failure)
                ))
            );

    private static ExitStatus List(ParseResult parsed)
    {
        var wanted = parsed.GetValue(Component);
        return Print(
            All.Where(entry => wanted is null || entry.Group.Equals(wanted, StringComparison.OrdinalIgnoreCase)),
            $"Nothing is of the component '{wanted}' (see metakube knowledge list)."
        );
    }

    private static ExitStatus Search(ParseResult parsed)
    {
        var words = parsed.GetValue(Words)!;
        return Print(
            All.Where(entry =>
                words.All(word => entry.Text.Contains(word, StringComparison.OrdinalIgnoreCase))
            ),
            $"No known failure and no runbook has the words '{string.Join(' ', words)}'."
        );
    }

    private static string TextOf(KnownFailure failure) =>
        string.Join(
            '\n',
            failure
                .When.Texts.Select(text => text.Pattern!.Text)
                .Prepend($"{failure.Component} {failure.Id} {failure.Fault.Title} {failure.Cause}")
        );

    private static ExitStatus Print(IEnumerable<Entry> entries, string otherwise)
    {
        // The team's own come first.
        var found = entries
            .OrderBy(entry => entry.Group != OfARunbook)
            .ThenBy(entry => entry.Group, StringComparer.OrdinalIgnoreCase)
            .ToList();
        foreach (var entry in found)
            Console.Out.WriteLine($"{entry.Group}\t{entry.Id}\t{entry.Title}");
        if (found.Count > 0)
            return ExitStatus.Answered;
        MetaKubeCommand.Fail(otherwise, ExitStatus.Error);
        return ExitStatus.Error;
    }

    private static ExitStatus Show(ParseResult parsed)
    {
        var id = parsed.GetValue(Id)!;
        if (KnowledgeLibrary.Current.Runbooks.FirstOrDefault(runbook => runbook.Name == id) is not { } found)
            return FaultText.Print(KnownFailure.IsCode(id) ? id : KnownFailure.Prefix + id);
        RunbookText.Print(found, Console.Out);
        return ExitStatus.Answered;
    }

    private static ExitStatus Check(ParseResult parsed)
    {
        int failures = 0,
            runbooks = 0,
            wrong = 0;
        foreach (var path in parsed.GetValue(Files)!)
        {
            var (files, mistakes) = FilesOf(path);
            var checks = files.Select(KnowledgeTrial.Check).ToList();
            foreach (var line in mistakes.Concat(checks.SelectMany(check => check.Mistakes)))
            {
                Console.Out.WriteLine(line);
                wrong++;
            }
            foreach (var remark in checks.SelectMany(check => check.Remarks))
                Console.Out.WriteLine(remark);
            failures += checks.Sum(check => check.Failures);
            runbooks += checks.Sum(check => check.Runbooks);
        }
        Console.Out.WriteLine($"{failures} known failures, {runbooks} runbooks, {wrong} mistakes");
        return wrong == 0 ? ExitStatus.Answered : ExitStatus.Error;
    }

    private static (IReadOnlyList<KnowledgeFile> Files, IReadOnlyList<string> Mistakes) FilesOf(string path)
    {
        if (!Directory.Exists(path))
            return KnowledgeFile.At(path) is { } file ? ([file], []) : ([], [$"{path} does not exist."]);
        var folder = new KnowledgeFolder(path);
        return (folder.Files(), folder.Mistakes);
    }
}
