using MetaKube.Chat;
using MetaKube.ChatOps.Health;
using Microsoft.Extensions.Options;

namespace MetaKube.ChatOps.Teams;

/// <summary>Checks the Azure Bot: its credentials, and that the keys of the Bot Connector can be fetched.</summary>
internal sealed class TeamsCheck(IOptions<TeamsOptions> options) : IPartCheck
{
    public string Part => "teams";

    public async Task<IReadOnlyList<CheckResult>> RunAsync(CancellationToken cancellationToken)
    {
        if (!options.Value.IsConfigured)
            return
            [
                new(
                    Part,
                    CheckStatus.Off,
                    "Teams is not configured.",
                    "Teams:AppId, Teams:TenantId and Teams:ClientSecret (docs/teams.md)."
                ),
            ];
        var found = new List<CheckResult>();
        if (options.Value.AllowUnauthenticated)
            found.Add(
                new(
                    Part,
                    CheckStatus.Warning,
                    "Teams:AllowUnauthenticated lets every program of this machine speak as anybody.",
                    "Remove it; it is for development only."
                )
            );
        if (!options.Value.HasCredentials)
            return found;
        found.Add(await TokenAsync(cancellationToken));
        found.Add(
            await AddressCheck.RunAsync(
                Part,
                "The metadata of the Bot Connector's keys",
                options.Value.Metadata,
                "Teams:Metadata",
                cancellationToken
            )
        );
        return found;
    }

    private async Task<CheckResult> TokenAsync(CancellationToken cancellationToken)
    {
        try
        {
            using var tokens = new TeamsTokens(options.Value);
            await tokens.GetAsync(isRefused: false, cancellationToken);
            return new(Part, CheckStatus.Ok, "Entra issues tokens to the bot.");
        }
        catch (ChatUnavailableException e)
        {
            return new(
                Part,
                CheckStatus.Failed,
                e.Message,
                "Check Teams:AppId, Teams:TenantId and the secret on the app registration's page: "
                    + "its value, not its id, and whether it has expired."
            );
        }
    }
}
