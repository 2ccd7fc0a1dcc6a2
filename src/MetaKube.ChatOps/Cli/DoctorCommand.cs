using System;
using System.CommandLine;
using System.Text.Json;
using MetaKube.ChatOps.Configuration;
using MetaKube.ChatOps.Health;

namespace MetaKube.ChatOps.Cli;

/// <summary><c>metakube doctor</c>: what is wrong with the installation, and how it is mended.</summary>
internal static class DoctorCommand
{
    private static readonly Option<bool> Json = new("--json") { Description = "print a JSON array" };

    public static Command Build()
    {
        var command = new Command(
            "doctor",
            "Look at configuration, cluster, memory, model and chats: what is wrong, and how it is mended (changes nothing)"
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
        var doctor = new Doctor(
            configuration,
            CommonOptions.DataDirectory(parsed, configuration),
            () => CommonOptions.Cluster(parsed, configuration, time),
            time
        );
        var found = new List<Checkup>();
        await foreach (var checkup in doctor.RunAsync(cancellationToken))
        {
            found.Add(checkup);
            if (parsed.GetValue(Json))
                continue;
            Console.Out.WriteLine(
                $"{checkup.Status switch { CheckStatus.Ok => "ok     ", CheckStatus.Off => "off    ", CheckStatus.Warning => "warning", _ => "FAILED " }} {checkup.Part}: {checkup.Says}"
            );
            if (checkup.Mend is { } mend)
                Console.Out.WriteLine($"          → {mend}");
        }
        if (parsed.GetValue(Json))
            Console.Out.WriteLine(
                JsonSerializer.Serialize<IReadOnlyList<Checkup>>(found, CheckupJson.Default.IReadOnlyListCheckup)
            );
        return (int)(
            found.Exists(checkup => checkup.Status == CheckStatus.Failed) ? ExitStatus.Error : ExitStatus.Answered
        );
    }
}
