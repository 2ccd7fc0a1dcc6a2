using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace MetaKube.ChatOps.Configuration;

/// <summary>Registers sections of the configuration as options.</summary>
internal static class SectionRegistration
{
    /// <summary>
    /// Registers <typeparamref name="TOptions"/>: bound to the section and validated when it is first read, and in a
    /// host before it starts. A wrong value throws <see cref="OptionsValidationException"/>, which names the setting.
    /// </summary>
    public static IServiceCollection AddSection<TOptions, TValidator>(this IServiceCollection services, string section)
        where TOptions : class
        where TValidator : IValidateOptions<TOptions>, new()
    {
        services
            .AddOptions<TOptions>()
            .Configure<IConfiguration>(
                (_, configuration) => SettingTypes.Check<TOptions>(configuration.GetSection(section))
            )
            .BindConfiguration(section)
            .ValidateOnStart();
        return services
            .AddSingleton<IValidateOptions<TOptions>>(new SectionValidator<TOptions>(section, new TValidator()))
            .AddSingleton(provider => provider.GetRequiredService<IOptions<TOptions>>().Value)
            .AddSingleton(
                new ConfiguredSection(
                    section,
                    typeof(TOptions),
                    provider => _ = provider.GetRequiredService<IOptions<TOptions>>().Value
                )
            );
    }
}
