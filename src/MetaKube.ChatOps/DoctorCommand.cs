using System.CommandLine;
using System.Text.Json;
using MetaKube.ChatOps.Cli;
using MetaKube.ChatOps.Configuration;
using MetaKube.ChatOps.Health;

namespace MetaKube.ChatOps;

/// <summary><c>metakube doctor</c>: checks the installation, and names a remedy for each problem.</summary>
internal static class DoctorCommand
{
    private static readonly Option<bool> Json = new("--json") { Description = "print a JSON array" };

    public static Command Build()
    {
        var command = new Command(
            "doctor",
            "Check configuration, cluster, memory, model and chats; name remedies (changes nothing)"
        )
        {
            CommonOptions.Context,
            CommonOptions.Kubeconfig,
            CommonOptions.Data,
            Json,
        };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var (configuration, time) = (MetaKubeConfiguration.Load(), TimeProvider.System);
        await using var sections = Parts.ReadSections(configuration);
        var doctor = Parts.Doctor(
            configuration,
            new(
                () => CommonOptions.DataDirectory(parsed, sections),
                () => CommonOptions.Cluster(parsed, sections, time)
            ),
            time
        );
        var found = new List<CheckResult>();
        await foreach (var result in doctor.RunAsync(cancellationToken))
        {
            found.Add(result);
            if (!parsed.GetValue(Json))
                Print(result);
        }
        if (parsed.GetValue(Json))
            Console.Out.WriteLine(
                JsonSerializer.Serialize<IReadOnlyList<CheckResult>>(
                    found,
                    CheckResultJson.Default.IReadOnlyListCheckResult
                )
            );
        return (int)(
            found.Exists(result => result.Status == CheckStatus.Failed) ? ExitStatus.Error : ExitStatus.Answered
        );
    }

    private static void Print(CheckResult result)
    {
        var status = result.Status switch
        {
            CheckStatus.Ok => "ok     ",
            CheckStatus.Off => "off    ",
            CheckStatus.Warning => "warning",
            _ => "FAILED ",
        };
        Console.Out.WriteLine($"{status} {result.Part}: {result.Summary}");
        if (result.Remedy is { } remedy)
            Console.Out.WriteLine($"          → {remedy}");
    }
}
