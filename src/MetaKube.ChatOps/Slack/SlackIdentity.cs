using System.Text.Json;

namespace MetaKube.ChatOps.Slack;

/// <summary>Who we are in Slack; asked for once, when Slack first answers.</summary>
internal sealed class SlackIdentity(SlackApi api) : IDisposable
{
    private readonly SemaphoreSlim gate = new(1, 1);
    private volatile bool isNoAgent;

    /// <summary>
    /// Whether we are known; before that nothing can be taken in, since our own messages could not be told from others.
    /// </summary>
    public bool IsKnown { get; private set; }

    public string User { get; private set; } = "";

    public string Bot { get; private set; } = "";

    public string App { get; private set; } = "";

    public string Team { get; private set; } = "";

    /// <summary>The workspace's own address, or null.</summary>
    public Uri? Workspace { get; private set; }

    /// <summary>Whether Slack knows the app as an agent, as far as it was tried.</summary>
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
            var us = await api.CallAsync(SlackMethod.AuthTest, [], cancellationToken);
            (User, Team, Bot) = (Of(us, "user_id"), Of(us, "team_id"), Of(us, "bot_id"));
            Workspace = Uri.TryCreate(Of(us, "url"), UriKind.Absolute, out var url) ? url : null;
            App = Of(
                (await api.CallAsync(SlackMethod.BotsInfo, new() { ["bot"] = Bot }, cancellationToken)).GetProperty(
                    "bot"
                ),
                "app_id"
            );
            IsKnown = true;
        }
        finally
        {
            gate.Release();
        }
    }

    public void Dispose() => gate.Dispose();

    /// <summary>Whether a message is ours, by any of the names that Slack gives it.</summary>
    public bool IsOurs(JsonElement message) =>
        Is(message, "user", User) || Is(message, "bot_id", Bot) || Is(message, "app_id", App);

    private static bool Is(JsonElement message, string name, string value) =>
        value.Length > 0 && message.TryGetProperty(name, out var found) && found.ValueEquals(value);

    private static string Of(JsonElement answer, string name) =>
        answer.TryGetProperty(name, out var value) ? value.GetString() ?? "" : "";
}
