using System.Text.Json;

namespace MetaKube.ChatOps.Slack;

/// <summary>The bot's ids in Slack, fetched once (auth.test, bots.info).</summary>
internal sealed class SlackIdentity(SlackApi api) : IDisposable
{
    private readonly SemaphoreSlim gate = new(1, 1);
    private volatile bool isNoAgent;

    /// <summary>
    /// True once the ids are known. Before that no event can be accepted, since the bot could not recognise its own
    /// messages.
    /// </summary>
    public bool IsKnown { get; private set; }

    public string User { get; private set; } = "";

    public string Bot { get; private set; } = "";

    public string App { get; private set; } = "";

    public string Team { get; private set; } = "";

    /// <summary>The workspace's address, or null.</summary>
    public Uri? Workspace { get; private set; }

    /// <summary>False once Slack has refused a call that only an agent app may make.</summary>
    public bool IsAgent => !isNoAgent;

    public void NoteNoAgent() => isNoAgent = true;

    /// <exception cref="ChatUnavailableException">Slack does not answer.</exception>
    /// <exception cref="ChatRefusedException">The token is not accepted.</exception>
    public async Task EnsureAsync(CancellationToken cancellationToken)
    {
        await gate.WaitAsync(cancellationToken);
        try
        {
            if (IsKnown)
                return;
            var test = await api.CallAsync(SlackMethod.AuthTest, [], cancellationToken);
            (User, Team, Bot) = (Of(test, "user_id"), Of(test, "team_id"), Of(test, "bot_id"));
            Workspace = Uri.TryCreate(Of(test, "url"), UriKind.Absolute, out var url) ? url : null;
            var info = await api.CallAsync(SlackMethod.BotsInfo, new() { ["bot"] = Bot }, cancellationToken);
            App = Of(info.GetProperty("bot"), "app_id");
            IsKnown = true;
        }
        finally
        {
            gate.Release();
        }
    }

    public void Dispose() => gate.Dispose();

    /// <summary>True when a message carries one of the bot's ids.</summary>
    public bool IsOurs(JsonElement message) =>
        Is(message, "user", User) || Is(message, "bot_id", Bot) || Is(message, "app_id", App);

    private static bool Is(JsonElement message, string name, string value) =>
        value.Length > 0 && message.TryGetProperty(name, out var found) && found.ValueEquals(value);

    private static string Of(JsonElement answer, string name) =>
        answer.TryGetProperty(name, out var value) ? value.GetString() ?? "" : "";
}
