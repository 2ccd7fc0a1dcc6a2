using System.Diagnostics;
using MetaKube.Faults;
using MetaKube.Memory;
using MetaKube.Model;
using MetaKube.Redis;

namespace MetaKube.Evaluation;

/// <summary>
/// Measures memory with many episodes: the times to learn, to recall and to open again, and the share of the nearest
/// episodes that it finds.
/// </summary>
internal static class MemoryBenchmark
{
    private const int Queries = 1000,
        Learnt = 1000,
        Nearest = 10;

    /// <summary>
    /// The number of calls that are not measured, since the just-in-time compiler has not optimised their code yet.
    /// </summary>
    private const int WarmUp = 1500;

    public static async Task RunAsync(int count, string? only, TextWriter output)
    {
        if (only is null or "garnet")
        {
            var folder = Directory.CreateTempSubdirectory("metakube-memory-").FullName;
            await MeasureAsync("Garnet", count, async () => await GarnetConnection.OpenAsync(folder, default), output);
            var bytes = new DirectoryInfo(folder)
                .EnumerateFiles("*", SearchOption.AllDirectories)
                .Sum(file => file.Length);
            output.WriteLine($"files: {bytes / 1e6:0.0} MB");
            Directory.Delete(folder, recursive: true);
        }
        if (
            only is null or "redis"
            && Environment.GetEnvironmentVariable("METAKUBE_TEST_REDIS") is { Length: > 0 } redis
        )
            await MeasureAsync("Redis", count, async () => await RedisConnection.OpenAsync(redis), output);
    }

    private static async Task MeasureAsync(string name, int count, Func<Task<IRedisConnection>> open, TextWriter output)
    {
        var keys = new RedisKeys($"benchmark-{Guid.NewGuid():N}");
        var watch = Stopwatch.StartNew();
        await using (var connection = await open())
        {
            var store = await ArchiveAsync(connection, keys);
            // Sixteen at once, as the import of an export does.
            await Parallel.ForEachAsync(
                Enumerable.Range(0, count),
                new ParallelOptions { MaxDegreeOfParallelism = 16 },
                async (i, token) => await store.SaveAsync(EpisodeOf(i), token)
            );
            output.WriteLine($"{name}: {count} episodes stored in {watch.Elapsed.TotalSeconds:0.0} s");
        }
        watch.Restart();
        await using var again = await open();
        var storage = await RedisMemory.OpenAsync(again, keys, default);
        var archive = new EpisodeArchive(storage.Episodes, storage.Vectors);
        await archive.RepairAsync(default);
        output.WriteLine($"{name}: opened again in {watch.ElapsedMilliseconds} ms");

        var memory = new EpisodicMemory(storage, new(int.MaxValue), TimeProvider.System);
        var random = new Random(2);
        var signatures = Enumerable.Range(0, Queries).Select(_ => SignatureOf(random.Next(count), random)).ToList();
        Print(output, $"{name}: recall", await TimeRecallAsync(memory, signatures));
        Print(
            output,
            $"{name}: recall, the part in this process after the candidates are read",
            await TimeRankingAsync(memory, archive, signatures)
        );
        var recall = await RecallAtAsync(archive, [.. signatures.Take(200)], count);
        output.WriteLine($"{name}: recall@{Nearest} against brute force {recall:0.0000}");
        Print(
            output,
            $"{name}: learn (store an episode and a vote on it)",
            await TimeLearningAsync(memory, archive, count)
        );
        await DeleteAsync(again, keys, count + WarmUp + Learnt);
    }

    private static async Task<List<double>> TimeRecallAsync(EpisodicMemory memory, List<SymptomSignature> signatures)
    {
        for (var i = 0; i < WarmUp; i++)
            await memory.RecallAsync(signatures[i % Queries], "benchmark", default);
        var times = new List<double>();
        foreach (var signature in signatures)
        {
            var start = Stopwatch.GetTimestamp();
            await memory.RecallAsync(signature, "benchmark", default);
            times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        }
        return times;
    }

    /// <summary>Times the part of recall that follows the search for candidates.</summary>
    private static async Task<List<double>> TimeRankingAsync(
        EpisodicMemory memory,
        EpisodeArchive archive,
        List<SymptomSignature> signatures
    )
    {
        var times = new List<double>();
        foreach (var signature in signatures)
        {
            var vector = SignatureEmbedding.Embed(signature);
            var candidates = new RecallCandidates(
                await archive.NearestEpisodesAsync(vector, EpisodicMemory.Candidates, null, default),
                await archive.NearestPatternsAsync(vector, EpisodicMemory.Candidates, null, default)
            );
            var state = await memory.StateAsync(default);
            var start = Stopwatch.GetTimestamp();
            Recall.Of(signature, SignatureEmbedding.Embed(signature), candidates, state, DateTimeOffset.UnixEpoch);
            times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        }
        return times;
    }

    private static async Task<List<double>> TimeLearningAsync(EpisodicMemory memory, EpisodeArchive archive, int count)
    {
        var times = new List<double>();
        for (var i = 0; i < WarmUp + Learnt; i++)
        {
            var episode = EpisodeOf(count + i);
            var start = Stopwatch.GetTimestamp();
            await archive.SaveAsync(episode, default);
            await memory.LearnAsync(
                episode.Id,
                "person",
                new(FeedbackKind.Fixed, null, null, DateTimeOffset.UnixEpoch),
                default
            );
            if (i >= WarmUp)
                times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        }
        return times;
    }

    private static async Task DeleteAsync(IRedisConnection connection, RedisKeys keys, int episodes)
    {
        var stored = Enumerable
            .Range(0, episodes)
            .Select(i => (StackExchange.Redis.RedisKey)keys.Episode($"e{i}"))
            .Append(keys.Vectors(VectorCollection.Episodes))
            .Append(keys.Timeline);
        foreach (var batch in stored.Chunk(1000))
            await connection.RunAsync(db => db.KeyDeleteAsync(batch), default);
    }

    private static async Task<EpisodeArchive> ArchiveAsync(IRedisConnection connection, RedisKeys keys)
    {
        var storage = await RedisMemory.OpenAsync(connection, keys, default);
        return new(storage.Episodes, storage.Vectors);
    }

    /// <summary>
    /// The share of the nearest episodes that the index returns. An episode as near as the tenth counts, since many
    /// cases are exactly alike.
    /// </summary>
    private static async Task<double> RecallAtAsync(
        EpisodeArchive store,
        IReadOnlyList<SymptomSignature> signatures,
        int count
    )
    {
        var queries = signatures.Select(SignatureEmbedding.Embed).ToList();
        var best = queries.Select(_ => new PriorityQueue<int, double>()).ToList();
        for (var i = 0; i < count; i++)
        {
            var vector = VectorOf(i);
            for (var q = 0; q < queries.Count; q++)
            {
                best[q].Enqueue(i, SignatureEmbedding.Similarity(queries[q], vector));
                if (best[q].Count > Nearest)
                    best[q].Dequeue();
            }
        }
        double found = 0;
        for (var q = 0; q < queries.Count; q++)
        {
            best[q].TryPeek(out _, out var tenth);
            var near = await store.NearestEpisodesAsync(queries[q], EpisodicMemory.Candidates, null, default);
            found += Math.Min(
                Nearest,
                near.Count(episode => SignatureEmbedding.Similarity(queries[q], episode.Vector) >= tenth - 1e-6)
            );
        }
        return found / (queries.Count * Nearest);
    }

    private static void Print(TextWriter output, string what, List<double> times)
    {
        times.Sort();
        output.WriteLine($"{what}: p50 {times[times.Count / 2]:0.00} ms, p99 {times[times.Count * 99 / 100]:0.00} ms");
    }

    private static readonly string[] Faults = [.. FaultCatalogue.All.Select(fault => fault.Code)];

    /// <summary>
    /// A realistic signature: one fault, three sources, and words of which some belong to the fault (so that cases of
    /// one fault are near each other) and the others are random.
    /// </summary>
    private static SymptomSignature SignatureOf(int case_, Random? noise = null)
    {
        var random = new Random(case_);
        var fault = random.Next(Faults.Length);
        // Each fault has forty shapes.
        var shape = random.Next(40);
        var shaped = new Random(fault * 1000 + shape);
        var features = new Dictionary<string, double> { [$"{Faults[fault]}@Deployment"] = 2.8 };
        for (var i = 0; i < 3; i++)
            features[$"source:{shaped.Next(60)}"] = 1.5;
        for (var i = 0; i < 14; i++)
            features[$"quote:w{shaped.Next(3000)}"] = 1;
        for (var i = 0; i < 4; i++)
            features[$"quote:w{random.Next(20000)}"] = 1;
        for (var i = 0; i < 4; i++)
            features[$"asked:{random.Next(200)}"] = 0.4;
        features[$"workload:{random.Next(5000)}"] = 0.5;
        if (noise is not null)
            for (var i = 0; i < 3; i++)
                features[$"quote:w{noise.Next(20000)}"] = 1;
        return new(features, new HashSet<string> { $"{Faults[fault]}@Deployment" });
    }

    private static float[] VectorOf(int i) => SignatureEmbedding.Embed(SignatureOf(i));

    private static Episode EpisodeOf(int i)
    {
        var signature = SignatureOf(i);
        var fault = signature.Keys.First().Split('@')[0];
        return FeedbackTally.Count(
            new()
            {
                Id = $"e{i}",
                Vector = SignatureEmbedding.Embed(signature),
                Features = signature.Hashes,
                Question = "why is checkout crashing",
                Keys = [.. signature.Keys],
                Cluster = "benchmark",
                Resource = new("Deployment", "shop", "checkout", "app"),
                Answer = fault,
                AnsweredCause = "The container needs Secret checkout-db, which does not exist.",
                Fault = fault,
                RootCause = "",
                Remedies =
                [
                    new("Create Secret checkout-db in namespace shop.", ["kubectl -n shop get secrets"], Risk.Low),
                ],
                At = DateTimeOffset.UnixEpoch.AddMinutes(i),
                Prediction = new(fault, new(0.9, 1, 0.75, 1, true), 0.8, 0.75, Pathway.Analytical, 1, fault, null, 3),
                FeedbackByPerson =
                    i % 2 == 0
                        ? new Dictionary<string, Feedback>
                        {
                            ["person"] = new(FeedbackKind.Fixed, null, null, DateTimeOffset.UnixEpoch),
                        }
                        : [],
            }
        );
    }
}
