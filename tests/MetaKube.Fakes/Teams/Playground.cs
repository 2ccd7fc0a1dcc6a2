using System.Diagnostics;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json.Nodes;

namespace MetaKube.Fakes.Teams;

/// <summary>
/// Microsoft's Agents Playground, used without its page: people write through its HTTP interface, and what the bot did
/// is read from its recording.
/// </summary>
internal sealed class Playground : TeamsClient
{
    private readonly Process process;
    private readonly DirectoryInfo folder;
    private readonly HttpClient http;
    private readonly CancellationTokenSource ended = new();
    private readonly HashSet<string> read = [];
    private readonly JsonObject config;
    private readonly Task following;

    private Playground(Process process, DirectoryInfo folder, HttpClient http, JsonObject config)
    {
        (this.process, this.folder, this.http, this.config) = (process, folder, http, config);
        Ada = Person(config["currentUser"]!);
        Bob = Person(config["users"]![0]!);
        following = FollowAsync();
    }

    /// <param name="packages">The folder with the Playground's npm package.</param>
    /// <param name="bot">The address of the bot.</param>
    public static async Task<Playground> StartAsync(string packages, Uri bot)
    {
        var folder = Directory.CreateTempSubdirectory("metakube-playground-");
        folder.CreateSubdirectory("devTools");
        var port = LoopbackPort.Next();
        var process = Start(packages, bot, folder, port);
        var http = new HttpClient { BaseAddress = new($"http://127.0.0.1:{port}/") };
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        while (true)
        {
            try
            {
                if (await http.GetFromJsonAsync<JsonObject>("_internal/v1/config", timeout.Token) is { } answer)
                    return new(process, folder, http, answer["config"]!.AsObject());
            }
            catch (Exception e) when (e is HttpRequestException or SocketException && !process.HasExited)
            {
                // Not up yet; a connection that is closed while it is made is a SocketException.
            }
            await timer.WaitForNextTickAsync(timeout.Token);
        }
    }

    private static Process Start(string packages, Uri bot, DirectoryInfo folder, int port)
    {
        var start = new ProcessStartInfo(
            "node",
            [
                Path.Combine(packages, "node_modules/@microsoft/m365agentsplayground/cli.js"),
                "start",
                "-e",
                new Uri(bot, "/api/messages").AbsoluteUri,
                "-c",
                "msteams",
                "-p",
                $"{port}",
                "--dt",
                "--er",
            ]
        )
        {
            WorkingDirectory = folder.FullName,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["TEAMSAPPTESTER_BROWSER"] = "none";
        var process = Process.Start(start)!;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;
    }

    public override TeamsPerson Ada { get; }

    public override TeamsPerson Bob { get; }

    public override string Channel => "channel-announcements-id";

    public override string Personal => (string)config["personalChat"]!["id"]!;

    /// <summary>The page that shows it all.</summary>
    public Uri Page => http.BaseAddress!;

    /// <summary>
    /// It listens at a port that is known only once it runs, and runs only once the bot does: where it is, the bot
    /// learns from the first message.
    /// </summary>
    public override Dictionary<string, string> Settings => Loopback;

    public static Dictionary<string, string> Loopback => new() { ["Teams:AllowUnauthenticated"] = "true" };

    public override Task ConnectAsync(Uri bot) => Task.CompletedTask;

    public override async Task<string> SayAsync(
        TeamsPerson person,
        string conversation,
        string text,
        bool mentions = true
    )
    {
        var bot = config["bot"]!;
        var message = new JsonObject
        {
            ["from"] = new JsonObject { ["id"] = person.Id },
            ["text"] = mentions ? $"<at>{bot["name"]}</at> {text}" : text,
            ["textFormat"] = "plain",
        };
        if (mentions)
            message["mentions"] = new JsonArray(
                new JsonObject
                {
                    ["mentioned"] = new JsonObject { ["id"] = (string)bot["id"]! },
                    ["text"] = $"<at>{bot["name"]}</at>",
                }
            );
        var answer = await SendAsync($"_conversation/v1/conversations/{conversation}/messages", message);
        return (string?)answer["postConversationId"] ?? conversation;
    }

    public override Task<JsonObject> InvokeAsync(
        TeamsPerson person,
        string conversation,
        string name,
        string message,
        JsonObject value
    ) =>
        SendAsync(
            "_conversation/v1/invoke",
            new()
            {
                ["name"] = name,
                ["from"] = new JsonObject { ["id"] = person.Id },
                ["conversation"] = new JsonObject { ["id"] = conversation },
                ["replyToId"] = message,
                ["value"] = value,
            }
        );

    public override async Task ReactAsync(TeamsPerson person, TeamsMessage message, string type, bool isAdded = true) =>
        await SendAsync(
            "_internal/v1/customActivities",
            new()
            {
                ["type"] = "messageReaction",
                ["id"] = $"f:{Guid.NewGuid()}",
                ["channelId"] = "msteams",
                ["serviceUrl"] = $"http://localhost:{Page.Port}/_connector",
                ["replyToId"] = message.Id,
                ["timestamp"] = TimeProvider.System.GetUtcNow().ToString("O"),
                [isAdded ? "reactionsAdded" : "reactionsRemoved"] = new JsonArray(new JsonObject { ["type"] = type }),
                ["from"] = new JsonObject { ["id"] = person.Id, ["aadObjectId"] = person.ObjectId },
                ["recipient"] = config["bot"]!.DeepClone(),
                ["conversation"] = new JsonObject
                {
                    ["isGroup"] = true,
                    ["conversationType"] = "channel",
                    ["id"] = message.Conversation,
                    ["tenantId"] = (string?)config["tenantId"],
                },
            }
        );

    public override async ValueTask DisposeAsync()
    {
        await ended.CancelAsync();
        await following;
        http.Dispose();
        if (!process.HasExited)
            process.Kill(entireProcessTree: true);
        await process.WaitForExitAsync();
        process.Dispose();
        ended.Dispose();
        folder.Delete(recursive: true);
    }

    private static TeamsPerson Person(JsonNode user) =>
        new((string)user["id"]!, (string)user["aadObjectId"]!, (string)user["name"]!);

    private async Task<JsonObject> SendAsync(string path, JsonObject content)
    {
        using var response = await http.PostAsJsonAsync(path, content);
        var text = await response.Content.ReadAsStringAsync();
        response.EnsureSuccessStatusCode();
        return text.StartsWith('{') ? JsonNode.Parse(text)!.AsObject() : [];
    }

    /// <summary>The recording is written to a file, one JSON document after another.</summary>
    private async Task FollowAsync()
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        try
        {
            while (await timer.WaitForNextTickAsync(ended.Token))
                foreach (
                    var file in Directory.EnumerateFiles(
                        Path.Combine(folder.FullName, "devTools"),
                        "events_recording_*.log"
                    )
                )
                {
                    await using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
                    using var reader = new StreamReader(stream);
                    // The last one may be half written.
                    foreach (var document in (await reader.ReadToEndAsync(ended.Token)).Split("\n---")[..^1])
                        NoteRecorded(JsonNode.Parse(document)!.AsObject());
                }
        }
        catch (OperationCanceledException)
        {
            // Enough.
        }
    }

    private void NoteRecorded(JsonObject record)
    {
        if (
            !read.Add((string)record["logId"]!)
            || ((string)record["direction"]!).StartsWith("Microsoft", StringComparison.Ordinal)
        )
            return;
        var request = record["request"]!;
        var url = ((string)request["url"]!).Split('/').Select(Uri.UnescapeDataString).ToList();
        var content = request["body"]!.DeepClone().AsObject();
        if ((int?)record["response"]?["statusCode"] >= 400)
            return;
        if (url is [.., "v3", "conversations"])
        {
            var conversation = (string)record["response"]!["body"]!["id"]!;
            Note(
                (string)record["response"]!["body"]!["activityId"]!,
                conversation,
                content["activity"]!.DeepClone().AsObject()
            );
            Started.Enqueue(conversation);
        }
        else if (url is [.., "conversations", var of, "activities"])
        {
            var stream = content["entities"]
                ?.AsArray()
                .FirstOrDefault(entity => (string?)entity?["type"] == "streaminfo");
            if (stream is null && (string?)content["type"] == "typing")
                return;
            if (((string?)stream?["streamId"] ?? (string?)record["response"]?["body"]?["id"]) is { } id)
                Note(id, of, content);
        }
        else if (url is [.., "conversations", var where, "activities", var changed])
            Note(changed, where, content);
    }
}
