using System.Diagnostics;
using MetaKube.Faults;
using MetaKube.Memory;
using MetaKube.Model;
using MetaKube.Redis;

namespace MetaKube.Evaluation;

/// <summary>
/// How long memory takes with many episodes: to learn, to recall, to open again; and whether it finds what is nearest.
/// </summary>
internal static class MemoryBenchmark
{
    private const int Queries = 1000,
        Learnt = 1000,
        Nearest = 10;

    /// <summary>
    /// The first calls run code that the just-in-time compiler has not improved yet; a bot that runs for days has no
    /// such.
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
            // Several at once: a bot that is new reads an export, it does not wait for each.
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
        var reopened = new EpisodeArchive(storage.Episodes, storage.Vectors);
        await reopened.RepairAsync(default);
        output.WriteLine($"{name}: opened again in {watch.ElapsedMilliseconds} ms");

        var memory = new EpisodicMemory(storage, new(int.MaxValue), TimeProvider.System);
        var random = new Random(2);
        var signatures = Enumerable.Range(0, Queries).Select(_ => SignatureOf(random.Next(count), random)).ToList();
        for (var i = 0; i < WarmUp; i++)
            await memory.RecallAsync(signatures[i % Queries], "benchmark", default);
        var whole = new List<double>();
        foreach (var signature in signatures)
        {
            watch.Restart();
            await memory.RecallAsync(signature, "benchmark", default);
            whole.Add(watch.Elapsed.TotalMilliseconds);
        }
        Print(output, $"{name}: recall", whole);

        var own = new List<double>();
        foreach (var signature in signatures)
        {
            var vector = SignatureEmbedding.Embed(signature);
            var candidates = new RecallCandidates(
                await reopened.NearestEpisodesAsync(vector, EpisodicMemory.Candidates, null, default),
                await reopened.NearestPatternsAsync(vector, EpisodicMemory.Candidates, null, default)
            );
            var state = await memory.StateAsync(default);
            watch.Restart();
            Recall.Of(signature, SignatureEmbedding.Embed(signature), candidates, state, DateTimeOffset.UnixEpoch);
            own.Add(watch.Elapsed.TotalMilliseconds);
        }
        Print(output, $"{name}: recall, of that in this process after the candidates are there", own);

        output.WriteLine(
            $"{name}: recall@{Nearest} against brute force "
                + $"{await RecallAtAsync(reopened, [.. signatures.Take(200)], count):0.0000}"
        );

        var learning = new List<double>();
        for (var i = 0; i < WarmUp + Learnt; i++)
        {
            var episode = EpisodeOf(count + i);
            watch.Restart();
            await reopened.SaveAsync(episode, default);
            await memory.LearnAsync(
                episode.Id,
                "person",
                new(FeedbackKind.Fixed, null, null, DateTimeOffset.UnixEpoch),
                default
            );
            if (i >= WarmUp)
                learning.Add(watch.Elapsed.TotalMilliseconds);
        }
        Print(output, $"{name}: learn (keep an episode and a vote on it)", learning);
        foreach (
            var batch in Enumerable
                .Range(0, count + WarmUp + Learnt)
                .Select(i => (StackExchange.Redis.RedisKey)keys.Episode($"e{i}"))
                .Append(keys.Vectors(VectorCollection.Episodes))
                .Append(keys.Timeline)
                .Chunk(1000)
        )
            await again.RunAsync(db => db.KeyDeleteAsync(batch), default);
    }

    private static async Task<EpisodeArchive> ArchiveAsync(IRedisConnection connection, RedisKeys keys)
    {
        var storage = await RedisMemory.OpenAsync(connection, keys, default);
        return new(storage.Episodes, storage.Vectors);
    }

    /// <summary>
    /// The share of the truly nearest that recall returns; any as near as the tenth counts, since many cases are
    /// exactly alike.
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
    /// A signature as failures have them: one or two of 86 faults, two or three sources, and words of which some are
    /// the fault's own (so that cases of one fault are near each other) and
    /// some are any.
    /// </summary>
    private static SymptomSignature SignatureOf(int case_, Random? noise = null)
    {
        var random = new Random(case_);
        var fault = random.Next(Faults.Length);
        // Of each fault there are forty shapes.
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
