using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace MetaKube.ChatOps.Configuration;

/// <summary>Where memory is kept.</summary>
internal sealed class RedisOptions
{
    /// <summary>A StackExchange.Redis connection string; empty means the embedded Garnet.</summary>
    public string Connection { get; set; } = "";

    /// <summary>The memory's name in Redis keys: bots with the same name share what they know.</summary>
    [
        Required,
        RegularExpression(
            "^[A-Za-z0-9._-]{1,64}$",
            ErrorMessage = "Redis:Name may hold letters, digits, '.', '_' and '-' only."
        )
    ]
    public string Name { get; set; } = "default";
}

[OptionsValidator]
internal sealed partial class RedisOptionsValidator : IValidateOptions<RedisOptions>;
