using MetaKube.ChatOps.Configuration;
using MetaKube.ChatOps.KubeLlm;
using MetaKube.Memory;
using MetaKube.Redis;
using Microsoft.Extensions.AI;

namespace MetaKube.ChatOps.Memory;

/// <summary>Opens memory as configured, once, when it is first needed.</summary>
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

    public RedisEpisodeStore? Store { get; private set; }

    /// <summary>This process stays: an embedded server has to be its own.</summary>
    public bool IsService { get; init; }

    public RedisKeys Keys { get; } = new(redis.Name);

    /// <summary>The connection, once memory is open.</summary>
    public IRedisConnection Connection => connection ?? throw new InvalidOperationException("Memory is not open.");

    /// <summary>The sense of meaning that is configured, or null.</summary>
    public SymptomMeaning? Meaning { get; private set; }

    /// <exception cref="StoreUnavailableException">Memory cannot be opened.</exception>
    public async Task<EpisodicMemory> OpenAsync(CancellationToken cancellationToken)
    {
        await gate.WaitAsync(cancellationToken);
        try
        {
            if (memory is not null)
                return memory;
            connection =
                redis.Connection.Length > 0
                    ? await RedisConnection.OpenAsync(redis.Connection)
                    : await GarnetConnection.OpenAsync(directory, cancellationToken, IsService);
            Store = new(connection, Keys);
            await Store.RepairAsync(cancellationToken);
            Meaning = embedding.Endpoint is { } endpoint
                ? MeaningBy(endpoint, new RedisMeaningIndex(connection, Keys))
                : null;
            return memory = new(Store, new(options.Capacity, options.Shared), time, Meaning);
        }
        finally
        {
            gate.Release();
        }
    }

    private SymptomMeaning MeaningBy(Uri endpoint, RedisMeaningIndex index)
    {
        var api = ModelHttp.ApiOf(endpoint);
        embedder = ModelHttp.Client(api, embedding.ApiKey, time);
        return new(
            embedding.Model,
            new EmbeddingFaults(
                ModelHttp
                    .Api(embedder, api, embedding.ApiKey)
                    .GetEmbeddingClient(embedding.Model)
                    .AsIEmbeddingGenerator(),
                api
            ),
            index
        );
    }

    public async ValueTask DisposeAsync()
    {
        embedder?.Dispose();
        if (connection is not null)
            await connection.DisposeAsync();
        gate.Dispose();
    }
}
