using MetaKube.Chat;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace MetaKube.ChatOps.Teams;

/// <summary>
/// Fetches a first token, so that a wrong secret is reported at the start and not at the first question. It retries
/// until Entra issues one; MSAL makes the requests, and a retry handler of HTTP would give up.
/// </summary>
internal sealed partial class TeamsTokenWarmup(
    TeamsTokens tokens,
    TeamsOptions options,
    TimeProvider time,
    ILogger<TeamsTokenWarmup> logger
) : BackgroundService
{
    private static readonly TimeSpan RetryPause = TimeSpan.FromSeconds(5);

    /// <summary>True once Entra has issued a token.</summary>
    public bool IsReady { get; private set; }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!IsReady)
        {
            try
            {
                await tokens.GetAsync(isRefused: false, stoppingToken);
                IsReady = true;
                LogReady(options.AppId.Length > 0 ? options.AppId : "a bot without an id, for development");
            }
            catch (ChatUnavailableException e)
            {
                LogNoToken(e.Message);
                await Task.Delay(RetryPause, time, stoppingToken);
            }
        }
    }

    [LoggerMessage(LogLevel.Information, "In Teams as {App}")]
    private partial void LogReady(string app);

    [LoggerMessage(LogLevel.Warning, "{Why} Retrying; check Teams:AppId, Teams:TenantId and the bot's credentials")]
    private partial void LogNoToken(string why);
}
