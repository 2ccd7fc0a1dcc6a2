using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using MetaKube.Chat;
using StackExchange.Redis;

namespace MetaKube.Redis;

/// <summary>
/// Stores the state of threads: the last investigation, the investigation of each message, and the outbox.
/// </summary>
public sealed class ConversationStore(IRedisConnection connection, RedisKeys keys)
{
    private static readonly TimeSpan ThreadLife = TimeSpan.FromDays(90),
        WorkLife = TimeSpan.FromDays(2),
        CardLife = TimeSpan.FromDays(7);

    private const int Recents = 50,
        MostNoted = 10_000;

    private readonly ConcurrentDictionary<(string Platform, string Channel), ChatAddress> noted = new();

    public Task<ThreadRecord?> ThreadAsync(ThreadRef thread, CancellationToken cancellationToken) =>
        ReadAsync(keys.Thread(thread.Key), ConversationJson.Default.ThreadRecord, cancellationToken);

    /// <summary>The outbox of a work item, or null if none was stored.</summary>
    public Task<Outbox?> OutboxAsync(string work, CancellationToken cancellationToken) =>
        connection.RunAsync(db => OutboxAsync(db, keys.Outbox(work)), cancellationToken);

    /// <summary>
    /// Stores the outbox of a work item, unless another process has stored one; returns the stored one.
    /// </summary>
    public Task<Outbox> DecideAsync(string work, Outbox outbox, CancellationToken cancellationToken) =>
        connection.RunAsync(
            async db =>
                await db.StringSetAsync(keys.Outbox(work), outbox.ToJson(), WorkLife, When.NotExists)
                    ? outbox
                    : await OutboxAsync(db, keys.Outbox(work)) ?? outbox,
            cancellationToken
        );

    /// <summary>The posted parts of a work item, with the ids of their messages.</summary>
    public Task<IReadOnlyDictionary<string, string>> PostedAsync(string work, CancellationToken cancellationToken) =>
        connection.RunAsync<IReadOnlyDictionary<string, string>>(
            async db =>
                (await db.HashGetAllAsync(keys.Posted(work))).ToDictionary(
                    entry => (string)entry.Name!,
                    entry => (string)entry.Value!
                ),
            cancellationToken
        );

    /// <summary>Records that a part was posted, and the investigation of its message.</summary>
    public Task NotePostedAsync(
        string work,
        string part,
        ThreadRef thread,
        string message,
        string? investigation,
        CancellationToken cancellationToken
    ) =>
        connection.RunAsync(
            async db =>
            {
                var transaction = db.CreateTransaction();
                _ = transaction.HashSetAsync(keys.Posted(work), part, message);
                _ = transaction.KeyExpireAsync(keys.Posted(work), WorkLife);
                if (investigation is not null)
                    _ = transaction.StringSetAsync(
                        keys.Answer(thread.Platform, thread.Channel, message),
                        investigation,
                        ThreadLife
                    );
                return await transaction.ExecuteAsync();
            },
            cancellationToken
        );

    /// <summary>The answer to an investigation in a channel, or null where none was posted lately.</summary>
    public Task<AnswerCard?> CardAsync(string investigation, ThreadRef channel, CancellationToken cancellationToken) =>
        ReadAsync(
            keys.Card(investigation, channel.Platform, channel.Channel),
            ConversationJson.Default.AnswerCard,
            cancellationToken
        );

    /// <summary>Records an answer as it stands in a channel.</summary>
    public Task NoteCardAsync(AnswerCard card, CancellationToken cancellationToken) =>
        connection.RunAsync(
            db =>
                db.StringSetAsync(
                    keys.Card(card.View.Investigation, card.Thread.Platform, card.Thread.Channel),
                    JsonSerializer.Serialize(card, ConversationJson.Default.AnswerCard),
                    CardLife
                ),
            cancellationToken
        );

    /// <summary>Records the answer of a thread; idempotent.</summary>
    /// <param name="thread">The thread.</param>
    /// <param name="record">Its new subject.</param>
    /// <param name="recent">The entry for pages that others see; null where the thread is private.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    public Task NoteAnsweredAsync(
        ThreadRef thread,
        ThreadRecord record,
        RecentAnswer? recent,
        CancellationToken cancellationToken
    ) =>
        connection.RunAsync(
            async db =>
            {
                var transaction = db.CreateTransaction();
                _ = transaction.StringSetAsync(
                    keys.Thread(thread.Key),
                    JsonSerializer.Serialize(record, ConversationJson.Default.ThreadRecord),
                    ThreadLife
                );
                if (recent is not null)
                    NoteRecent(transaction, record, recent);
                return await transaction.ExecuteAsync();
            },
            cancellationToken
        );

    private void NoteRecent(ITransaction transaction, ThreadRecord record, RecentAnswer recent)
    {
        var line = JsonSerializer.Serialize(recent, ConversationJson.Default.RecentAnswer);
        if (recent.Address is { } address)
            _ = transaction.StringSetAsync(
                keys.Origin(record.Investigation),
                address.AbsoluteUri,
                TimeSpan.FromDays(400)
            );
        _ = transaction.ListRemoveAsync(keys.Recent, line);
        _ = transaction.ListLeftPushAsync(keys.Recent, line);
        _ = transaction.ListTrimAsync(keys.Recent, 0, Recents - 1);
    }

    /// <summary>Deletes the notes of a completed work item.</summary>
    public Task CloseAsync(string work, CancellationToken cancellationToken) =>
        connection.RunAsync(db => db.KeyDeleteAsync(keys.OfWork(work)), cancellationToken);

    /// <summary>The investigation of a message of the bot, or null.</summary>
    public Task<string?> InvestigationOfAsync(
        string platform,
        string channel,
        string message,
        CancellationToken cancellationToken
    ) =>
        connection.RunAsync(
            async db => (string?)await db.StringGetAsync(keys.Answer(platform, channel, message)),
            cancellationToken
        );

    /// <summary>The addresses of the answers to investigations.</summary>
    public Task<IReadOnlyDictionary<string, Uri>> OriginsAsync(
        IReadOnlyList<string> investigations,
        CancellationToken cancellationToken
    ) =>
        connection.RunAsync<IReadOnlyDictionary<string, Uri>>(
            async db =>
            {
                if (investigations.Count == 0)
                    return new Dictionary<string, Uri>();
                var addresses = await db.StringGetAsync([.. investigations.Select(keys.Origin)]);
                return investigations
                    .Zip(addresses)
                    .Where(pair => !pair.Second.IsNull)
                    .ToDictionary(pair => pair.First, pair => new Uri((string)pair.Second!));
            },
            cancellationToken
        );

    public Task<IReadOnlyList<RecentAnswer>> RecentAsync(CancellationToken cancellationToken) =>
        connection.RunAsync<IReadOnlyList<RecentAnswer>>(
            async db =>
                [
                    .. (await db.ListRangeAsync(keys.Recent)).Select(line =>
                        JsonSerializer.Deserialize((string)line!, ConversationJson.Default.RecentAnswer)!
                    ),
                ],
            cancellationToken
        );

    /// <summary>The message that shows the progress of a work item, or null.</summary>
    public Task<ProgressMessage?> ProgressAsync(string work, CancellationToken cancellationToken) =>
        connection.RunAsync(
            async db =>
                (string?)await db.StringGetAsync(keys.Progress(work)) is { } stored
                    ? ProgressMessage.Parse(stored)
                    : null,
            cancellationToken
        );

    public Task NoteProgressAsync(string work, ProgressMessage message, CancellationToken cancellationToken) =>
        connection.RunAsync(
            db => db.StringSetAsync(keys.Progress(work), message.ToJson(), WorkLife),
            cancellationToken
        );

    /// <summary>Applies a change of one person's reactions to a message.</summary>
    /// <returns>The person's reactions to the message after the change.</returns>
    public Task<IReadOnlyList<string>> ReactAsync(WorkItem.Reaction reaction, CancellationToken cancellationToken) =>
        connection.RunAsync<IReadOnlyList<string>>(
            async db =>
            {
                var key = keys.Reactions(reaction.Platform, reaction.Channel, reaction.Message, reaction.User);
                var all = (await db.HashGetAllAsync(key)).ToDictionary(
                    entry => (string)entry.Name!,
                    entry => double.Parse((string)entry.Value!, CultureInfo.InvariantCulture)
                );
                // Taken away is kept as well, as a negative time: what was put there before must not come back when it
                // arrives late.
                if (!all.TryGetValue(reaction.Name, out var last) || Math.Abs(last) < reaction.Order)
                {
                    all[reaction.Name] = reaction.IsAdded ? reaction.Order : -reaction.Order;
                    await db.HashSetAsync(
                        key,
                        reaction.Name,
                        all[reaction.Name].ToString("R", CultureInfo.InvariantCulture)
                    );
                    await db.KeyExpireAsync(key, ThreadLife);
                }
                return [.. all.Where(pair => pair.Value > 0).OrderBy(pair => pair.Value).Select(pair => pair.Key)];
            },
            cancellationToken
        );

    /// <summary>
    /// Records that a person gave explicit feedback; later reactions of that person no longer count.
    /// </summary>
    public Task NoteSaidAsync(string investigation, string voter, CancellationToken cancellationToken) =>
        connection.RunAsync(db => db.StringSetAsync(keys.Said(investigation, voter), 1, ThreadLife), cancellationToken);

    public Task<bool> HasSaidAsync(string investigation, string voter, CancellationToken cancellationToken) =>
        connection.RunAsync(db => db.KeyExistsAsync(keys.Said(investigation, voter)), cancellationToken);

    /// <summary>The address of a conversation, or null if unknown.</summary>
    public Task<ChatAddress?> AddressAsync(string platform, string channel, CancellationToken cancellationToken) =>
        ReadAsync(keys.Address(platform, channel), ConversationJson.Default.ChatAddress, cancellationToken);

    /// <summary>Stores the address of a conversation; an unchanged address is not written again.</summary>
    public async Task NoteAddressAsync(
        string platform,
        string channel,
        ChatAddress address,
        CancellationToken cancellationToken
    )
    {
        if (noted.TryGetValue((platform, channel), out var last) && last == address)
            return;
        await connection.RunAsync(
            db =>
                db.StringSetAsync(
                    keys.Address(platform, channel),
                    JsonSerializer.Serialize(address, ConversationJson.Default.ChatAddress)
                ),
            cancellationToken
        );
        if (noted.Count >= MostNoted)
            noted.Clear();
        noted[(platform, channel)] = address;
    }

    private static async Task<Outbox?> OutboxAsync(IDatabase db, RedisKey key) =>
        (string?)await db.StringGetAsync(key) is { } json ? Outbox.Parse(json) : null;

    private Task<T?> ReadAsync<T>(RedisKey key, JsonTypeInfo<T> type, CancellationToken cancellationToken)
        where T : class => connection.RunAsync(db => ReadAsync(db, key, type), cancellationToken);

    private static async Task<T?> ReadAsync<T>(IDatabase db, RedisKey key, JsonTypeInfo<T> type)
        where T : class =>
        await db.StringGetAsync(key) is { IsNull: false } json
            ? JsonSerializer.Deserialize(((ReadOnlyMemory<byte>)json).Span, type)
            : null;
}
