using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using MetaKube.Chat;
using MetaKube.Investigations;
using MetaKube.Model;
using StackExchange.Redis;

namespace MetaKube.Redis;

/// <summary>
/// Stores incidents: their alert groups, the state of their threads, and earlier incidents of the same key. Several
/// processes may update it concurrently.
/// </summary>
public sealed class IncidentStore(IRedisConnection connection, RedisKeys keys, TimeProvider time)
{
    private static readonly TimeSpan Life = TimeSpan.FromDays(7),
        HistoryLife = TimeSpan.FromDays(90);

    private const int MostPast = 50;

    private readonly RedisLeaseStore leases = new(connection, keys, time);

    public Task<AlertGroupState?> GroupAsync(string group, CancellationToken cancellationToken) =>
        ReadAsync(keys.AlertGroup(group), IncidentJson.Default.AlertGroupState, cancellationToken);

    public Task<Incident?> FindAsync(string incident, CancellationToken cancellationToken) =>
        ReadAsync(keys.Incident(incident), IncidentJson.Default.Incident, cancellationToken);

    /// <summary>
    /// Claims a key for an incident; returns the incident that holds the key, which may be an earlier one.
    /// </summary>
    public Task<string> ClaimAsync(string key, string incident, CancellationToken cancellationToken) =>
        connection.RunAsync(
            async db =>
            {
                while (true)
                {
                    if (await db.StringSetAsync(keys.IncidentOf(key), incident, Life, When.NotExists))
                        return incident;
                    if (await db.StringGetAsync(keys.IncidentOf(key)) is { IsNull: false } first)
                        return (string)first!;
                    cancellationToken.ThrowIfCancellationRequested();
                }
            },
            cancellationToken
        );

    /// <summary>Opens an incident; an existing one is not changed.</summary>
    public Task OpenAsync(Incident incident, CancellationToken cancellationToken) =>
        connection.RunAsync(
            async db =>
            {
                var transaction = db.CreateTransaction();
                _ = transaction.StringSetAsync(
                    keys.Incident(incident.Id),
                    ToJson(incident, IncidentJson.Default.Incident),
                    Life,
                    When.NotExists
                );
                _ = transaction.SortedSetAddAsync(
                    keys.OpenIncidents,
                    incident.Id,
                    incident.Since.ToUnixTimeMilliseconds()
                );
                return await transaction.ExecuteAsync();
            },
            cancellationToken
        );

    /// <summary>
    /// Optimistic update; <paramref name="change"/> may run more than once, and returns null if there is nothing to
    /// change.
    /// </summary>
    /// <returns>The incident as it is now, or null where there is none.</returns>
    public Task<Incident?> UpdateAsync(
        string incident,
        Func<Incident, Incident?> change,
        CancellationToken cancellationToken
    ) => UpdateAsync(incident, change, onlyWhereNoneFires: false, cancellationToken);

    /// <summary>Closes an incident, unless one of its groups fires.</summary>
    /// <returns>The incident as it is now, or null where it is not resolved.</returns>
    public async Task<Incident?> CloseAsync(
        string incident,
        Func<Incident, Incident> close,
        TimeSpan reopenWithin,
        CancellationToken cancellationToken
    )
    {
        if (await FindAsync(incident, cancellationToken) is not { } open)
            return null;
        if (open.ResolvedAt is null)
        {
            var closed = await UpdateAsync(
                incident,
                now => now.ResolvedAt is null ? close(now) : null,
                onlyWhereNoneFires: true,
                cancellationToken
            );
            if (closed?.ResolvedAt is null)
                return null;
            open = closed;
        }
        await connection.RunAsync(
            async db =>
            {
                await db.SortedSetRemoveAsync(keys.OpenIncidents, incident);
                if (await db.StringGetAsync(keys.IncidentOf(open.Key)) != incident)
                    return true;
                return reopenWithin > TimeSpan.Zero
                    ? await db.KeyExpireAsync(keys.IncidentOf(open.Key), reopenWithin)
                    : await db.KeyDeleteAsync(keys.IncidentOf(open.Key));
            },
            cancellationToken
        );
        return open;
    }

    /// <summary>Reopens a resolved incident.</summary>
    public async Task<Incident?> ReopenAsync(string incident, CancellationToken cancellationToken)
    {
        var open = await UpdateAsync(
            incident,
            now =>
                now.ResolvedAt is null
                    ? null
                    : now with
                    {
                        ResolvedAt = null,
                        Recovery = null,
                        Trouble = null,
                        Reopened = now.Reopened + 1,
                    },
            cancellationToken
        );
        if (open is not null)
            await connection.RunAsync(
                async db =>
                {
                    await db.SortedSetAddAsync(keys.OpenIncidents, incident, open.Since.ToUnixTimeMilliseconds());
                    return await db.StringSetAsync(keys.IncidentOf(open.Key), incident, Life);
                },
                cancellationToken
            );
        return open;
    }

    /// <summary>Adds an alert group to an incident.</summary>
    public Task JoinAsync(
        string incident,
        string group,
        int alerts,
        AlertGroupState state,
        CancellationToken cancellationToken
    ) =>
        connection.RunAsync(
            async db =>
            {
                var transaction = db.CreateTransaction();
                _ = transaction.SetAddAsync(keys.IncidentFiring(incident), group);
                _ = transaction.KeyExpireAsync(keys.IncidentFiring(incident), Life);
                _ = transaction.HashSetAsync(keys.IncidentGroups(incident), group, alerts);
                _ = transaction.KeyExpireAsync(keys.IncidentGroups(incident), Life);
                _ = transaction.StringSetAsync(
                    keys.AlertGroup(group),
                    ToJson(state, IncidentJson.Default.AlertGroupState),
                    Life
                );
                if (state.IsHint)
                    _ = transaction.SetAddAsync(keys.WatchedGroups, group);
                return await transaction.ExecuteAsync();
            },
            cancellationToken
        );

    /// <summary>Records that an alert group no longer fires.</summary>
    /// <returns>True if another group of the incident fires.</returns>
    public Task<bool> LeaveAsync(string group, AlertGroupState state, CancellationToken cancellationToken) =>
        connection.RunAsync(
            async db =>
            {
                var transaction = db.CreateTransaction();
                _ = transaction.SetRemoveAsync(keys.IncidentFiring(state.Incident), group);
                _ = transaction.StringSetAsync(
                    keys.AlertGroup(group),
                    ToJson(state with { IsFiring = false }, IncidentJson.Default.AlertGroupState),
                    Life
                );
                if (state.IsHint)
                    _ = transaction.SetRemoveAsync(keys.WatchedGroups, group);
                await transaction.ExecuteAsync();
                return await IsFiringAsync(db, state.Incident);
            },
            cancellationToken
        );

    public Task<bool> IsFiringAsync(string incident, CancellationToken cancellationToken) =>
        connection.RunAsync(db => IsFiringAsync(db, incident), cancellationToken);

    public Task<IncidentSize> SizeAsync(string incident, CancellationToken cancellationToken) =>
        connection.RunAsync(
            async db =>
            {
                var groups = await db.HashValuesAsync(keys.IncidentGroups(incident));
                return new IncidentSize(groups.Length, groups.Sum(alerts => (int)alerts));
            },
            cancellationToken
        );

    public Task<IncidentThread?> ThreadAsync(string incident, ThreadRef channel, CancellationToken cancellationToken) =>
        ReadAsync(
            keys.IncidentThread(incident, channel.Platform, channel.Channel),
            IncidentJson.Default.IncidentThread,
            cancellationToken
        );

    public Task SaveThreadAsync(
        string incident,
        ThreadRef channel,
        IncidentThread thread,
        CancellationToken cancellationToken
    ) =>
        connection.RunAsync(
            db =>
                db.StringSetAsync(
                    keys.IncidentThread(incident, channel.Platform, channel.Channel),
                    ToJson(thread, IncidentJson.Default.IncidentThread),
                    Life
                ),
            cancellationToken
        );

    /// <summary>
    /// True if an incident may have its own thread in a channel. The number of threads within a time is limited; an
    /// incident that was counted stays counted.
    /// </summary>
    public Task<bool> MayStartAsync(
        string incident,
        ThreadRef channel,
        int most,
        TimeSpan within,
        CancellationToken cancellationToken
    ) =>
        connection.RunAsync(
            async db =>
            {
                var key = keys.ThreadsStarted(channel.Platform, channel.Channel);
                var now = time.GetUtcNow().ToUnixTimeMilliseconds();
                await db.SortedSetRemoveRangeByScoreAsync(key, double.NegativeInfinity, now - within.TotalMilliseconds);
                await db.SortedSetAddAsync(key, incident, now, SortedSetWhen.NotExists);
                await db.KeyExpireAsync(key, within);
                if (await db.SortedSetRankAsync(key, incident) is not { } rank || rank < most)
                    return true;
                await db.SortedSetRemoveAsync(key, incident);
                return false;
            },
            cancellationToken
        );

    /// <summary>The shared thread of an alert storm, or null.</summary>
    public Task<string?> StormAsync(ThreadRef channel, CancellationToken cancellationToken) =>
        connection.RunAsync(
            async db => (string?)await db.StringGetAsync(keys.StormThread(channel.Platform, channel.Channel)),
            cancellationToken
        );

    public Task SaveStormAsync(ThreadRef channel, string root, TimeSpan life, CancellationToken cancellationToken) =>
        connection.RunAsync(
            db => db.StringSetAsync(keys.StormThread(channel.Platform, channel.Channel), root, life),
            cancellationToken
        );

    /// <summary>Acquires a lease that has to do with incidents; <see cref="RedisLeaseStore.TryAcquireAsync"/> says
    /// more.</summary>
    public Task<RedisLease?> LeaseAsync(string name, TimeSpan duration, CancellationToken cancellationToken) =>
        leases.TryAcquireAsync(name, duration, cancellationToken);

    /// <summary>Stores the state of an incident's target at the time of the investigation.</summary>
    public Task SaveWatchedAsync(string incident, RecoveryBaseline watched, CancellationToken cancellationToken) =>
        connection.RunAsync(
            db =>
                db.StringSetAsync(
                    keys.IncidentBefore(incident),
                    ToJson(StoredWatched.Of(watched), IncidentJson.Default.StoredWatched),
                    Life
                ),
            cancellationToken
        );

    public async Task<RecoveryBaseline?> WatchedAsync(string incident, CancellationToken cancellationToken) =>
        (
            await ReadAsync(keys.IncidentBefore(incident), IncidentJson.Default.StoredWatched, cancellationToken)
        )?.RecoveryBaseline;

    /// <summary>Records an incident in the history of its key; idempotent.</summary>
    /// <returns>Earlier incidents with the same key, newest first.</returns>
    public Task<IReadOnlyList<PastIncident>> NoteHappenedAsync(
        string key,
        PastIncident incident,
        CancellationToken cancellationToken
    ) =>
        connection.RunAsync<IReadOnlyList<PastIncident>>(
            async db =>
            {
                var history = keys.IncidentHistory(key);
                while (true)
                {
                    var json = await db.StringGetAsync(history);
                    IReadOnlyList<PastIncident> past = json.IsNull
                        ? []
                        : JsonSerializer.Deserialize((string)json!, IncidentJson.Default.IReadOnlyListPastIncident)!;
                    IReadOnlyList<PastIncident> before = [.. past.Where(one => one.Id != incident.Id)];
                    var transaction = db.CreateTransaction();
                    transaction.AddCondition(
                        json.IsNull ? Condition.KeyNotExists(history) : Condition.StringEqual(history, json)
                    );
                    _ = transaction.StringSetAsync(
                        history,
                        ToJson<IReadOnlyList<PastIncident>>(
                            [incident, .. before.Take(MostPast - 1)],
                            IncidentJson.Default.IReadOnlyListPastIncident
                        ),
                        HistoryLife
                    );
                    if (await transaction.ExecuteAsync())
                        return before;
                    cancellationToken.ThrowIfCancellationRequested();
                }
            },
            cancellationToken
        );

    /// <summary>The firing groups of the bot's own watch.</summary>
    public Task<IReadOnlyList<string>> WatchedGroupsAsync(CancellationToken cancellationToken) =>
        connection.RunAsync<IReadOnlyList<string>>(
            async db => [.. (await db.SetMembersAsync(keys.WatchedGroups)).Select(group => (string)group!)],
            cancellationToken
        );

    /// <summary>The incidents that are not resolved.</summary>
    public Task<long> CountOpenAsync(CancellationToken cancellationToken) =>
        connection.RunAsync(db => db.SortedSetLengthAsync(keys.OpenIncidents), cancellationToken);

    /// <summary>Removes expired incidents from the list of open ones.</summary>
    /// <returns>The number removed.</returns>
    public Task<int> SweepAsync(CancellationToken cancellationToken) =>
        connection.RunAsync(
            async db =>
            {
                var swept = 0;
                foreach (var incident in await db.SortedSetRangeByRankAsync(keys.OpenIncidents))
                    if (
                        !await db.KeyExistsAsync(keys.Incident(incident!))
                        && await db.SortedSetRemoveAsync(keys.OpenIncidents, incident)
                    )
                        swept++;
                foreach (var group in await db.SetMembersAsync(keys.WatchedGroups))
                    if (!await db.KeyExistsAsync(keys.AlertGroup(group!)))
                        await db.SetRemoveAsync(keys.WatchedGroups, group);
                return swept;
            },
            cancellationToken
        );

    private Task<bool> IsFiringAsync(IDatabase db, string incident) => db.KeyExistsAsync(keys.IncidentFiring(incident));

    private Task<Incident?> UpdateAsync(
        string incident,
        Func<Incident, Incident?> change,
        bool onlyWhereNoneFires,
        CancellationToken cancellationToken
    ) =>
        connection.RunAsync<Incident?>(
            async db =>
            {
                var key = keys.Incident(incident);
                while (await db.StringGetAsync(key) is { IsNull: false } before)
                {
                    var current = JsonSerializer.Deserialize((string)before!, IncidentJson.Default.Incident)!;
                    if (change(current) is not { } after)
                        return current;
                    var transaction = db.CreateTransaction();
                    transaction.AddCondition(Condition.StringEqual(key, before));
                    // A set without members is no key.
                    var noneFires = onlyWhereNoneFires
                        ? transaction.AddCondition(Condition.KeyNotExists(keys.IncidentFiring(incident)))
                        : null;
                    _ = transaction.StringSetAsync(key, ToJson(after, IncidentJson.Default.Incident), Life);
                    if (await transaction.ExecuteAsync())
                        return after;
                    if (noneFires is { WasSatisfied: false })
                        return current;
                    cancellationToken.ThrowIfCancellationRequested();
                }
                return null;
            },
            cancellationToken
        );

    private Task<T?> ReadAsync<T>(RedisKey key, JsonTypeInfo<T> type, CancellationToken cancellationToken)
        where T : class =>
        connection.RunAsync(
            async db =>
                await db.StringGetAsync(key) is { IsNull: false } json
                    ? JsonSerializer.Deserialize(((ReadOnlyMemory<byte>)json).Span, type)
                    : null,
            cancellationToken
        );

    private static string ToJson<T>(T value, JsonTypeInfo<T> type) => JsonSerializer.Serialize(value, type);
}

/// <summary><see cref="Watched"/> as stored: JSON has no objects as keys.</summary>
public sealed record StoredWatched(
    Symptom Symptom,
    ResourceRef Target,
    IReadOnlyList<StoredObject> Objects,
    IReadOnlyList<string> Kinds,
    IReadOnlyList<string> Gaps,
    IReadOnlyList<ResourceRef> Blamed
)
{
    [JsonIgnore]
    public RecoveryBaseline RecoveryBaseline =>
        new(
            Symptom,
            Target,
            new(Objects.ToDictionary(one => one.Resource, one => one.Fields), Kinds.ToHashSet()),
            Gaps,
            Blamed
        );

    public static StoredWatched Of(RecoveryBaseline watched) =>
        new(
            watched.Symptom,
            watched.Target,
            [.. watched.Before.Objects.Select(one => new StoredObject(one.Key, one.Value))],
            [.. watched.Before.Kinds],
            watched.Gaps,
            watched.Blamed
        );
}

/// <summary>The settings of one object.</summary>
public sealed record StoredObject(ResourceRef Resource, IReadOnlyDictionary<string, string> Fields);

/// <summary>The stored JSON of incidents.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull
)]
[JsonSerializable(typeof(Incident))]
[JsonSerializable(typeof(AlertGroupState))]
[JsonSerializable(typeof(IncidentThread))]
[JsonSerializable(typeof(IReadOnlyList<PastIncident>))]
[JsonSerializable(typeof(StoredWatched))]
public sealed partial class IncidentJson : JsonSerializerContext;
