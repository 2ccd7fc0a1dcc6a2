namespace MetaKube.ChatOps.Slack;

/// <summary>A method of Slack's Web API.</summary>
/// <param name="Name">The method's name, such as "chat.update".</param>
/// <param name="PerMinute">Calls per minute that Slack's tier allows; for chat.postMessage, in one channel.</param>
/// <param name="Scopes">The bot's scopes for the method; of history scopes, one for each kind of conversation.</param>
/// <param name="IsQuery">True when the method takes its arguments as a query, not as JSON.</param>
internal sealed record SlackMethod(string Name, int PerMinute, IReadOnlyList<string> Scopes, bool IsQuery = false)
{
    private const int Tier2 = 20,
        Tier3 = 50,
        Tier4 = 100;

    public static readonly SlackMethod AuthTest = new("auth.test", Tier4, []),
        BotsInfo = new("bots.info", Tier3, ["users:read"], IsQuery: true),
        OpenConnection = new("apps.connections.open", Tier2, []),
        PostMessage = new("chat.postMessage", 60, ["chat:write"]),
        PostEphemeral = new("chat.postEphemeral", Tier4, ["chat:write"]),
        Update = new("chat.update", Tier3, ["chat:write"]),
        StartStream = new("chat.startStream", Tier2, ["chat:write"]),
        AppendStream = new("chat.appendStream", Tier4, ["chat:write"]),
        StopStream = new("chat.stopStream", Tier2, ["chat:write"]),
        Replies =
            new("conversations.replies", Tier3, ["channels:history", "groups:history", "im:history"], IsQuery: true),
        History =
            new("conversations.history", Tier3, ["channels:history", "groups:history", "im:history"], IsQuery: true),
        AddReaction = new("reactions.add", Tier3, ["reactions:write"]),
        RemoveReaction = new("reactions.remove", Tier2, ["reactions:write"]),
        OpenView = new("views.open", Tier4, []),
        PublishView = new("views.publish", Tier4, []),
        SetStatus = new("assistant.threads.setStatus", Tier4, ["chat:write"]);

    public static IReadOnlyList<SlackMethod> All { get; } =
    [
        AuthTest,
        BotsInfo,
        OpenConnection,
        PostMessage,
        PostEphemeral,
        Update,
        StartStream,
        AppendStream,
        StopStream,
        Replies,
        History,
        AddReaction,
        RemoveReaction,
        OpenView,
        PublishView,
        SetStatus,
    ];

    public override string ToString() => Name;
}
