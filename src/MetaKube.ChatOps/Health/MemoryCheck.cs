using MetaKube.ChatOps.Configuration;
using MetaKube.Redis;
using Microsoft.Extensions.Options;

namespace MetaKube.ChatOps.Health;

/// <summary>Checks the Redis server, or the folder of the embedded one.</summary>
internal sealed class MemoryCheck(IOptions<RedisOptions> options, CheckContext context) : IPartCheck
{
    private static readonly Version OldestRedis = new(8, 0);

    public string Part => "memory";

    public async Task<IReadOnlyList<CheckResult>> RunAsync(CancellationToken cancellationToken)
    {
        if (options.Value.Connection.Length == 0)
            return [Embedded()];
        try
        {
            return [.. Results(await RedisServerInfo.ReadAsync(options.Value.Connection, Doctor.Timeout / 2))];
        }
        catch (FormatException e)
        {
            return
            [
                new(
                    Part,
                    CheckStatus.Failed,
                    $"Redis:Connection cannot be read: {e.Message}",
                    "Write it as host:6379,password=…,ssl=true (StackExchange.Redis)."
                ),
            ];
        }
        catch (StoreUnavailableException e)
        {
            return
            [
                new(
                    Part,
                    CheckStatus.Failed,
                    e.Message,
                    "Check Redis:Connection with redis-cli -h HOST -p PORT ping. "
                        + "It has to contain the password, the user and ssl=true where the server wants them."
                ),
            ];
        }
    }

    private IEnumerable<CheckResult> Results(RedisServerInfo server)
    {
        if (server.VectorSetError is { } error)
            yield return new(
                Part,
                CheckStatus.Failed,
                $"Redis {server.Version} has no vector sets ({error}).",
                "Use Redis 8.0 or newer, or leave Redis:Connection empty for the embedded server."
            );
        else
            yield return new(Part, CheckStatus.Ok, $"Redis {server.Version} answers, and has vector sets.");
        if (server.VectorSetError is null && server.Version < OldestRedis)
            yield return new(
                Part,
                CheckStatus.Warning,
                $"Redis {server.Version} is older than {OldestRedis}, the oldest version that this was tested with."
            );
        if (!server.HasAppendOnlyFile)
            yield return new(
                Part,
                CheckStatus.Warning,
                "Redis keeps no append-only file: a restart loses what the bot learnt since the last snapshot.",
                "Start it with --appendonly yes --appendfsync everysec."
            );
        if (server.EvictionPolicy is { } policy)
            yield return new(
                Part,
                CheckStatus.Warning,
                $"Redis evicts keys when it is full ({policy}): episodes would be lost.",
                "Set maxmemory-policy noeviction; Memory:Capacity limits what the bot stores."
            );
    }

    private CheckResult Embedded()
    {
        var data = context.DataDirectory();
        try
        {
            var probe = Path.Combine(Directory.CreateDirectory(data).FullName, $".doctor-{Guid.NewGuid():N}");
            File.WriteAllText(probe, "");
            File.Delete(probe);
            return new(
                Part,
                CheckStatus.Ok,
                $"The embedded server keeps its files in {data}. Several replicas need Redis:Connection."
            );
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new(
                Part,
                CheckStatus.Failed,
                $"{data} cannot be written to: {e.Message}",
                "Set Data:Directory (or --data) to a folder that this user owns."
            );
        }
    }
}
