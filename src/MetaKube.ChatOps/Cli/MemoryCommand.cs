using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using MetaKube.ChatOps.Configuration;
using MetaKube.ChatOps.Redis;
using MetaKube.Memory;
using Spectre.Console;

namespace MetaKube.ChatOps.Cli;

/// <summary><c>metakube memory</c>: what is remembered.</summary>
internal static class MemoryCommand
{
    private static readonly Argument<string> Id = new("episode") { Description = "the episode's id" };
    private static readonly Option<bool> Json = new("--json") { Description = "print JSON" };

    public static Command Build()
    {
        var list = new Command("list", "List all episodes, the newest first") { CommonOptions.Data, Json };
        list.SetAction((parsed, cancellationToken) => WithStoreAsync(
            parsed, store => ListAsync(store, parsed.GetValue(Json), cancellationToken), cancellationToken));
        var show = new Command("show", "Show one episode") { Id, CommonOptions.Data, Json };
        show.SetAction((parsed, cancellationToken) => WithStoreAsync(
            parsed, store => ShowAsync(store, parsed.GetValue(Id)!, parsed.GetValue(Json), cancellationToken), cancellationToken));
        return new("memory", "Look at what is remembered") { list, show };
    }

    private static async Task<int> WithStoreAsync(ParseResult parsed, Func<IMemoryStore, Task<int>> action, CancellationToken cancellationToken)
    {
        var configuration = MetaKubeConfiguration.Load();
        await using var access = new MemoryAccess(
            configuration.Section("Redis", new RedisOptionsValidator()), CommonOptions.DataDirectory(parsed, configuration), TimeProvider.System);
        await access.OpenAsync(cancellationToken);
        return await action(access.Store!);
    }

    private static async Task<int> ListAsync(IMemoryStore store, bool json, CancellationToken cancellationToken)
    {
        var episodes = await store.ListAsync(cancellationToken);
        if (json)
        {
            foreach (var episode in episodes) Console.Out.WriteLine(JsonSerializer.Serialize(episode, EpisodeJson.Default.Episode));
            return (int)ExitStatus.Answered;
        }
        if (episodes.Count == 0)
        {
            Console.Out.WriteLine("Nothing is remembered yet: ask something.");
            return (int)ExitStatus.Answered;
        }
        if (Console.IsOutputRedirected)
        {
            foreach (var e in episodes) Console.Out.WriteLine($"{e.Id}  {Day(e.At)}  {Word(e),-9}  {e.Fault,-34}  {e.Resource?.ToString() ?? "-"}");
            return (int)ExitStatus.Answered;
        }
        var table = new Table().Border(TableBorder.Simple).AddColumns("episode", "when", "outcome", "fault", "resource", "question");
        foreach (var e in episodes)
            table.AddRow(
                Markup.Escape(e.Id), Day(e.At), Word(e), Markup.Escape(e.Fault), Markup.Escape(e.Resource?.ToString() ?? "-"),
                Markup.Escape(e.Question));
        AnsiConsole.Write(table);
        return (int)ExitStatus.Answered;
    }

    private static async Task<int> ShowAsync(IMemoryStore store, string id, bool json, CancellationToken cancellationToken)
    {
        if (await store.FindAsync(id, cancellationToken) is not { } e) return MetaKubeCommand.Fail(
            $"Memory has no episode '{id}' (see metakube memory list).", ExitStatus.Error);
        if (json)
        {
            Console.Out.WriteLine(JsonSerializer.Serialize(e, EpisodeJson.Default.Episode));
            return (int)ExitStatus.Answered;
        }
        var lines = new List<(string Name, string? Value)>
        {
            ("episode", e.Id), ("when", e.At.ToString("u", CultureInfo.InvariantCulture)), ("cluster", e.Cluster), ("question", e.Question), ("resource", e.Resource?.ToString()),
            ("fault", e.Fault), ("cause", e.RootCause), ("outcome", Word(e)), ("fixed by", e.Fix),
            ("tried, wrong", e.FailedFaults.Count == 0 ? null : string.Join(", ", e.FailedFaults)),
            ("reliability", Confidence.Reliability(e.Successes, e.Failures).ToString("0.00", CultureInfo.InvariantCulture)),
            ("keys", string.Join(", ", e.Keys)),
        };
        lines.AddRange(e.Remedies.Select(remedy => ("remedy", (string?)remedy.Summary)));
        foreach (var (name, value) in lines.Where(line => !string.IsNullOrEmpty(line.Value))) Console.Out.WriteLine($"{name,-13} {value}");
        return (int)ExitStatus.Answered;
    }

    private static string Day(DateTimeOffset at) => at.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);

    private static string Word(Episode e) => e.Outcome.ToString().ToLowerInvariant();
}
