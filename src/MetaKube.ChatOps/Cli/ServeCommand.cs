using System.CommandLine;
using System.CommandLine.Parsing;
using MetaKube.ChatOps.Configuration;
using MetaKube.ChatOps.Slack;
using MetaKube.ChatOps.Teams;
using Microsoft.Extensions.Hosting;

namespace MetaKube.ChatOps.Cli;

/// <summary><c>metakube serve</c>: the bot, until it is told to stop.</summary>
internal static class ServeCommand
{
    private static readonly Option<string> Urls = new("--urls") { Description = "where to listen", DefaultValueFactory = _ => "http://127.0.0.1:5080" };

    public static Command Build()
    {
        var command = new Command("serve", "Run the bot: answer in chats until stopped (the default without a verb)") { Urls, CommonOptions.Context, CommonOptions.Kubeconfig, CommonOptions.Data };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var configuration = MetaKubeConfiguration.Load();
        var time = TimeProvider.System;
        var teams = configuration.Section("Teams", new TeamsOptionsValidator());
        if (!configuration.Section("Slack", new SlackOptionsValidator()).IsConfigured && !teams.IsConfigured)
            Console.Error.WriteLine("metakube: no chat is configured (Slack:BotToken, Teams:AppId), so nobody can ask; docs/slack.md and docs/teams.md say how.");
        if (teams.AllowUnauthenticated) Console.Error.WriteLine("metakube: Teams:AllowUnauthenticated lets every program of this machine speak as anybody; for development only.");
        await using var memory = CommonOptions.Memory(parsed, configuration, time, isService: true);
        await using var model = CommonOptions.Model(parsed, configuration, time);
        await memory.OpenAsync(cancellationToken);
        await using var app = BotHost.Build(configuration, memory, model, CommonOptions.Cluster(parsed, configuration, time), time, parsed.GetValue(Urls)!);
        await app.StartAsync(cancellationToken);
        await app.WaitForShutdownAsync(cancellationToken);
        return (int)ExitStatus.Answered;
    }
}
