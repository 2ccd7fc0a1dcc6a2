using MetaKube.ChatOps.Platforms;
using Microsoft.Extensions.Options;

namespace MetaKube.ChatOps.Remediation;

/// <summary>Rejects approvers whose names start with no platform and not with the console.</summary>
internal sealed class ApproversValidator(IEnumerable<PlatformSetup> platforms) : IValidateOptions<RemediationOptions>
{
    private const string Console = "console";

    public ValidateOptionsResult Validate(string? name, RemediationOptions options)
    {
        if (!options.Enabled)
            return ValidateOptionsResult.Success;
        var names = platforms.Select(platform => platform.Name).Append(Console).ToList();
        var failures = options
            .Approvers.SelectMany(rule => rule.Users)
            .Where(user => user.Split(':', 2) is not [var where, { Length: > 0 }] || !names.Contains(where))
            .Select(user =>
                $"Remediation:Approvers: {user} is not a person; a person's name starts with "
                + $"{string.Join(" or ", names.Select(where => $"{where}:"))}."
            )
            .ToList();
        return failures.Count > 0 ? ValidateOptionsResult.Fail(failures) : ValidateOptionsResult.Success;
    }
}
