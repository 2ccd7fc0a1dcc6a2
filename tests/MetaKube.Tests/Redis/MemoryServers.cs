using MetaKube.Redis;

namespace MetaKube.Tests.Redis;

/// <summary>
/// The servers that memory has to work on: the embedded Garnet, and the Redis that METAKUBE_TEST_REDIS names.
/// </summary>
public enum MemoryServer
{
    Garnet,
    Redis,
}

internal static class MemoryServers
{
    public static string? Redis =>
        Environment.GetEnvironmentVariable("METAKUBE_TEST_REDIS") is { Length: > 0 } connection ? connection : null;

    public static void SkipWithout(MemoryServer server) =>
        Assert.SkipWhen(server == MemoryServer.Redis && Redis is null, "METAKUBE_TEST_REDIS names no Redis 8");

    public static async Task<IRedisConnection> OpenAsync(MemoryServer server, string directory) =>
        server == MemoryServer.Garnet
            ? await GarnetConnection.OpenAsync(directory, TestContext.Current.CancellationToken)
            : await RedisConnection.OpenAsync(Redis!);

    /// <summary>
    /// Settings that make a process use the server; a name of its own isolates a test on a shared Redis.
    /// </summary>
    public static Dictionary<string, string> EnvironmentOf(MemoryServer server) =>
        server == MemoryServer.Garnet
            ? []
            : new() { ["Redis__Connection"] = Redis!, ["Redis__Name"] = $"test-{Guid.NewGuid():N}" };
}
