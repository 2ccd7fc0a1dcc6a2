using Hangfire;
using Hangfire.Redis.StackExchange;
using Microsoft.AspNetCore.DataProtection;

namespace MetaKube.Redis;

/// <summary>
/// Lets libraries that bring their own Redis commands use our connection, so that the host needs no Redis client.
/// </summary>
public static class SharedConnection
{
    private const int KeptJobs = 200;

    /// <summary>
    /// A worker of Hangfire learns of new jobs by a subscription. It looks this often for jobs whose message it missed;
    /// Hangfire's default is three minutes.
    /// </summary>
    private static readonly TimeSpan FetchTimeout = TimeSpan.FromSeconds(1);

    /// <summary>Stores the keys that encrypt cookies in Redis, where each replica of the bot finds them.</summary>
    public static IDataProtectionBuilder PersistKeysToRedis(
        this IDataProtectionBuilder builder,
        IRedisConnection connection,
        RedisKeys keys
    ) => builder.PersistKeysToStackExchangeRedis(() => connection.Multiplexer.GetDatabase(), keys.SignIn);

    /// <summary>Hangfire's storage.</summary>
    /// <exception cref="StoreUnavailableException">The connection is not open.</exception>
    public static JobStorage ToJobStorage(this IRedisConnection connection, RedisKeys keys) =>
        new RedisStorage(
            connection.Multiplexer,
            new RedisStorageOptions
            {
                Prefix = keys.Jobs,
                SucceededListSize = KeptJobs,
                DeletedListSize = KeptJobs,
                FetchTimeout = FetchTimeout,
            }
        );

    /// <summary>Calls the server once.</summary>
    /// <exception cref="StoreUnavailableException">The server does not answer.</exception>
    public static Task PingAsync(this IRedisConnection connection, CancellationToken cancellationToken) =>
        connection.RunAsync(db => db.PingAsync(), cancellationToken);
}
