using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace MetaKube.ChatOps.Alerts;

/// <summary>
/// Alerts of monitoring systems: the permitted senders, the alerts to investigate, and the channels to post to. Without
/// a token or a client authority there are no webhooks.
/// </summary>
internal sealed class AlertsOptions : IValidatableObject
{
    private const int ShortestToken = 16,
        MostInvestigations = 64;

    /// <summary>The bearer token that the monitoring system sends.</summary>
    public string Token { get; set; } = "";

    /// <summary>
    /// The path of a PEM file with the authority whose client certificates are accepted in place of the token. The bot
    /// then has to listen on an https address.
    /// </summary>
    public string ClientAuthority { get; set; } = "";

    /// <summary>
    /// The channels of incidents that match no route, as platform and channel: <c>slack:C0123456789</c>,
    /// <c>teams:19:…@thread.tacv2</c>.
    /// </summary>
    [Required]
    public string[] Channels { get; set; } = [];

    /// <summary>
    /// The channels of incidents by the labels of their alerts; the first route that matches counts.
    /// </summary>
    [Required]
    public AlertRoute[] Routes { get; set; } = [];

    /// <summary>Times in which alerts are not investigated.</summary>
    [Required]
    public MaintenanceWindow[] Maintenance { get; set; } = [];

    /// <summary>
    /// Names of alerts that are not investigated: those that always fire to test the delivery, and those that only
    /// inhibit others.
    /// </summary>
    [Required]
    public string[] Ignored { get; set; } = ["Watchdog", "DeadMansSwitch", "InfoInhibitor"];

    /// <summary>
    /// Further labels that name an object, with the object's kind. They take precedence over the default labels; an
    /// empty kind removes a default label.
    /// </summary>
    [Required]
    public Dictionary<string, string> Targets { get; set; } = [];

    /// <summary>An incident is reopened when its alert fires again within this time after it was resolved.</summary>
    public TimeSpan ReopenWithin { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>The number of parallel investigations of alerts in each process.</summary>
    [Range(1, MostInvestigations)]
    public int Investigations { get; set; } = 4;

    /// <summary>
    /// The most threads that are started in one channel within ten minutes. Each further incident becomes a line in one
    /// common thread.
    /// </summary>
    [Range(1, 10_000)]
    public int Threads { get; set; } = 30;

    /// <summary>Watches the cluster for Warning events and stalled rollouts, and opens incidents for them.</summary>
    public bool Watch { get; set; }

    public bool HasWebhooks => Token.Length > 0 || ClientAuthority.Length > 0;

    /// <summary>The channels of the options and of all routes, without duplicates.</summary>
    public IEnumerable<string> AllChannels => Channels.Concat(Routes.SelectMany(route => route.Channels)).Distinct();

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (ReopenWithin < TimeSpan.Zero || ReopenWithin > TimeSpan.FromDays(1))
            yield return new("Alerts:ReopenWithin has to be from 00:00:00 to a day.");
        foreach (
            var problem in Routes
                .SelectMany((route, n) => route.Problems($"Alerts:Routes:{n}"))
                .Concat(Maintenance.SelectMany((window, n) => window.Problems($"Alerts:Maintenance:{n}")))
        )
            yield return new(problem);
        foreach (
            var channel in AllChannels.Where(channel => channel.Split(':', 2) is not [{ Length: > 0 }, { Length: > 0 }])
        )
            yield return new(
                $"Alerts: the channel \"{channel}\" names no platform and channel, as in slack:C0123456789."
            );
        if (!HasWebhooks && !Watch)
        {
            if (AllChannels.Any())
                yield return new("Alerts:Token is missing: without it anybody could raise alerts.");
            yield break;
        }
        if (Token.Length is > 0 and < ShortestToken)
            yield return new($"Alerts:Token has less than {ShortestToken} characters: it could be guessed.");
        if (ClientAuthority.Length > 0 && !File.Exists(ClientAuthority))
            yield return new($"Alerts:ClientAuthority: there is no file {ClientAuthority}.");
        if (!AllChannels.Any())
            yield return new("Alerts:Channels is missing: the channels to post incidents to, as in slack:C0123456789.");
    }
}

[OptionsValidator]
internal sealed partial class AlertsOptionsValidator : IValidateOptions<AlertsOptions>;
