using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text;
using MetaKube.ChatOps.Redis;
using MetaKube.Cluster;
using Microsoft.Extensions.DependencyInjection;

namespace MetaKube.Evaluation.Slack;

/// <summary>How fast events are taken in, and whether each question is answered once, however it is delivered.</summary>
internal static class SlackBenchmark
{
    /// <summary>One of so many events is a question; what else people write in channels is none of ours.</summary>
    private const int ChatterPerQuestion = 20;

    /// <summary>Sends events at a steady rate, signed, over HTTP, and times the answers to the requests while the bot does the work that they bring.</summary>
    public static async Task IntakeAsync(int perSecond, int seconds, bool allQuestions, TextWriter output)
    {
        await using var slack = await FakeSlack.StartAsync();
        var folder = Directory.CreateTempSubdirectory("metakube-intake-");
        await using (var bot = await Bot.StartAsync(slack, SlackTransport.Http, Source(), folder.FullName))
        {
            await slack.UntilAsync(() => slack.Calls.Any(call => call.Method == "bots.info"));
            // The first requests compile the code.
            for (var i = 0; i < 50; i++) await SendAsync(slack, i, allQuestions);
            var times = new ConcurrentBag<double>();
            var failed = 0;
            var sending = new List<Task>();
            var start = Stopwatch.GetTimestamp();
            for (var i = 0; i < perSecond * seconds; i++)
            {
                var due = TimeSpan.FromSeconds((double)i / perSecond) - Stopwatch.GetElapsedTime(start);
                if (due > TimeSpan.FromMilliseconds(1)) await Task.Delay(due);
                var number = i + 100;
                sending.Add(Task.Run(async () =>
                {
                    var began = Stopwatch.GetTimestamp();
                    if (!await SendAsync(slack, number, allQuestions)) Interlocked.Increment(ref failed);
                    times.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
                }));
            }
            await Task.WhenAll(sending);
            var elapsed = Stopwatch.GetElapsedTime(start).TotalSeconds;
            var sorted = times.Order().ToList();
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"intake, {(allQuestions ? "each a question" : $"one question in {ChatterPerQuestion}")}: {sorted.Count} events in {elapsed:0.0} s ({sorted.Count / elapsed:0}/s), {failed} not taken; ms p50 {At(sorted, .5):0.0}, p95 {At(sorted, .95):0.0}, p99 {At(sorted, .99):0.0}, max {sorted[^1]:0.0}"));
        }
        folder.Delete(recursive: true);
    }

    /// <summary>Delivers questions as message and as mention, some twice or more, in any order, some with a first delivery that is lost, and counts the answers.</summary>
    /// <returns>Whether each question has exactly one answer.</returns>
    public static async Task<bool> StormAsync(int events, SlackTransport transport, TextWriter output)
    {
        await using var slack = await FakeSlack.StartAsync();
        slack.Events.Echoes = false;
        var folder = Directory.CreateTempSubdirectory("metakube-storm-");
        var isRight = false;
        await using (var bot = await Bot.StartAsync(slack, transport, Source(), folder.FullName))
        {
            if (transport == SlackTransport.Sockets) await slack.UntilAsync(() => slack.Sockets.Count > 0);
            else await slack.UntilAsync(() => slack.Calls.Any(call => call.Method == "bots.info"));
            var random = new Random(3);
            var questions = new List<FakeMessage>();
            var deliveries = new List<(System.Text.Json.Nodes.JsonObject Content, string Id)>();
            // Two events for each question, and three of ten events once more.
            while (deliveries.Count < events)
            {
                var question = slack.Write($"C0ROOM{questions.Count % 500}", "U0ADA", $"<@{FakeSlack.BotUser}> why is checkout crashing?");
                questions.Add(question);
                foreach (var content in FakeEvents.EventsOf(question))
                {
                    var id = $"Ev{deliveries.Count:D10}";
                    deliveries.Add((content, id));
                    while (random.NextDouble() < .3 / 1.3) deliveries.Add((content, id));
                }
            }
            random.Shuffle(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(deliveries));
            var start = Stopwatch.GetTimestamp();
            await Parallel.ForEachAsync(deliveries, new ParallelOptions { MaxDegreeOfParallelism = 32 }, async (one, _) => await slack.Events.DeliverAsync(one.Content, one.Id));
            var delivered = Stopwatch.GetElapsedTime(start);
            var lanes = bot.Services.GetRequiredService<WorkLanes>();
            using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(200));
            while (await lanes.CountAsync(default) > 0 && Stopwatch.GetElapsedTime(start) < TimeSpan.FromMinutes(20)) await timer.WaitForNextTickAsync();
            var counts = questions.Select(question => slack.AnswersIn(question.Channel, question.Ts).Count).ToList();
            isRight = counts.All(count => count == 1);
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"storm, {transport}: {deliveries.Count} deliveries of {questions.Count} questions in {delivered.TotalSeconds:0.0} s, all done after {Stopwatch.GetElapsedTime(start).TotalSeconds:0} s; {counts.Count(count => count == 1)} answered once, {counts.Count(count => count == 0)} not, {counts.Count(count => count > 1)} more than once"));
        }
        folder.Delete(recursive: true);
        return isRight;
    }

    private static DumpEvidence Source() => new(Path.Combine(Scenario.DefaultFolder(), "config-missing-secret", "dump"));

    private static async Task<bool> SendAsync(FakeSlack slack, int number, bool allQuestions)
    {
        var isQuestion = allQuestions || number % ChatterPerQuestion == 0;
        var message = slack.Write($"C0ROOM{number % 500}", "U0ADA", isQuestion ? $"<@{FakeSlack.BotUser}> why is checkout crashing?" : "anybody for lunch? the new place around the corner has soup");
        var body = Encoding.UTF8.GetBytes(FakeEvents.Envelope(FakeEvents.EventsOf(message).First()).ToJsonString());
        using var answer = await slack.Events.PostAsync("/slack/events", body, isForm: false);
        return answer.StatusCode == HttpStatusCode.OK;
    }

    private static double At(List<double> sorted, double share) => sorted[Math.Min(sorted.Count - 1, (int)(sorted.Count * share))];
}
