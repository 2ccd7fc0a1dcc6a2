using System.Text.Json.Nodes;
using MetaKube.Chat;
using MetaKube.Fakes.Teams;

namespace MetaKube.Evaluation.Conversations;

/// <summary>A script in the fake Teams. Alerting apps do not post there, and files need another server.</summary>
internal sealed class TeamsPlace(FakeTeams teams) : TalkPlace
{
    private readonly Dictionary<int, JsonObject> said = [];
    private string? conversation;
    private int chats;

    public static async Task<TeamsPlace> StartAsync() => new(await FakeTeams.StartAsync());

    public override ThreadRef? Thread =>
        conversation?.Split(";messageid=") switch
        {
            [var channel, var root] => new("teams", channel, root),
            [var chat] => new("teams", chat, ""),
            _ => null,
        };

    public override bool Has(TalkScript script) => !script.IsAlert && script.Turns.All(turn => turn.File is null);

    public override IReadOnlyDictionary<string, string> Settings(TalkScript script) => teams.Settings;

    public override Task ConnectAsync(Uri bot) => teams.ConnectAsync(bot);

    public override async Task PlayAsync(TalkScript script, TalkTurn turn)
    {
        var activity = (turn.Edits ?? turn.Deletes) is { } earlier
            ? Changed(said[earlier], turn, script)
            : said[turn.Number] = Message(script, turn);
        conversation = (string)activity["conversation"]!["id"]!;
        await teams.DeliverAsync(activity);
    }

    public override IReadOnlyList<SeenMessage> Seen() =>
        [
            .. teams
                .Messages.Values.Where(message => !message.IsWorking)
                .OrderBy(message => message.Id, StringComparer.Ordinal)
                .Select(message => new SeenMessage(message.Id, message.Conversation, message.Text)),
        ];

    public override ValueTask DisposeAsync() => teams.DisposeAsync();

    private JsonObject Message(TalkScript script, TalkTurn turn)
    {
        if (turn.IsNew || conversation is null)
            conversation = script.IsDirect ? $"a:chat-{++chats}" : teams.Channel;
        var person = new TeamsPerson($"29:{turn.Who}", $"id-{turn.Who}", turn.Who);
        return teams.Message(person, conversation, Without(turn.Says), IsMention(turn));
    }

    private static JsonObject Changed(JsonObject message, TalkTurn turn, TalkScript script)
    {
        var changed = (JsonObject)message.DeepClone();
        var isMention = IsMention(turn) || script.IsDirect;
        changed["type"] = turn.Deletes is null ? "messageUpdate" : "messageDelete";
        changed["text"] = isMention ? $"<at>MetaKube</at> {Without(turn.Says)}" : turn.Says;
        changed["entities"] = isMention
            ? new JsonArray(
                new JsonObject
                {
                    ["type"] = "mention",
                    ["mentioned"] = new JsonObject { ["id"] = FakeTeams.Bot, ["name"] = "MetaKube" },
                    ["text"] = "<at>MetaKube</at>",
                }
            )
            : new JsonArray();
        if (changed["channelData"] is JsonObject data)
            data["eventType"] = turn.Deletes is null ? "editMessage" : "softDeleteMessage";
        return changed;
    }

    private static bool IsMention(TalkTurn turn) => turn.Says.Contains("@metakube", StringComparison.OrdinalIgnoreCase);

    private static string Without(string says) =>
        says.Replace("@metakube", "", StringComparison.OrdinalIgnoreCase).Trim();
}
