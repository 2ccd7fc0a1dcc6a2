using MetaKube.Memory;
using MetaKube.Redis;

namespace MetaKube.Evaluation;

/// <summary>
/// A process that votes on one episode repeatedly, each time as another person, and prints the name of each voter when
/// the vote is stored. Tests kill it.
/// </summary>
internal static class VotingProcess
{
    /// <param name="where">A folder (the embedded server) or a Redis connection.</param>
    /// <param name="name">The memory's name in keys.</param>
    /// <param name="episode">The id of the episode.</param>
    /// <param name="prefix">The start of the voters' names.</param>
    /// <param name="count">The number of votes.</param>
    /// <param name="output">Receives the name of each voter when the vote is stored.</param>
    public static async Task RunAsync(
        string where,
        string name,
        string episode,
        string prefix,
        int count,
        TextWriter output
    )
    {
        await using IRedisConnection connection = Directory.Exists(where)
            ? await GarnetConnection.OpenAsync(where, default)
            : await RedisConnection.OpenAsync(where);
        var memory = new EpisodicMemory(
            await RedisMemory.OpenAsync(connection, new RedisKeys(name), default),
            new(),
            TimeProvider.System
        );
        for (var i = 0; i < count; i++)
        {
            await memory.LearnAsync(
                episode,
                $"{prefix}{i}",
                new(FeedbackKind.Helpful, null, null, TimeProvider.System.GetUtcNow()),
                default
            );
            await output.WriteLineAsync($"{prefix}{i}");
            await output.FlushAsync();
        }
    }
}
