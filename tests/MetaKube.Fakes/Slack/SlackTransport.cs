namespace MetaKube.Fakes.Slack;

/// <summary>The way in which Slack delivers events to the bot.</summary>
public enum SlackTransport
{
    Http,
    Sockets,
}
