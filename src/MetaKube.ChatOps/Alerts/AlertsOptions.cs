using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace MetaKube.ChatOps.Alerts;

/// <summary>Webhooks of monitoring systems. Without a token there are none.</summary>
internal sealed class AlertsOptions : IValidatableObject
{
    private const int ShortestToken = 16;

    /// <summary>What the monitoring system sends as a bearer token.</summary>
    public string Token { get; set; } = "";

    /// <summary>Where incidents are dealt with, by platform and channel: <c>slack:C0123456789</c>, <c>teams:19:…@thread.tacv2</c>.</summary>
    [Required]
    public string[] Channels { get; set; } = [];

    /// <summary>Alerts that are not looked into: those that always fire, to show that the way they take works, and those that only inhibit others.</summary>
    [Required]
    public string[] Ignored { get; set; } = ["Watchdog", "DeadMansSwitch", "InfoInhibitor"];

    public bool IsConfigured => Token.Length > 0;

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Token.Length == 0)
        {
            if (Channels.Length > 0) yield return new("Alerts:Token is missing: without it anybody could raise alerts.");
            yield break;
        }
        if (Token.Length < ShortestToken) yield return new($"Alerts:Token has less than {ShortestToken} characters: it could be guessed.");
        if (Channels.Length == 0) yield return new("Alerts:Channels is missing: where incidents are dealt with, as in slack:C0123456789.");
        foreach (var channel in Channels.Where(channel => channel.Split(':', 2) is not [{ Length: > 0 }, { Length: > 0 }])) yield return new($"Alerts:Channels: \"{channel}\" names no platform and channel, as in slack:C0123456789.");
    }
}

[OptionsValidator]
internal sealed partial class AlertsOptionsValidator : IValidateOptions<AlertsOptions>;
