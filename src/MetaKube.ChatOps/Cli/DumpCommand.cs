using System.CommandLine;
using MetaKube.Cluster;

namespace MetaKube.ChatOps.Cli;

/// <summary><c>metakube dump</c>: writes the cluster's objects to files, with secrets redacted.</summary>
internal static class DumpCommand
{
    private static readonly Option<string> Output = new("--output-directory")
    {
        Description = "the folder to write to",
        Required = true,
    };
    private static readonly Option<string[]> Namespaces = new("--namespace", "-n")
    {
        Description = "write this namespace only; may be repeated",
    };

    public static Command Build()
    {
        Namespaces.Validators.Add(CommonOptions.AcceptOnlyNamespaces);
        var command = new Command(
            "dump",
            "Write the cluster's objects and logs to a folder, secrets redacted, for ask --dump"
        )
        {
            Output,
            Namespaces,
            CommonOptions.Context,
            CommonOptions.Kubeconfig,
        };
        command.SetAction(
            async (parsed, cancellationToken) =>
            {
                await using var sections = CommonOptions.LoadSections();
                var cluster = CommonOptions.Cluster(parsed, sections, TimeProvider.System);
                var folder = Path.GetFullPath(parsed.GetValue(Output)!);
                await Progress.ShowAsync(
                    true,
                    async progress =>
                    {
                        await cluster.DumpAsync(folder, parsed.GetValue(Namespaces) ?? [], progress, cancellationToken);
                        return true;
                    }
                );
                Console.Out.WriteLine(
                    $"Written to {folder}. Read it before you share it: "
                        + "names, images and log lines are unchanged except for secrets."
                );
                return (int)ExitStatus.Answered;
            }
        );
        return command;
    }
}
