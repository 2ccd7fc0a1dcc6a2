using System.Net.Http.Headers;
using System.Text.Json;
using MetaKube.Chat;
using MetaKube.ChatOps.Health;
using Microsoft.Extensions.Options;

namespace MetaKube.ChatOps.Slack;

/// <summary>Checks the Slack app: its tokens, its scopes, and that Slack opens a socket.</summary>
internal sealed class SlackCheck(IOptions<SlackOptions> options) : IPartCheck
{
    /// <summary>The bot's loss without a scope of its app.</summary>
    private static readonly (string Scope, string Loss)[] Scopes =
    [
        ("app_mentions:read", "it does not receive mentions"),
        ("chat:write", "it cannot answer"),
        ("users:read", "it cannot find out its own identity"),
        ("im:history", "it does not receive direct messages"),
        ("channels:history", "it receives no follow-ups, and cannot make sure that it posts nothing twice"),
        ("groups:history", "the same in private channels"),
        ("reactions:read", "it learns nothing from reactions"),
        ("reactions:write", "it cannot show that it has seen a question"),
        ("files:read", "it cannot read attached files"),
    ];

    public string Part => "slack";

    public async Task<IReadOnlyList<CheckResult>> RunAsync(CancellationToken cancellationToken)
    {
        if (!options.Value.IsConfigured)
            return
            [
                new(
                    Part,
                    CheckStatus.Off,
                    "Slack is not configured.",
                    "Slack:BotToken and Slack:AppToken (docs/slack.md)."
                ),
            ];
        using var http = new HttpClient();
        try
        {
            return await ConfiguredAsync(http, cancellationToken);
        }
        catch (Exception e) when (e is HttpRequestException or JsonException)
        {
            return
            [
                new(
                    Part,
                    CheckStatus.Failed,
                    $"{options.Value.ApiUrl.Host} cannot be reached: {e.Message}",
                    "Slack needs outgoing HTTPS to slack.com and wss-primary.slack.com. "
                        + "Set HTTPS_PROXY where a proxy is needed."
                ),
            ];
        }
    }

    private async Task<IReadOnlyList<CheckResult>> ConfiguredAsync(HttpClient http, CancellationToken cancellationToken)
    {
        var (app, scopes) = await CallAsync(http, "auth.test", options.Value.BotToken, cancellationToken);
        if (ChatJson.Text(app, "error") is { Length: > 0 } error)
            return
            [
                new(
                    Part,
                    CheckStatus.Failed,
                    $"Slack does not accept Slack:BotToken: {error}.",
                    "Copy it again from the app's page OAuth & Permissions. "
                        + "After a change of scopes the app has to be installed again."
                ),
            ];
        var found = new List<CheckResult>
        {
            new(Part, CheckStatus.Ok, $"The bot is {ChatJson.Text(app, "user")} in {ChatJson.Text(app, "team")}."),
        };
        if (scopes is not null)
            found.AddRange(Scopes.Where(one => !scopes.Contains(one.Scope)).Select(MissingScope));
        if (options.Value.UsesSockets)
            found.Add(await SocketAsync(http, cancellationToken));
        if (options.Value is { UsesSockets: true, UsesHttp: true })
            found.Add(
                new(
                    Part,
                    CheckStatus.Warning,
                    "Both Slack:AppToken and Slack:SigningSecret are set; Slack uses one of the two ways.",
                    "Remove the one that the app's page does not use."
                )
            );
        return found;
    }

    private CheckResult MissingScope((string Scope, string Loss) missing) =>
        new(
            Part,
            missing.Scope is "chat:write" or "app_mentions:read" ? CheckStatus.Failed : CheckStatus.Warning,
            $"The app has no scope {missing.Scope}: {missing.Loss}.",
            "Add it under OAuth & Permissions and install the app again; "
                + "bot-manifests/slack/manifest.yaml has all scopes."
        );

    private async Task<CheckResult> SocketAsync(HttpClient http, CancellationToken cancellationToken)
    {
        var (socket, _) = await CallAsync(http, "apps.connections.open", options.Value.AppToken, cancellationToken);
        return ChatJson.Text(socket, "error") is { Length: > 0 } refused
            ? new(
                Part,
                CheckStatus.Failed,
                $"Slack opens no socket with Slack:AppToken: {refused}.",
                "Create an app-level token with connections:write (Basic Information), and enable Socket Mode."
            )
            : new(Part, CheckStatus.Ok, "Slack opens a socket for the bot.");
    }

    private async Task<(JsonElement Answer, IReadOnlySet<string>? Scopes)> CallAsync(
        HttpClient http,
        string method,
        string token,
        CancellationToken cancellationToken
    )
    {
        using var request = new HttpRequestMessage(
            HttpMethod.Post,
            $"{options.Value.ApiUrl.AbsoluteUri.TrimEnd('/')}/{method}"
        );
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using var response = await http.SendAsync(request, cancellationToken);
        var scopes = response.Headers.TryGetValues("x-oauth-scopes", out var values)
            ? string.Join(',', values).Split(',', StringSplitOptions.TrimEntries).ToHashSet()
            : null;
        return (JsonElement.Parse(await response.Content.ReadAsStringAsync(cancellationToken)), scopes);
    }
}
