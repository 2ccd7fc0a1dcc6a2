using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace MetaKube.ChatOps.Configuration;

/// <summary>The server that stores memory, work and conversations.</summary>
internal sealed class RedisOptions
{
    /// <summary>A connection string of StackExchange.Redis; empty means the embedded Garnet.</summary>
    public string Connection { get; set; } = "";

    /// <summary>The name in Redis keys. Bots with the same name share one memory.</summary>
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
