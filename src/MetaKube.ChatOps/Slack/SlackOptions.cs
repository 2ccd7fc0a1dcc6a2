using System.ComponentModel.DataAnnotations;
using MetaKube.Chat;
using MetaKube.Memory;
using Microsoft.Extensions.Options;

namespace MetaKube.ChatOps.Slack;

/// <summary>The Slack app. Without a bot token the bot does not use Slack.</summary>
internal sealed class SlackOptions : IValidatableObject
{
    public static readonly Uri Slack = new("https://slack.com/api/");

    /// <summary><c>xoxb-…</c>, from the app's page "OAuth &amp; Permissions".</summary>
    public string BotToken { get; set; } = "";

    /// <summary>
    /// <c>xapp-…</c> with connections:write, for Socket Mode: the bot opens the connection, and Slack need not reach
    /// this machine.
    /// </summary>
    public string AppToken { get; set; } = "";

    /// <summary>From the app's page "Basic Information": for events over HTTP, in place of Socket Mode.</summary>
    public string? SigningSecret { get; set; }

    /// <summary>Ids of channels in which the bot reads alerts.</summary>
    [Required]
    public string[] AlertChannels { get; set; } = [];

    /// <summary>
    /// Senders whose messages in those channels are alerts: bot ids, app ids, or the names of incoming webhooks.
    /// </summary>
    [Required]
    public string[] AlertSenders { get; set; } = [];

    /// <summary>Further reactions that count as feedback, by emoji name: fixed, wrong, helpful or unhelpful.</summary>
    [Required]
    public Dictionary<string, FeedbackKind> Reactions { get; set; } = [];

    /// <summary>The access rules; empty: no limit.</summary>
    [Required]
    public AccessRule[] Access { get; set; } = [];

    /// <summary>The number of WebSockets of Socket Mode.</summary>
    [Range(1, 10)]
    public int Sockets { get; set; } = 2;

    /// <summary>The address of Slack's Web API; tests use another server.</summary>
    [Required]
    public Uri ApiUrl { get; set; } = Slack;

    public bool IsConfigured => BotToken.Length > 0;

    public bool UsesSockets => AppToken.Length > 0;

    public bool UsesHttp => SigningSecret is not null;

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        // Everybody who knows the secret can send events as any person; an empty one is no secret.
        if (SigningSecret is not null && string.IsNullOrWhiteSpace(SigningSecret))
            yield return new("Slack:SigningSecret is empty.");
        if (BotToken.Length == 0)
        {
            if (AppToken.Length > 0 || SigningSecret is not null)
                yield return new("Slack:BotToken is missing.");
            yield break;
        }
        if (!BotToken.StartsWith("xoxb-", StringComparison.Ordinal))
            yield return new("Slack:BotToken is no bot token; it starts with xoxb-.");
        if (AppToken.Length > 0 && !AppToken.StartsWith("xapp-", StringComparison.Ordinal))
            yield return new("Slack:AppToken is no app-level token; it starts with xapp-.");
        if (AppToken.Length == 0 && SigningSecret is null)
            yield return new("Slack needs Slack:AppToken (Socket Mode) or Slack:SigningSecret (events over HTTP).");
        if (AlertChannels.Length > 0 && AlertSenders.Length == 0)
            yield return new("Slack:AlertChannels needs Slack:AlertSenders, whose messages are alerts.");
        if (ApiUrl.Scheme == "http" && !ApiUrl.IsLoopback)
            yield return new("Slack:ApiUrl would send the token without encryption.");
    }
}

[OptionsValidator]
internal sealed partial class SlackOptionsValidator : IValidateOptions<SlackOptions>;
