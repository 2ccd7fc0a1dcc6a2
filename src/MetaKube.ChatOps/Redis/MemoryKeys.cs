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

    /// <summary>Vector set: element = pattern id.</summary>
    public RedisKey Patterns => $"{prefix}patterns";

    /// <summary>Set: all pattern ids.</summary>
    public RedisKey PatternIds => $"{prefix}pattern-ids";

    /// <summary>Set: the embeddings that have an index, by a hash of their names.</summary>
    public RedisKey Embeddings => $"{prefix}embeddings";

    /// <summary>JSON: how far to trust what is recalled.</summary>
    public RedisKey Calibration => $"{prefix}calibration";

    /// <summary>JSON: the threshold, and what was there when it was worked out.</summary>
    public RedisKey Controller => $"{prefix}controller";

    /// <summary>An episode as JSON.</summary>
    public RedisKey Episode(string id) => $"{prefix}episode:{id}";

    /// <summary>A pattern as JSON.</summary>
    public RedisKey Pattern(string id) => $"{prefix}pattern:{id}";

    /// <summary>The episode that stands for an investigation about the same trouble.</summary>
    public RedisKey Alias(string id) => $"{prefix}alias:{id}";

    /// <summary>Vector set of one embedding: element = episode id.</summary>
    public RedisKey Meanings(string embedding) => $"{prefix}meanings:{embedding}";

    /// <summary>Hash: the exact vectors of one embedding by episode id.</summary>
    public RedisKey MeaningVectors(string embedding) => $"{prefix}meaning-vectors:{embedding}";

    /// <summary>Held by the one process that does something.</summary>
    public RedisKey Lease(string work) => $"{prefix}lease:{work}";
}
