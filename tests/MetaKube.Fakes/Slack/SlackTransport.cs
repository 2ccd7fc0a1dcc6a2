namespace MetaKube.Fakes.Slack;

/// <summary>How the bot is reached.</summary>
public enum SlackTransport
{
    Http,
    Sockets,
}
