using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace MetaKube.ChatOps.Configuration;

/// <summary>
/// Standard .NET configuration: appsettings.json in the working directory, then environment variables such as
/// <c>Redis__Connection</c>.
/// </summary>
internal static class MetaKubeConfiguration
{
    public static IConfiguration Load() =>
        new ConfigurationBuilder()
            .SetBasePath(Directory.GetCurrentDirectory())
            .AddJsonFile("appsettings.json", optional: true)
            .AddEnvironmentVariables()
            .Build();

    /// <summary>One section, validated.</summary>
    /// <exception cref="OptionsValidationException">A value is out of range; the message names it.</exception>
    public static T Section<T>(this IConfiguration configuration, string section, IValidateOptions<T> validator)
        where T : class, new()
    {
        var options = configuration.GetSection(section).Get<T>() ?? new T();
        var result = validator.Validate(section, options);
        return result.Failed ? throw new OptionsValidationException(section, typeof(T), result.Failures) : options;
    }
}
