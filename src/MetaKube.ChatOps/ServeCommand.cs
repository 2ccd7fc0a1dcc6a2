using System.CommandLine;
using System.CommandLine.Parsing;
using MetaKube.ChatOps.Cli;
using MetaKube.ChatOps.Configuration;
using MetaKube.Cluster;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace MetaKube.ChatOps;

/// <summary><c>metakube serve</c>: runs the bot until it is stopped.</summary>
internal static class ServeCommand
{
    private static readonly Option<string> Urls = new("--urls")
    {
        Description = "where to listen",
        DefaultValueFactory = _ => "http://127.0.0.1:5080",
    };

    private static readonly Option<string?> Dump = new("--dump")
    {
        Description = "read a dump folder in place of a cluster, to try the bot out",
    };

    public static Command Build()
    {
        var command = new Command(
            "serve",
            "Run the bot: answer in chats and in the browser until stopped (the default without a verb)"
        )
        {
            Urls,
            CommonOptions.Context,
            CommonOptions.Kubeconfig,
            Dump,
            CommonOptions.Data,
        };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var configuration = MetaKubeConfiguration.Load();
        var time = TimeProvider.System;
        await using var sections = Parts.ReadSections(configuration);
        foreach (var section in sections.GetServices<ConfiguredSection>())
            section.Read(sections);
        if (!Parts.Platforms.Any(platform => platform.IsConfigured(sections)))
            Console.Error.WriteLine(
                "metakube: no chat is configured (docs/slack.md, docs/teams.md); people can ask in the browser."
            );
        foreach (var warning in Parts.Platforms.SelectMany(platform => platform.Warnings(sections)))
            Console.Error.WriteLine($"metakube: {warning}");
        await using var memory = CommonOptions.Memory(parsed, sections, time, isService: true);
        await using var model = CommonOptions.Model(parsed, sections, time);
        await memory.OpenAsync(cancellationToken);
        await using var app = await BotHost.BuildAsync(
            configuration,
            memory,
            model,
            parsed.GetValue(Dump) is { } dump ? new DumpEvidence(dump) : CommonOptions.Cluster(parsed, sections, time),
            time,
            parsed.GetValue(Urls)!
        );
        await app.StartAsync(cancellationToken);
        Console.Error.WriteLine($"metakube: listening on {string.Join(", ", app.Urls)}; open it in a browser.");
        await app.WaitForShutdownAsync(cancellationToken);
        return (int)ExitStatus.Answered;
    }
}
