using System.CommandLine;
using System.CommandLine.Parsing;
using MetaKube.ChatOps.Configuration;
using MetaKube.ChatOps.KubeLlm;
using MetaKube.ChatOps.Memory;
using MetaKube.ChatOps.Slack;
using MetaKube.ChatOps.Teams;
using MetaKube.Cluster;
using Microsoft.Extensions.Hosting;

namespace MetaKube.ChatOps.Cli;

/// <summary><c>metakube serve</c>: the bot, until it is told to stop.</summary>
internal static class ServeCommand
{
    private static readonly Option<string> Urls = new("--urls")
    {
        Description = "where to listen",
        DefaultValueFactory = _ => "http://127.0.0.1:5080",
    };

    private static readonly Option<string?> Dump = new("--dump")
    {
        Description = "read a dump folder, and no cluster: to try it out",
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
        var teams = configuration.Section("Teams", new TeamsOptionsValidator());
        if (!configuration.Section("Slack", new SlackOptionsValidator()).IsConfigured && !teams.IsConfigured)
            Console.Error.WriteLine(
                "metakube: no chat is configured (docs/slack.md, docs/teams.md); people can ask in the browser."
            );
        if (teams.AllowUnauthenticated)
            Console.Error.WriteLine(
                "metakube: Teams:AllowUnauthenticated lets every program of this machine speak as anybody; for development only."
            );
        await using var memory = CommonOptions.Memory(parsed, configuration, time, isService: true);
        await using var model = CommonOptions.Model(parsed, configuration, time);
        await memory.OpenAsync(cancellationToken);
        await using var app = await BotHost.BuildAsync(
            configuration,
            memory,
            model,
            parsed.GetValue(Dump) is { } dump
                ? new DumpEvidence(dump)
                : CommonOptions.Cluster(parsed, configuration, time),
            time,
            parsed.GetValue(Urls)!
        );
        await app.StartAsync(cancellationToken);
        Console.Error.WriteLine($"metakube: listening on {string.Join(", ", app.Urls)}; open it in a browser.");
        await app.WaitForShutdownAsync(cancellationToken);
        return (int)ExitStatus.Answered;
    }
}
