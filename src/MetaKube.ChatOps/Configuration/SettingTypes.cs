using System.ComponentModel;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace MetaKube.ChatOps.Configuration;

/// <summary>
/// Checks that each configured value can be converted to its setting's type. Without the check the configuration binder
/// throws an exception that names .NET types, and silently skips a wrong value inside a list.
/// </summary>
internal static class SettingTypes
{
    /// <exception cref="OptionsValidationException">Names each setting whose value cannot be converted. The message
    /// leaves the value out: it may be a secret in the wrong place.</exception>
    public static void Check<TOptions>(IConfigurationSection section)
    {
        var failures = Unreadable(section, typeof(TOptions)).ToList();
        if (failures.Count > 0)
            throw new OptionsValidationException(section.Path, typeof(TOptions), failures);
    }

    private static IEnumerable<string> Unreadable(IConfigurationSection section, Type type)
    {
        if (type == typeof(string) || !section.Exists())
            return [];
        if (ElementOf(type) is { } element)
            return section.GetChildren().SelectMany(child => Unreadable(child, element));
        var scalar = Nullable.GetUnderlyingType(type);
        if (scalar is not null && string.IsNullOrEmpty(section.Value))
            return [];
        scalar ??= type;
        var converter = TypeDescriptor.GetConverter(scalar);
        if (converter.CanConvertFrom(typeof(string)))
            return IsReadable(converter, scalar, section.Value) ? [] : [$"{section.Path} has to be {KindOf(scalar)}."];
        return type.GetProperties()
            .Where(property => property.CanWrite)
            .SelectMany(property => Unreadable(section.GetSection(property.Name), property.PropertyType));
    }

    /// <summary>The type of a list's items or of a dictionary's values; null for any other type.</summary>
    private static Type? ElementOf(Type type)
    {
        if (type.IsArray)
            return type.GetElementType();
        return type.IsGenericType && type.GetGenericTypeDefinition() == typeof(Dictionary<,>)
            ? type.GetGenericArguments()[1]
            : null;
    }

    private static bool IsReadable(TypeConverter converter, Type type, string? value)
    {
        // Every address of a setting is called over HTTP. An empty one is left to the section's own rules.
        if (type == typeof(Uri))
            return string.IsNullOrEmpty(value)
                || Uri.TryCreate(value, UriKind.Absolute, out var address) && address.Scheme is "http" or "https";
        try
        {
            converter.ConvertFromInvariantString(value ?? "");
            return true;
        }
#pragma warning disable CA1031 // Converters throw exceptions of any type; each means that the value cannot be read.
        catch (Exception)
#pragma warning restore CA1031
        {
            return false;
        }
    }

    private static string KindOf(Type type)
    {
        if (type.IsEnum)
            return $"one of {string.Join(", ", Enum.GetNames(type))}";
        if (type == typeof(bool))
            return "true or false";
        if (type == typeof(Uri))
            return "an address such as http://host:8080";
        if (type == typeof(TimeSpan))
            return "a duration such as 00:05:00 (hours:minutes:seconds)";
        if (type == typeof(DateTimeOffset))
            return "a time such as 2026-01-31T22:00:00Z";
        if (type == typeof(int) || type == typeof(long))
            return "a whole number";
        return type == typeof(double) ? "a number such as 0.5" : $"a {type.Name}";
    }
}
