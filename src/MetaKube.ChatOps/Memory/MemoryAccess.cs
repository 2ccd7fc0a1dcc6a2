using MetaKube.ChatOps.Configuration;
using MetaKube.ChatOps.KubeLlm;
using MetaKube.Memory;
using MetaKube.Redis;
using Microsoft.Extensions.AI;

namespace MetaKube.ChatOps.Memory;

/// <summary>
/// Connects to the configured database and opens memory in it, each once and when it is first needed.
/// </summary>
internal sealed class MemoryAccess(
    RedisOptions redis,
    MemoryOptions options,
    EmbeddingOptions embedding,
    string directory,
    TimeProvider time
) : IAsyncDisposable
{
    private readonly SemaphoreSlim gate = new(1, 1);
    private IRedisConnection? connection;
    private EpisodicMemory? memory;
    private HttpClient? embedder;

    /// <summary>True if this process is a service, which runs an embedded server itself.</summary>
    public bool IsService { get; init; }

    public RedisKeys Keys { get; } = new(redis.Name);

    /// <summary>The connection to the database.</summary>
    /// <exception cref="StoreUnavailableException">There is no database.</exception>
    public Task<IRedisConnection> ConnectAsync(CancellationToken cancellationToken) =>
        ExclusivelyAsync(ConnectedAsync, cancellationToken);

    /// <summary>Memory in that database, with missing vectors repaired.</summary>
    /// <exception cref="StoreUnavailableException">Memory cannot be opened.</exception>
    public Task<EpisodicMemory> OpenAsync(CancellationToken cancellationToken) =>
        ExclusivelyAsync(OpenedAsync, cancellationToken);

    private async Task<IRedisConnection> ConnectedAsync(CancellationToken cancellationToken) =>
        connection ??=
            redis.Connection.Length > 0
                ? await RedisConnection.OpenAsync(redis.Connection)
                : await GarnetConnection.OpenAsync(directory, cancellationToken, IsService);

    private async Task<EpisodicMemory> OpenedAsync(CancellationToken cancellationToken)
    {
        if (memory is not null)
            return memory;
        var storage = await RedisMemory.OpenAsync(await ConnectedAsync(cancellationToken), Keys, cancellationToken);
        var opened = new EpisodicMemory(
            storage,
            new(options.Capacity, options.Shared, ConsolidatesItself: true),
            time,
            embedding.Endpoint is { } endpoint ? EmbeddingOf(endpoint, storage) : null
        );
        await opened.RepairAsync(cancellationToken);
        return memory = opened;
    }

    private async Task<T> ExclusivelyAsync<T>(
        Func<CancellationToken, Task<T>> open,
        CancellationToken cancellationToken
    )
    {
        await gate.WaitAsync(cancellationToken);
        try
        {
            return await open(cancellationToken);
        }
        finally
        {
            gate.Release();
        }
    }

    private SymptomEmbedding EmbeddingOf(Uri endpoint, MemoryStorage storage)
    {
        var api = ModelHttp.ApiOf(endpoint);
        embedder ??= ModelHttp.Client(api, embedding.ApiKey, time);
        var generator = ModelHttp
            .Api(embedder, api, embedding.ApiKey)
            .GetEmbeddingClient(embedding.Model)
            .AsIEmbeddingGenerator();
        return new(embedding.Model, new EmbeddingFaults(generator, api), storage);
    }

    public async ValueTask DisposeAsync()
    {
        embedder?.Dispose();
        if (connection is not null)
            await connection.DisposeAsync();
        gate.Dispose();
    }
}
