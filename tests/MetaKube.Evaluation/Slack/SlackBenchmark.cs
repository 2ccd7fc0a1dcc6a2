using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json.Nodes;
using MetaKube.Cluster;
using MetaKube.Evaluation.Chat;
using MetaKube.Fakes;
using MetaKube.Fakes.Chat;
using MetaKube.Fakes.Slack;
using MetaKube.Redis;
using Microsoft.Extensions.DependencyInjection;

namespace MetaKube.Evaluation.Slack;

/// <summary>
/// Measures how fast events are accepted, and counts the answers to questions that are delivered more than once.
/// </summary>
internal static class SlackBenchmark
{
    /// <summary>One of so many events is a question; the others are messages that are not for the bot.</summary>
    private const int ChatterPerQuestion = 20;

    public const string Question = $"<@{FakeSlack.BotUser}> why is checkout crashing?";

    /// <summary>
    /// Sends signed events at a steady rate over HTTP, and times the responses while the bot does the work of the
    /// events.
    /// </summary>
    public static async Task IntakeAsync(int perSecond, int seconds, bool allQuestions, TextWriter output)
    {
        await using var slack = await FakeSlack.StartAsync();
        var folder = Directory.CreateTempSubdirectory("metakube-intake-");
        await using (var bot = await Bot.StartAsync(slack, SlackTransport.Http, Source(), folder.FullName))
        {
            await slack.UntilAsync(() => slack.Calls.Any(call => call.Method == "bots.info"));
            // The first requests wait for the just-in-time compiler and are not measured.
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
    /// Delivers questions as message and as mention, some of them more than once, in any order, and counts the answers.
    /// </summary>
    /// <returns>True if each question has exactly one answer.</returns>
    public static async Task<bool> StormAsync(int events, SlackTransport transport, TextWriter output)
    {
        await using var slack = await FakeSlack.StartAsync();
        slack.Events.Echoes = false;
        var folder = Directory.CreateTempSubdirectory("metakube-storm-");
        var isRight = false;
        await using (var bot = await Bot.StartAsync(slack, transport, Source(), folder.FullName))
        {
            await UntilConnectedAsync(slack, transport);
            var (questions, deliveries) = WriteQuestions(slack, events);
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
            var counts = questions.ConvertAll(question => slack.AnswersIn(question.Channel, question.Ts).Count);
            isRight = counts.TrueForAll(count => count == 1);
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

    private static Task UntilConnectedAsync(FakeSlack slack, SlackTransport transport) =>
        transport == SlackTransport.Sockets
            ? slack.UntilAsync(() => slack.Sockets.Count > 0)
            : slack.UntilAsync(() => slack.Calls.Any(call => call.Method == "bots.info"));

    /// <summary>
    /// Writes questions, and shuffles their deliveries: two events each, three of ten events once more.
    /// </summary>
    private static (List<FakeMessage> Questions, List<(JsonObject Content, string Id)> Deliveries) WriteQuestions(
        FakeSlack slack,
        int events
    )
    {
        var random = new Random(3);
        var questions = new List<FakeMessage>();
        var deliveries = new List<(JsonObject Content, string Id)>();
        while (deliveries.Count < events)
        {
            var question = slack.Write($"C0ROOM{questions.Count % 500}", "U0ADA", Question);
            questions.Add(question);
            foreach (var content in FakeEvents.EventsOf(question))
            {
                var id = $"Ev{deliveries.Count:D10}";
                deliveries.Add((content, id));
                while (random.NextDouble() < .3 / 1.3)
                    deliveries.Add((content, id));
            }
        }
        random.Shuffle(CollectionsMarshal.AsSpan(deliveries));
        return (questions, deliveries);
    }

    /// <summary>
    /// Measures an outage of Slack, during which people go on writing: a question and two follow-ups in each thread.
    /// </summary>
    /// <returns>True if each thread is complete afterwards, once and in order, and each vote is counted.</returns>
    public static async Task<bool> OutageAsync(TimeSpan outage, SlackTransport transport, TextWriter output)
    {
        await using var slack = await FakeSlack.StartAsync();
        var folder = Directory.CreateTempSubdirectory("metakube-outage-");
        bool isRight;
        await using (var bot = await Bot.StartAsync(slack, transport, Source(), folder.FullName))
        {
            await UntilConnectedAsync(slack, transport);
            isRight = await new SlackOutage(slack, bot, transport).RunAsync(outage, output);
        }
        folder.Delete(recursive: true);
        return isRight;
    }

    private static DumpEvidence Source() =>
        new(Path.Combine(Scenario.DefaultFolder(), "config-missing-secret", "dump"));

    private static async Task<bool> SendAsync(FakeSlack slack, int number, bool allQuestions)
    {
        var isQuestion = allQuestions || number % ChatterPerQuestion == 0;
        var message = slack.Write(
            $"C0ROOM{number % 500}",
            "U0ADA",
            isQuestion ? Question : "anybody for lunch? the new place around the corner has soup"
        );
        var body = Encoding.UTF8.GetBytes(FakeEvents.Envelope(FakeEvents.EventsOf(message).First()).ToJsonString());
        using var answer = await slack.Events.PostAsync("/slack/events", body, isForm: false);
        return answer.StatusCode == HttpStatusCode.OK;
    }
}
