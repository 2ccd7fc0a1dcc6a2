using System;
using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using MetaKube.Fakes.Chat;

namespace MetaKube.Fakes.Teams;

/// <summary>A person in Teams.</summary>
/// <param name="Id">The id in activities.</param>
/// <param name="ObjectId">The id in Entra.</param>
/// <param name="Name">The name that others see.</param>
internal sealed record TeamsPerson(string Id, string ObjectId, string Name);

/// <summary>A message of the bot, as it stands now.</summary>
internal sealed class TeamsMessage
{
    public required string Id { get; init; }

    /// <summary>The conversation with the thread, as the Connector names it.</summary>
    public required string Conversation { get; init; }

    public required JsonObject Content { get; set; }

    /// <summary>The number of times it was posted or changed.</summary>
    public int Versions { get; set; } = 1;

    public JsonObject? Card => Content["attachments"]?[0]?["content"] as JsonObject;

    /// <summary>All text that it shows.</summary>
    public string Text => string.Join('\n', Texts(Content));

    public bool IsWorking =>
        Text.Contains("Investigating; the answer", StringComparison.Ordinal) || (string?)Content["type"] == "typing";

    public bool IsAnswer => Actions.Any(action => (string?)action["verb"] == "deeper");

    public bool IsReply => !IsWorking && !IsAnswer;

    /// <summary>Its buttons, with those of its form.</summary>
    public IEnumerable<JsonObject> Actions =>
        All(Card).Where(one => ((string?)one["type"])?.StartsWith("Action.", StringComparison.Ordinal) == true);

    private static IEnumerable<JsonObject> All(JsonNode? node) =>
        node switch
        {
            JsonArray array => array.SelectMany(All),
            JsonObject map => map.SelectMany(one => All(one.Value)).Prepend(map),
            _ => [],
        };

    private static IEnumerable<string> Texts(JsonNode? node) =>
        node switch
        {
            JsonArray array => array.SelectMany(Texts),
            JsonObject map => map.SelectMany(one =>
                one is { Key: "text" or "url", Value: JsonValue value } ? [value.ToString()] : Texts(one.Value)
            ),
            _ => [],
        };
}

/// <summary>A client of Teams and the people who use it: Microsoft's Playground, or our own fake.</summary>
internal abstract class TeamsClient : IAsyncDisposable
{
    protected ConditionSignal Changed { get; } = new();

    public ConcurrentDictionary<string, TeamsMessage> Messages { get; } = new();

    /// <summary>Threads that the bot has started by itself, by their conversations.</summary>
    public ConcurrentQueue<string> Started { get; } = new();

    public abstract TeamsPerson Ada { get; }

    public abstract TeamsPerson Bob { get; }

    /// <summary>The id of a channel.</summary>
    public abstract string Channel { get; }

    /// <summary>The id of Ada's chat with the bot.</summary>
    public abstract string Personal { get; }

    /// <summary>The settings that make a bot speak with it.</summary>
    public abstract Dictionary<string, string> Settings { get; }

    /// <summary>Brings a bot and the client together.</summary>
    public abstract Task ConnectAsync(Uri bot);

    /// <summary>A person writes: in a channel it starts a thread, in a thread's conversation it follows up.</summary>
    /// <returns>The conversation of the thread.</returns>
    public abstract Task<string> SayAsync(TeamsPerson person, string conversation, string text, bool mentions = true);

    /// <summary>Calls the bot for a click or a form.</summary>
    /// <returns>The response of the bot.</returns>
    public abstract Task<JsonObject> InvokeAsync(
        TeamsPerson person,
        string conversation,
        string name,
        string message,
        JsonObject value
    );

    public abstract Task ReactAsync(TeamsPerson person, TeamsMessage message, string type, bool isAdded = true);

    /// <summary>The bot's messages of a thread, in the order in which they appeared.</summary>
    public IReadOnlyList<TeamsMessage> ThreadOf(string conversation) =>
        [
            .. Messages
                .Values.Where(message => message.Conversation == conversation)
                .OrderBy(message => message.Id, StringComparer.Ordinal),
        ];

    public IReadOnlyList<TeamsMessage> AnswersIn(string conversation) =>
        [.. ThreadOf(conversation).Where(message => message.IsAnswer)];

    /// <summary>A person clicks a button of a message, with what the form holds.</summary>
    public async Task<JsonObject> ClickAsync(
        TeamsPerson person,
        TeamsMessage message,
        string verb,
        params (string Name, string Value)[] inputs
    )
    {
        var action = (JsonObject)message.Actions.First(one => (string?)one["verb"] == verb).DeepClone();
        foreach (var (name, value) in inputs)
            action["data"]![name] = value;
        return await InvokeAsync(
            person,
            message.Conversation,
            "adaptiveCard/action",
            message.Id,
            new() { ["action"] = action, ["trigger"] = "manual" }
        );
    }

    /// <summary>A person uses Teams' own thumbs under a message.</summary>
    public Task<JsonObject> RateAsync(TeamsPerson person, TeamsMessage message, string reaction, string words) =>
        InvokeAsync(
            person,
            message.Conversation,
            "message/submitAction",
            message.Id,
            new()
            {
                ["actionName"] = "feedback",
                ["actionValue"] = new JsonObject
                {
                    ["reaction"] = reaction,
                    ["feedback"] = new JsonObject { ["feedbackText"] = words }.ToJsonString(),
                },
            }
        );

    /// <summary>Waits until a condition holds; it is evaluated at each change.</summary>
    public Task UntilAsync(Func<bool> holds, string what, Func<string>? more = null) =>
        Changed.UntilAsync(holds, null, what, () => $"{more?.Invoke()}\nmessages:\n{string.Join('\n', Described())}");

    private IEnumerable<string> Described() =>
        Messages
            .Values.OrderBy(message => message.Id, StringComparer.Ordinal)
            .Select(message => $"{message.Conversation} {message.Id}: {message.Text.ReplaceLineEndings(" ")}");

    public abstract ValueTask DisposeAsync();

    public void NoteChange() => Changed.Note();

    /// <summary>Records a message that the bot posted or changed.</summary>
    protected void Note(string id, string conversation, JsonObject content)
    {
        Messages.AddOrUpdate(
            id,
            _ =>
                new()
                {
                    Id = id,
                    Conversation = conversation,
                    Content = content,
                },
            (_, message) =>
            {
                message.Content = content;
                message.Versions++;
                return message;
            }
        );
        Changed.Note();
    }
}
