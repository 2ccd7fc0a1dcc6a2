using Microsoft.Extensions.Options;

namespace MetaKube.ChatOps.Configuration;

/// <summary>
/// Runs a section's generated validator so that its failures name settings as the configuration does.
/// </summary>
internal sealed class SectionValidator<TOptions>(string section, IValidateOptions<TOptions> generated)
    : IValidateOptions<TOptions>
    where TOptions : class
{
    public ValidateOptionsResult Validate(string? name, TOptions options)
    {
        var result = generated.Validate(section, options);
        return result.Failed
            ? ValidateOptionsResult.Fail(
                // The generator writes Memory.Capacity; the setting is Memory:Capacity.
                result.Failures.Select(failure =>
                    failure.Replace($"{section}.", $"{section}:", StringComparison.Ordinal)
                )
            )
            : result;
    }
}
