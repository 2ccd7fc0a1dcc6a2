using StackExchange.Redis;

namespace MetaKube.Redis;

/// <summary>Properties of a Redis server on which the bot depends.</summary>
/// <param name="Version">The server's version, or null where it names none.</param>
/// <param name="VectorSetError">The error by which the server refuses vector sets, or null.</param>
/// <param name="HasAppendOnlyFile">True when the server writes an append-only file.</param>
/// <param name="EvictionPolicy">The policy by which a full server evicts keys, or null where it evicts none.</param>
public sealed record RedisServerInfo(
    Version? Version,
    string? VectorSetError,
    bool HasAppendOnlyFile,
    string? EvictionPolicy
)
{
    /// <param name="connection">A connection string of StackExchange.Redis.</param>
    /// <param name="timeout">The longest time for connecting.</param>
    /// <exception cref="FormatException">The connection string cannot be read; the message is the wrong
    /// part.</exception>
    /// <exception cref="StoreUnavailableException">The server does not answer. The message leaves the password
    /// out.</exception>
    public static async Task<RedisServerInfo> ReadAsync(string connection, TimeSpan timeout)
    {
        var options = Parse(connection);
        options.AbortOnConnectFail = true;
        options.ConnectTimeout = (int)timeout.TotalMilliseconds;
        // INFO is an administrator's command to the client library.
        options.AllowAdmin = true;
        try
        {
            await using var redis = await ConnectionMultiplexer.ConnectAsync(options);
            var info = (await redis.GetServers()[0].InfoAsync())
                .SelectMany(section => section)
                .DistinctBy(pair => pair.Key)
                .ToDictionary(pair => pair.Key, pair => pair.Value);
            var policy = info.GetValueOrDefault("maxmemory_policy", "noeviction");
            return new(
                Version.TryParse(info.GetValueOrDefault("redis_version"), out var version) ? version : null,
                await VectorSetErrorAsync(redis.GetDatabase()),
                info.GetValueOrDefault("aof_enabled") == "1",
                policy == "noeviction" || info.GetValueOrDefault("maxmemory") == "0" ? null : policy
            );
        }
        catch (Exception e) when (StoreUnavailableException.IsFailure(e))
        {
            throw new StoreUnavailableException($"Redis at {EndPointsOf(options)} does not answer.", e);
        }
    }

    private static ConfigurationOptions Parse(string connection)
    {
        try
        {
            return ConfigurationOptions.Parse(connection);
        }
        catch (ArgumentException e)
        {
            throw new FormatException(e.ParamName ?? "", e);
        }
    }

    private static async Task<string?> VectorSetErrorAsync(IDatabase db)
    {
        try
        {
            await db.VectorSetLengthAsync("metakube:check");
            return null;
        }
        catch (RedisServerException e)
        {
            return e.Message;
        }
    }

    private static string EndPointsOf(ConfigurationOptions options) =>
        string.Join(
            ", ",
            options.EndPoints.Select(end => end.ToString()!.Replace("Unspecified/", "", StringComparison.Ordinal))
        );
}
