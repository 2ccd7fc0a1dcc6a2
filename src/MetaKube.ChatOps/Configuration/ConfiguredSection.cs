namespace MetaKube.ChatOps.Configuration;

/// <summary>A section of the configuration that a part of the bot reads.</summary>
/// <param name="Name">The section, such as "Memory".</param>
/// <param name="Options">The type whose properties are the settings.</param>
/// <param name="Read">
/// Binds and validates the section; throws <see cref="Microsoft.Extensions.Options.OptionsValidationException"/> when a
/// setting is wrong.
/// </param>
internal sealed record ConfiguredSection(string Name, Type Options, Action<IServiceProvider> Read);
