using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text;
using MetaKube.Cluster;
using MetaKube.Evaluation.Chat;
using MetaKube.Fakes;
using MetaKube.Fakes.Chat;
using MetaKube.Fakes.Slack;
using MetaKube.Redis;
using Microsoft.Extensions.DependencyInjection;

namespace MetaKube.Evaluation.Slack;

/// <summary>
/// How fast events are taken in, and whether each question is answered once, however it is delivered.
/// </summary>
internal static class SlackBenchmark
{
    /// <summary>One of so many events is a question; what else people write in channels is none of ours.</summary>
    private const int ChatterPerQuestion = 20;

    /// <summary>
    /// Sends events at a steady rate, signed, over HTTP, and times the answers to the requests while the bot does the
    /// work that they bring.
    /// </summary>
    public static async Task IntakeAsync(int perSecond, int seconds, bool allQuestions, TextWriter output)
    {
        await using var slack = await FakeSlack.StartAsync();
        var folder = Directory.CreateTempSubdirectory("metakube-intake-");
        await using (var bot = await Bot.StartAsync(slack, SlackTransport.Http, Source(), folder.FullName))
        {
            await slack.UntilAsync(() => slack.Calls.Any(call => call.Method == "bots.info"));
            // The first requests compile the code.
            for (var i = 0; i < 50; i++)
                await SendAsync(slack, i, allQuestions);
            var measured = await Intake.MeasureAsync(
                perSecond,
                seconds,
                allQuestions ? 1 : ChatterPerQuestion,
                number => SendAsync(slack, number, allQuestions)
            );
            output.WriteLine($"Slack {measured}");
        }
        folder.Delete(recursive: true);
    }

    /// <summary>
    /// Delivers questions as message and as mention, some twice or more, in any order, some with a first delivery that
    /// is lost, and counts the answers.
    /// </summary>
    /// <returns>Whether each question has exactly one answer.</returns>
    public static async Task<bool> StormAsync(int events, SlackTransport transport, TextWriter output)
    {
        await using var slack = await FakeSlack.StartAsync();
        slack.Events.Echoes = false;
        var folder = Directory.CreateTempSubdirectory("metakube-storm-");
        var isRight = false;
        await using (var bot = await Bot.StartAsync(slack, transport, Source(), folder.FullName))
        {
            if (transport == SlackTransport.Sockets)
                await slack.UntilAsync(() => slack.Sockets.Count > 0);
            else
                await slack.UntilAsync(() => slack.Calls.Any(call => call.Method == "bots.info"));
            var random = new Random(3);
            var questions = new List<FakeMessage>();
            var deliveries = new List<(System.Text.Json.Nodes.JsonObject Content, string Id)>();
            // Two events for each question, and three of ten events once more.
            while (deliveries.Count < events)
            {
                var question = slack.Write(
                    $"C0ROOM{questions.Count % 500}",
                    "U0ADA",
                    $"<@{FakeSlack.BotUser}> why is checkout crashing?"
                );
                questions.Add(question);
                foreach (var content in FakeEvents.EventsOf(question))
                {
                    var id = $"Ev{deliveries.Count:D10}";
                    deliveries.Add((content, id));
                    while (random.NextDouble() < .3 / 1.3)
                        deliveries.Add((content, id));
                }
            }
            random.Shuffle(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(deliveries));
            var start = Stopwatch.GetTimestamp();
            await Parallel.ForEachAsync(
                deliveries,
                new ParallelOptions { MaxDegreeOfParallelism = 32 },
                async (one, _) => await slack.Events.DeliverAsync(one.Content, one.Id)
            );
            var delivered = Stopwatch.GetElapsedTime(start);
            var lanes = bot.Services.GetRequiredService<WorkQueue>();
            using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(200));
            while (await lanes.CountAsync(default) > 0 && Stopwatch.GetElapsedTime(start) < TimeSpan.FromMinutes(20))
                await timer.WaitForNextTickAsync();
            var counts = questions.Select(question => slack.AnswersIn(question.Channel, question.Ts).Count).ToList();
            isRight = counts.All(count => count == 1);
            output.WriteLine(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"storm, {transport}: {deliveries.Count} deliveries of {questions.Count} questions in "
                        + $"{delivered.TotalSeconds:0.0} s, all done after "
                        + $"{Stopwatch.GetElapsedTime(start).TotalSeconds:0} s; {counts.Count(count => count == 1)} "
                        + $"answered once, {counts.Count(count => count == 0)} not, "
                        + $"{counts.Count(count => count > 1)} more than once"
                )
            );
        }
        folder.Delete(recursive: true);
        return isRight;
    }

    /// <summary>
    /// Slack takes no call for so long, while people go on writing: a question, a follow-up and a word of thanks in
    /// each thread. Afterwards everything has to be there once, in the
    /// thread's order, and each vote counted.
    /// </summary>
    /// <returns>Whether it is.</returns>
    public static async Task<bool> OutageAsync(TimeSpan outage, SlackTransport transport, TextWriter output)
    {
        const int threads = 100;
        await using var slack = await FakeSlack.StartAsync();
        slack.Events.Echoes = false;
        slack.Sockets.OpenWithin = outage + TimeSpan.FromMinutes(5);
        var folder = Directory.CreateTempSubdirectory("metakube-outage-");
        var isRight = false;
        await using (var bot = await Bot.StartAsync(slack, transport, Source(), folder.FullName))
        {
            if (transport == SlackTransport.Sockets)
                await slack.UntilAsync(() => slack.Sockets.Count > 0);
            else
                await slack.UntilAsync(() => slack.Calls.Any(call => call.Method == "bots.info"));
            // These are answered before, so that people judge them while Slack takes nothing.
            var judged = await Task.WhenAll(
                Enumerable
                    .Range(0, threads / 2)
                    .Select(i =>
                        slack.Events.SayAsync(
                            $"C0BEFORE{i}",
                            "U0ADA",
                            $"<@{FakeSlack.BotUser}> why is checkout crashing?"
                        )
                    )
            );
            await slack.UntilAsync(
                () => judged.All(one => slack.AnswersIn(one.Channel, one.Ts).Count == 1),
                TimeSpan.FromMinutes(2),
                "the answers before the outage"
            );
            var lanes = bot.Services.GetRequiredService<WorkQueue>();
            using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(200));
            while (await lanes.CountAsync(default) > 0)
                await timer.WaitForNextTickAsync();

            slack.Fault = _ => FakeFault.Down;
            var start = Stopwatch.GetTimestamp();
            var asked = new List<FakeMessage>();
            var saying = new List<Task>();
            using (var pace = new PeriodicTimer(outage / threads))
                for (var i = 0; i < threads; i++)
                {
                    var question = slack.Write(
                        $"C0ROOM{i}",
                        "U0ADA",
                        $"<@{FakeSlack.BotUser}> why is checkout crashing?"
                    );
                    asked.Add(question);
                    saying.Add(AskOnAsync(slack, question));
                    if (i % 2 == 0)
                        saying.Add(
                            slack.Events.ReactAsync(
                                $"U0JUDGE{i}",
                                slack.AnswersIn(judged[i / 2].Channel, judged[i / 2].Ts)[0],
                                "white_check_mark"
                            )
                        );
                    // Slack that is down also cuts its sockets; those that were up take nothing either.
                    if (transport == SlackTransport.Sockets && i % 10 == 5)
                        slack.Sockets.CutAll();
                    await pace.WaitForNextTickAsync();
                }
            var down = Stopwatch.GetElapsedTime(start);
            var waiting = await lanes.CountAsync(default);
            slack.Fault = static _ => FakeFault.None;
            start = Stopwatch.GetTimestamp();
            var first = TimeSpan.Zero;
            while (
                Stopwatch.GetElapsedTime(start) < TimeSpan.FromMinutes(10)
                && (!saying.TrueForAll(one => one.IsCompleted) || await lanes.CountAsync(default) > 0)
            )
            {
                if (first == TimeSpan.Zero && asked.Exists(one => slack.AnswersIn(one.Channel, one.Ts).Count > 0))
                    first = Stopwatch.GetElapsedTime(start);
                await timer.WaitForNextTickAsync();
            }
            var after = Stopwatch.GetElapsedTime(start);
            var inOrder = asked.Count(one =>
                slack
                    .ThreadOf(one.Channel, one.Ts)
                    .Where(message => message.Key is not null)
                    .Select(message => message.Key!.Split('/')[^1])
                    .SequenceEqual(["answer", "details", "reply", "answer", "details"])
            );
            var votes = (await (await bot.Memory.OpenAsync(default)).ListAsync(default)).Sum(episode =>
                episode.FeedbackByPerson.Keys.Count(voter => voter.Contains("U0JUDGE", StringComparison.Ordinal))
            );
            isRight = inOrder == threads && votes == threads / 2;
            output.WriteLine(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"outage, {transport}: no call taken for {down.TotalMinutes:0.0} min, "
                        + $"{slack.Calls.Count(call => call.Error == "down")} tried; {waiting} pieces of work "
                        + $"waited; the first answer {first.TotalSeconds:0} s after the end, all after "
                        + $"{after.TotalSeconds:0} s; {inOrder} of {threads} threads complete, once and in order; "
                        + $"{votes} of {threads / 2} votes counted"
                )
            );
        }
        folder.Delete(recursive: true);
        return isRight;
    }

    /// <summary>What a person writes after a question while nothing comes.</summary>
    private static async Task AskOnAsync(FakeSlack slack, FakeMessage question)
    {
        foreach (var content in FakeEvents.EventsOf(question))
            await slack.Events.DeliverAsync(content);
        await slack.Events.SayAsync(question.Channel, "U0ADA", $"<@{FakeSlack.BotUser}> show the events", question.Ts);
        await slack.Events.SayAsync(question.Channel, "U0ADA", $"<@{FakeSlack.BotUser}> dig deeper", question.Ts);
    }

    private static DumpEvidence Source() =>
        new(Path.Combine(Scenario.DefaultFolder(), "config-missing-secret", "dump"));

    private static async Task<bool> SendAsync(FakeSlack slack, int number, bool allQuestions)
    {
        var isQuestion = allQuestions || number % ChatterPerQuestion == 0;
        var message = slack.Write(
            $"C0ROOM{number % 500}",
            "U0ADA",
            isQuestion
                ? $"<@{FakeSlack.BotUser}> why is checkout crashing?"
                : "anybody for lunch? the new place around the corner has soup"
        );
        var body = Encoding.UTF8.GetBytes(FakeEvents.Envelope(FakeEvents.EventsOf(message).First()).ToJsonString());
        using var answer = await slack.Events.PostAsync("/slack/events", body, isForm: false);
        return answer.StatusCode == HttpStatusCode.OK;
    }
}
