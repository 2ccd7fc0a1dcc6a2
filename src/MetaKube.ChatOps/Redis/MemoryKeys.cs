using StackExchange.Redis;

namespace MetaKube.ChatOps.Redis;

/// <summary>The only place that knows Redis keys. The braces make all keys of one memory land on one node of a Redis cluster.</summary>
internal sealed class MemoryKeys(string name)
{
    private readonly string prefix = $"metakube:{{{name}}}:";

    /// <summary>Vector set: element = episode id.</summary>
    public RedisKey Episodes => $"{prefix}episodes";

    /// <summary>Sorted set: episode id by time, so that all can be listed without scanning.</summary>
    public RedisKey Timeline => $"{prefix}timeline";

    /// <summary>An episode as JSON.</summary>
    public RedisKey Episode(string id) => $"{prefix}episode:{id}";
}
