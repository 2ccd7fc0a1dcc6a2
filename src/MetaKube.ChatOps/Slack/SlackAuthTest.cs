using MetaKube.Chat;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace MetaKube.ChatOps.Slack;

/// <summary>
/// Fetches the bot's identity (auth.test) until Slack answers. A retry handler of HTTP gives up after some attempts;
/// this must not, since without its identity the bot accepts no event.
/// </summary>
internal sealed partial class SlackAuthTest(SlackIdentity identity, TimeProvider time, ILogger<SlackAuthTest> logger)
    : BackgroundService
{
    private static readonly TimeSpan RetryPause = TimeSpan.FromSeconds(5),
        RefusedPause = TimeSpan.FromMinutes(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!identity.IsKnown)
        {
            try
            {
                await identity.EnsureAsync(stoppingToken);
                LogKnown(identity.User, identity.Team);
            }
            catch (ChatUnavailableException e)
            {
                LogUnavailable(e.Message);
                await Task.Delay(RetryPause, time, stoppingToken);
            }
            catch (ChatRefusedException e)
            {
                LogRefused(e.Message);
                await Task.Delay(RefusedPause, time, stoppingToken);
            }
        }
    }

    [LoggerMessage(LogLevel.Information, "In Slack as {User} of workspace {Team}")]
    private partial void LogKnown(string user, string team);

    [LoggerMessage(LogLevel.Warning, "{Why} Retrying")]
    private partial void LogUnavailable(string why);

    [LoggerMessage(LogLevel.Error, "{Why}; check Slack:BotToken")]
    private partial void LogRefused(string why);
}
