using MetaKube.ChatOps.Platforms;
using Microsoft.Extensions.Options;

namespace MetaKube.ChatOps.Alerts;

/// <summary>Rejects channels of platforms that are not configured.</summary>
internal sealed class AlertChannelsValidator(IEnumerable<PlatformSetup> platforms, IServiceProvider sections)
    : IValidateOptions<AlertsOptions>
{
    public ValidateOptionsResult Validate(string? name, AlertsOptions options)
    {
        var failures = options
            .AllChannels.Select(channel => channel.Split(':', 2))
            .Where(parts => parts.Length == 2)
            .Select(parts => parts[0])
            .Distinct()
            .Select(Failure)
            .OfType<string>()
            .ToList();
        return failures.Count > 0 ? ValidateOptionsResult.Fail(failures) : ValidateOptionsResult.Success;
    }

    private string? Failure(string channelPlatform)
    {
        if (platforms.FirstOrDefault(platform => platform.Name == channelPlatform) is not { } known)
            return $"Alerts:Channels: there is no platform {channelPlatform}; "
                + $"a channel starts with {string.Join(" or ", platforms.Select(platform => $"{platform.Name}:"))}.";
        return IsConfigured(known)
            ? null
            : $"Alerts:Channels: {known.Name} is not configured; "
                + $"configure it (docs/{known.Name}.md), or remove its channels.";
    }

    private bool IsConfigured(PlatformSetup platform)
    {
        try
        {
            return platform.IsConfigured(sections);
        }
        catch (OptionsValidationException)
        {
            // The platform's own section reports its wrong setting.
            return true;
        }
    }
}
