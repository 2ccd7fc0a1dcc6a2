using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace MetaKube.ChatOps.Alerts;

/// <summary>
/// Alerts of monitoring systems: who may send them, which count, and where they are dealt with. Without a token or an
/// authority of clients there are no webhooks.
/// </summary>
internal sealed class AlertsOptions : IValidatableObject
{
    private const int ShortestToken = 16,
        MostInvestigations = 64;

    /// <summary>What the monitoring system sends as a bearer token.</summary>
    public string Token { get; set; } = "";

    /// <summary>
    /// A PEM file with the authority whose client certificates are accepted in place of the token; it needs an https
    /// address to listen on.
    /// </summary>
    public string ClientAuthority { get; set; } = "";

    /// <summary>
    /// Where incidents are dealt with that no route is for, by platform and channel: <c>slack:C0123456789</c>,
    /// <c>teams:19:…@thread.tacv2</c>.
    /// </summary>
    [Required]
    public string[] Channels { get; set; } = [];

    /// <summary>
    /// Where incidents are dealt with by the labels of their alerts; of several routes that match, the first counts.
    /// </summary>
    [Required]
    public AlertRoute[] Routes { get; set; } = [];

    /// <summary>When alerts are not looked into.</summary>
    [Required]
    public MaintenanceWindow[] Maintenance { get; set; } = [];

    /// <summary>
    /// Alerts that are not looked into: those that always fire, to show that the way they take works, and those that
    /// only inhibit others.
    /// </summary>
    [Required]
    public string[] Ignored { get; set; } = ["Watchdog", "DeadMansSwitch", "InfoInhibitor"];

    /// <summary>
    /// Further labels that name an object, and its kind: they come before the usual ones, and an empty kind takes a
    /// usual one out.
    /// </summary>
    [Required]
    public Dictionary<string, string> Targets { get; set; } = [];

    /// <summary>What fires again within this time after it was resolved is the same incident.</summary>
    public TimeSpan ReopenWithin { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>Investigations of alerts that run at once, in each process.</summary>
    [Range(1, MostInvestigations)]
    public int Investigations { get; set; } = 4;

    /// <summary>
    /// Threads that are started in one channel within ten minutes; of more incidents each gets a line in one thread.
    /// </summary>
    [Range(1, 10_000)]
    public int Threads { get; set; } = 30;

    /// <summary>Looks for Warning events and stalled rollouts, and starts incidents of its own.</summary>
    public bool Watch { get; set; }

    public bool HasWebhooks => Token.Length > 0 || ClientAuthority.Length > 0;

    /// <summary>All channels that are named.</summary>
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
            yield return new("Alerts:Channels is missing: where incidents are dealt with, as in slack:C0123456789.");
    }
}

[OptionsValidator]
internal sealed partial class AlertsOptionsValidator : IValidateOptions<AlertsOptions>;
