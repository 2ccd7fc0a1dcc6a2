using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using MetaKube.Cluster;
using MetaKube.Evaluation.Chat;
using MetaKube.Fakes;
using MetaKube.Fakes.Chat;
using MetaKube.Fakes.Teams;
using MetaKube.Redis;
using Microsoft.Extensions.DependencyInjection;

namespace MetaKube.Evaluation.Teams;

/// <summary>
/// Measures how fast activities are accepted, and counts the answers to questions that are delivered more than once.
/// </summary>
internal static class TeamsBenchmark
{
    /// <summary>One of so many activities is a question; the others are messages that are not for the bot.</summary>
    private const int ChatterPerQuestion = 20;

    /// <summary>
    /// Sends activities at a steady rate, each with a token, and times the responses while the bot does the work of the
    /// activities.
    /// </summary>
    public static async Task IntakeAsync(int perSecond, int seconds, bool allQuestions, TextWriter output)
    {
        await using var teams = await FakeTeams.StartAsync();
        var folder = Directory.CreateTempSubdirectory("metakube-intake-");
        await using (var bot = await Bot.StartAsync(Source(), folder.FullName, teams.Settings))
        {
            await teams.ConnectAsync(bot.Address);
            // The first requests wait for the just-in-time compiler and are not measured.
            for (var i = 0; i < 50; i++)
                await SendAsync(teams, i, allQuestions);
            var measured = await Intake.MeasureAsync(
                perSecond,
                seconds,
                allQuestions ? 1 : ChatterPerQuestion,
                number => SendAsync(teams, number, allQuestions)
            );
            output.WriteLine($"Teams {measured}");
        }
        folder.Delete(recursive: true);
    }

    /// <summary>
    /// Delivers questions, some twice or more as Teams does after 15 seconds, in any order, and counts the answers.
    /// </summary>
    /// <returns>True if each question has exactly one answer.</returns>
    public static async Task<bool> StormAsync(int deliveries, TextWriter output)
    {
        await using var teams = await FakeTeams.StartAsync();
        var folder = Directory.CreateTempSubdirectory("metakube-storm-");
        var isRight = false;
        await using (var bot = await Bot.StartAsync(Source(), folder.FullName, teams.Settings))
        {
            await teams.ConnectAsync(bot.Address);
            var (questions, sent) = WriteQuestions(teams, deliveries);
            var start = Stopwatch.GetTimestamp();
            await Parallel.ForEachAsync(
                sent,
                new ParallelOptions { MaxDegreeOfParallelism = 32 },
                async (activity, _) => await teams.DeliverAsync(activity)
            );
            var delivered = Stopwatch.GetElapsedTime(start);
            var lanes = bot.Services.GetRequiredService<WorkQueue>();
            using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(200));
            while (await lanes.CountAsync(default) > 0 && Stopwatch.GetElapsedTime(start) < TimeSpan.FromMinutes(20))
                await timer.WaitForNextTickAsync();
            var answers = teams
                .Messages.Values.Where(message => message.IsAnswer)
                .CountBy(message => message.Conversation)
                .ToDictionary();
            var counts = questions.Select(question => answers.GetValueOrDefault(question)).ToList();
            isRight = counts.All(count => count == 1);
            output.WriteLine(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"storm, Teams: {sent.Count} deliveries of {questions.Count} questions in "
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

    /// <summary>Writes questions, and shuffles their deliveries: three of ten once more.</summary>
    private static (List<string> Questions, List<JsonObject> Deliveries) WriteQuestions(FakeTeams teams, int deliveries)
    {
        var random = new Random(3);
        var questions = new List<string>();
        var sent = new List<JsonObject>();
        while (sent.Count < deliveries)
        {
            var activity = teams.Message(
                teams.Ada,
                $"19:room{questions.Count % 500}@thread.tacv2",
                "why is checkout crashing?",
                mentions: true
            );
            questions.Add((string)activity["conversation"]!["id"]!);
            sent.Add(activity);
            while (random.NextDouble() < .3 / 1.3)
                sent.Add(activity);
        }
        random.Shuffle(CollectionsMarshal.AsSpan(sent));
        return (questions, sent);
    }

    /// <summary>Lets people try the bot in the Playground's page, on a recorded failure, until they stop it.</summary>
    public static async Task ShowAsync(string packages, string scenario, TextWriter output)
    {
        var folder = Directory.CreateTempSubdirectory("metakube-playground-");
        await using (var bot = await Bot.StartAsync(Source(scenario), folder.FullName, Playground.Loopback))
        await using (var playground = await Playground.StartAsync(packages, bot.Address))
        {
            output.WriteLine($"Open {playground.Page} and ask: why is checkout crashing? Ctrl+C ends it.");
            var stop = new TaskCompletionSource();
            using var interrupted = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
            using var terminated = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
            await stop.Task;

            void Stop(PosixSignalContext context)
            {
                context.Cancel = true;
                stop.TrySetResult();
            }
        }
        folder.Delete(recursive: true);
    }

    private static DumpEvidence Source(string scenario = "config-missing-secret") =>
        new(Path.Combine(Scenario.DefaultFolder(), scenario, "dump"));

    private static async Task<bool> SendAsync(FakeTeams teams, int number, bool allQuestions)
    {
        var isQuestion = allQuestions || number % ChatterPerQuestion == 0;
        using var answer = await teams.PostAsync(
            teams.Message(
                teams.Ada,
                $"19:room{number % 500}@thread.tacv2",
                isQuestion ? "why is checkout crashing?" : "anybody for lunch?",
                mentions: isQuestion
            )
        );
        return answer.StatusCode == HttpStatusCode.Accepted;
    }
}
