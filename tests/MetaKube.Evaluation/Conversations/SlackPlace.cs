using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using MetaKube.Chat;
using MetaKube.Fakes.Chat;
using MetaKube.Fakes.Slack;

namespace MetaKube.Evaluation.Conversations;

/// <summary>A script in the fake Slack, with events over HTTP.</summary>
internal sealed partial class SlackPlace(FakeSlack slack) : TalkPlace
{
    private const string Channel = "C0INCIDENTS",
        Direct = "D0TALK";

    private readonly Dictionary<int, FakeMessage> said = [];
    private string? root;
    private string channel = Channel;

    public static async Task<SlackPlace> StartAsync() => new(await FakeSlack.StartAsync());

    public override ThreadRef? Thread => root is null ? null : new("slack", channel, root);

    public override IReadOnlyDictionary<string, string> Settings(TalkScript script)
    {
        var settings = Bot.Settings(slack, SlackTransport.Http);
        var apps = script.Turns.Select(turn => turn.Who).Where(IsApp).Distinct().ToList();
        if (apps.Count > 0)
            settings["Slack:AlertChannels:0"] = Channel;
        for (var i = 0; i < apps.Count; i++)
            settings[$"Slack:AlertSenders:{i}"] = apps[i];
        return settings;
    }

    public override Task ConnectAsync(Uri bot)
    {
        slack.Events.Endpoint = bot;
        return Task.CompletedTask;
    }

    public override async Task PlayAsync(TalkScript script, TalkTurn turn)
    {
        channel = script.IsDirect ? Direct : Channel;
        if (turn.Edits is { } edited)
            await slack.Events.EditAsync(said[edited], Text(turn.Says));
        else if (turn.Deletes is { } deleted)
            await slack.Events.DeleteAsync(said[deleted]);
        else
        {
            var isApp = script.IsAlert && IsApp(turn.Who);
            var thread = turn.IsNew || isApp ? null : root;
            var message = isApp
                ? await slack.Events.SayAsync(channel, "", Text(turn.Says), null, App(turn.Who))
                : await slack.Events.SayAsync(channel, UserOf(turn.Who), Text(turn.Says), thread, FileOf(turn));
            said[turn.Number] = message;
            if (thread is null && (turn.IsNew || root is null))
                root = message.Ts;
        }
        if ((turn.Edits ?? turn.Deletes) is { } again)
            root = said[again].Thread ?? said[again].Ts;
        await slack.Events.SettledAsync();
    }

    public override IReadOnlyList<SeenMessage> Seen() =>
        [
            .. slack
                .Messages.Values.Where(message => message is { IsOurs: true, Key: not null })
                .OrderBy(message => message.Ts, StringComparer.Ordinal)
                .Select(message => new SeenMessage(message.Ts, message.Thread ?? message.Ts, TextOf(message))),
            .. slack.Ephemerals.Select((one, n) => new SeenMessage($"ephemeral-{n}", "", one.Text)),
        ];

    public override ValueTask DisposeAsync() => slack.DisposeAsync();

    /// <summary>The text of the blocks where there are any: the fallback text repeats it.</summary>
    private static string TextOf(FakeMessage message)
    {
        if (message.Content["blocks"] is null)
            return message.Text;
        var shown = (JsonObject)message.Content.DeepClone();
        shown.Remove("text");
        return new FakeMessage
        {
            Channel = "",
            Ts = "",
            Content = shown,
        }.Text;
    }

    private JsonObject? FileOf(TalkTurn turn)
    {
        if (turn.File is not { } file)
            return null;
        var id = $"F{turn.Number}";
        var type = TypeOf(file.Name);
        slack.AddFile(id, type, file.Content);
        return new()
        {
            ["subtype"] = "file_share",
            ["files"] = new JsonArray(
                new JsonObject
                {
                    ["id"] = id,
                    ["name"] = file.Name,
                    ["mimetype"] = type,
                    ["filetype"] = file.Name.Split('.')[^1],
                    ["size"] = file.Content.Length,
                    ["url_private_download"] = $"{slack.Url}/files/{id}",
                }
            ),
        };
    }

    private static string TypeOf(string name) =>
        name.Split('.')[^1] switch
        {
            "gz" or "tgz" => "application/gzip",
            "zip" => "application/zip",
            "png" => "image/png",
            "jpg" => "image/jpeg",
            "yaml" or "yml" => "text/yaml",
            "json" => "application/json",
            "pdf" => "application/pdf",
            _ => "text/plain",
        };

    private static JsonObject App(string name) =>
        new()
        {
            ["subtype"] = "bot_message",
            ["bot_id"] = "B0ALERTS",
            ["username"] = name,
        };

    private static bool IsApp(string who) => char.IsUpper(who[0]);

    private static string UserOf(string who) => $"U0{who.ToUpperInvariant()}";

    private static string Text(string says) =>
        Person()
            .Replace(
                says,
                match =>
                    match.Groups[1].Value.Equals("metakube", StringComparison.OrdinalIgnoreCase)
                        ? $"<@{FakeSlack.BotUser}>"
                        : $"<@{UserOf(match.Groups[1].Value)}>"
            );

    [GeneratedRegex(@"(?<![\w.])@(metakube|ada|ben|cleo|dora|emil|fei|kenji|gus|hana|ivo)\b", RegexOptions.IgnoreCase)]
    private static partial Regex Person();
}
