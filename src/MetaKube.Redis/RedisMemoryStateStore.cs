using System.Text.Json;
using MetaKube.Memory;
using StackExchange.Redis;

namespace MetaKube.Redis;

/// <summary>Calibration and controller state as two JSON values that are written together.</summary>
public sealed class RedisMemoryStateStore(IRedisConnection connection, RedisKeys keys) : IMemoryStateStore
{
    public Task<MemoryState> LoadAsync(CancellationToken cancellationToken) =>
        connection.RunAsync(
            async db =>
            {
                var values = await db.StringGetAsync([keys.Calibration, keys.Controller]);
                var calibration = values[0].IsNull
                    ? null
                    : JsonSerializer.Deserialize(values[0].ToString(), MemoryJson.Default.Calibration);
                var controller = values[1].IsNull
                    ? null
                    : JsonSerializer.Deserialize(values[1].ToString(), MemoryJson.Default.StoredController);
                return new MemoryState(
                    calibration ?? Calibration.Prior,
                    controller?.State ?? ControllerState.Initial,
                    controller?.DocumentFrequency ?? DocumentFrequency.None,
                    controller?.Consolidated
                );
            },
            cancellationToken
        );

    public Task SaveAsync(MemoryState state, CancellationToken cancellationToken) =>
        connection.RunAsync(
            db =>
                db.StringSetAsync([
                    new(keys.Calibration, JsonSerializer.Serialize(state.Calibration, MemoryJson.Default.Calibration)),
                    new(
                        keys.Controller,
                        JsonSerializer.Serialize(
                            new StoredController(state.Controller, state.DocumentFrequency, state.Consolidated),
                            MemoryJson.Default.StoredController
                        )
                    ),
                ]),
            cancellationToken
        );
}
