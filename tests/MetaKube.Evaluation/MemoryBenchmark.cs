using System.Diagnostics;
using MetaKube.ChatOps.Redis;
using MetaKube.Investigations;
using MetaKube.Memory;

namespace MetaKube.Evaluation;

/// <summary>How long memory takes with many episodes: to store, to recall, to open again; and whether it finds what is nearest.</summary>
internal static class MemoryBenchmark
{
    private const int Queries = 200;

    public static async Task RunAsync(int count, TextWriter output)
    {
        var folder = Directory.CreateTempSubdirectory("metakube-memory-").FullName;
        await MeasureAsync("Garnet", count, async () => await GarnetConnection.OpenAsync(folder, default), output);
        output.WriteLine($"files: {Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Sum(file => new FileInfo(file).Length) / 1e6:0.0} MB");
        Directory.Delete(folder, recursive: true);
        if (Environment.GetEnvironmentVariable("METAKUBE_TEST_REDIS") is { Length: > 0 } redis)
            await MeasureAsync("Redis", count, async () => await RedisConnection.OpenAsync(redis), output);
    }

    private static async Task MeasureAsync(string name, int count, Func<Task<IMemoryConnection>> open, TextWriter output)
    {
        var random = new Random(1);
        var keys = new MemoryKeys($"benchmark-{Guid.NewGuid():N}");
        var watch = Stopwatch.StartNew();
        var episodes = Enumerable.Range(0, count).Select(i => Episode($"e{i}", Direction(random))).ToList();
        await using (var connection = await open())
        {
            var store = new RedisMemoryStore(connection, keys);
            watch.Restart();
            foreach (var episode in episodes) await store.SaveAsync(episode, default);
            output.WriteLine($"{name}: stored {count} in {watch.Elapsed.TotalSeconds:0.0} s");
        }
        watch.Restart();
        await using var again = await open();
        var reopened = new RedisMemoryStore(again, keys);
        await reopened.RepairAsync(default);
        output.WriteLine($"{name}: opened again in {watch.ElapsedMilliseconds} ms");
        var times = new List<double>();
        var found = 0;
        for (var i = 0; i < Queries; i++)
        {
            var like = Near(episodes[random.Next(count)].Vector, random);
            var nearest = episodes.MaxBy(episode => SignatureEmbedding.Similarity(like, episode.Vector))!.Id;
            watch.Restart();
            var recalled = await reopened.NearAsync(like, 40, null, default);
            times.Add(watch.Elapsed.TotalMilliseconds);
            if (recalled.Episodes.Any(episode => episode.Id == nearest)) found++;
        }
        times.Sort();
        output.WriteLine($"{name}: recall p50 {times[Queries / 2]:0.0} ms, p99 {times[Queries * 99 / 100]:0.0} ms; the nearest is among 40 candidates in {100.0 * found / Queries:0} %");
    }

    private static float[] Direction(Random random) => Unit([.. Enumerable.Range(0, SignatureEmbedding.Dimensions).Select(_ => random.NextDouble() < 0.1 ? (float)(random.NextDouble() - 0.5) : 0f)]);

    private static float[] Near(float[] vector, Random random) => Unit([.. vector.Select(x => x + (float)(random.NextDouble() - 0.5) * 0.05f)]);

    private static float[] Unit(float[] vector)
    {
        var norm = MathF.Sqrt(vector.Sum(x => x * x));
        return norm == 0 ? vector : [.. vector.Select(x => x / norm)];
    }

    private static Episode Episode(string id, float[] vector) => new()
    {
        Id = id, Vector = vector, Question = "why is checkout crashing", Keys = ["config.missing-secret@Deployment", "network.no-ready-endpoints@Service"], Cluster = "benchmark",
        Resource = new("Deployment", "shop", "checkout", "app"), Answer = "config.missing-secret", AnsweredCause = "", Fault = "config.missing-secret", RootCause = "The container needs Secret checkout-db, which does not exist.",
        Remedies = [new("Create Secret checkout-db in namespace shop.", ["kubectl -n shop get secrets"], Risk.Low)], At = DateTimeOffset.UnixEpoch,
    };
}
