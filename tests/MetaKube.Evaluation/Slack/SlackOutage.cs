using System.Diagnostics;
using System.Globalization;
using MetaKube.Fakes.Chat;
using MetaKube.Fakes.Slack;
using MetaKube.Redis;
using Microsoft.Extensions.DependencyInjection;

namespace MetaKube.Evaluation.Slack;

/// <summary>An outage of Slack while people ask, follow up and give feedback.</summary>
internal sealed class SlackOutage(FakeSlack slack, Bot bot, SlackTransport transport)
{
    private const int Threads = 100;

    private readonly WorkQueue lanes = bot.Services.GetRequiredService<WorkQueue>();
    private readonly List<FakeMessage> asked = [];
    private readonly List<Task> saying = [];

    /// <returns>True if each thread is complete afterwards, once and in order, and each vote is counted.</returns>
    public async Task<bool> RunAsync(TimeSpan outage, TextWriter output)
    {
        slack.Events.Echoes = false;
        slack.Sockets.OpenWithin = outage + TimeSpan.FromMinutes(5);
        var judged = await AskBeforeAsync();
        slack.Fault = _ => FakeFault.Down;
        var start = Stopwatch.GetTimestamp();
        await WriteDuringAsync(outage, judged);
        var down = Stopwatch.GetElapsedTime(start);
        var waiting = await lanes.CountAsync(default);
        slack.Fault = static _ => FakeFault.None;
        var (first, all) = await DrainAsync();
        var inOrder = asked.Count(IsComplete);
        var votes = (await (await bot.Memory.OpenAsync(default)).ListAsync(default)).Sum(episode =>
            episode.FeedbackByPerson.Keys.Count(voter => voter.Contains("U0JUDGE", StringComparison.Ordinal))
        );
        output.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"outage, {transport}: no call taken for {down.TotalMinutes:0.0} min, "
                    + $"{slack.Calls.Count(call => call.Error == "down")} tried; {waiting} work items "
                    + $"waited; the first answer {first.TotalSeconds:0} s after the end, all after "
                    + $"{all.TotalSeconds:0} s; {inOrder} of {Threads} threads complete, once and in order; "
                    + $"{votes} of {Threads / 2} votes counted"
            )
        );
        return inOrder == Threads && votes == Threads / 2;
    }

    /// <summary>Asks questions that are answered before the outage, so that people can judge them during it.</summary>
    private async Task<FakeMessage[]> AskBeforeAsync()
    {
        var judged = await Task.WhenAll(
            Enumerable
                .Range(0, Threads / 2)
                .Select(i => slack.Events.SayAsync($"C0BEFORE{i}", "U0ADA", SlackBenchmark.Question))
        );
        await slack.UntilAsync(
            () => judged.All(one => slack.AnswersIn(one.Channel, one.Ts).Count == 1),
            TimeSpan.FromMinutes(2),
            "the answers before the outage"
        );
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(200));
        while (await lanes.CountAsync(default) > 0)
            await timer.WaitForNextTickAsync();
        return judged;
    }

    private async Task WriteDuringAsync(TimeSpan outage, FakeMessage[] judged)
    {
        using var pace = new PeriodicTimer(outage / Threads);
        for (var i = 0; i < Threads; i++)
        {
            var question = slack.Write($"C0ROOM{i}", "U0ADA", SlackBenchmark.Question);
            asked.Add(question);
            saying.Add(AskOnAsync(question));
            if (i % 2 == 0)
            {
                var answer = slack.AnswersIn(judged[i / 2].Channel, judged[i / 2].Ts)[0];
                saying.Add(slack.Events.ReactAsync($"U0JUDGE{i}", answer, "white_check_mark"));
            }
            // An outage also closes the sockets; sockets that stay open take no call either.
            if (transport == SlackTransport.Sockets && i % 10 == 5)
                slack.Sockets.CutAll();
            await pace.WaitForNextTickAsync();
        }
    }

    /// <summary>Writes a question and two follow-ups without waiting for answers.</summary>
    private async Task AskOnAsync(FakeMessage question)
    {
        foreach (var content in FakeEvents.EventsOf(question))
            await slack.Events.DeliverAsync(content);
        await slack.Events.SayAsync(question.Channel, "U0ADA", $"<@{FakeSlack.BotUser}> show the events", question.Ts);
        await slack.Events.SayAsync(question.Channel, "U0ADA", $"<@{FakeSlack.BotUser}> dig deeper", question.Ts);
    }

    /// <summary>Waits until everything is delivered and the queue is empty.</summary>
    /// <returns>The times to the first answer and to the end.</returns>
    private async Task<(TimeSpan First, TimeSpan All)> DrainAsync()
    {
        var start = Stopwatch.GetTimestamp();
        var first = TimeSpan.Zero;
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(200));
        while (
            Stopwatch.GetElapsedTime(start) < TimeSpan.FromMinutes(10)
            && (!saying.TrueForAll(one => one.IsCompleted) || await lanes.CountAsync(default) > 0)
        )
        {
            if (first == TimeSpan.Zero && asked.Exists(one => slack.AnswersIn(one.Channel, one.Ts).Count > 0))
                first = Stopwatch.GetElapsedTime(start);
            await timer.WaitForNextTickAsync();
        }
        return (first, Stopwatch.GetElapsedTime(start));
    }

    private bool IsComplete(FakeMessage question) =>
        slack
            .ThreadOf(question.Channel, question.Ts)
            .Where(message => message.Key is not null)
            .Select(message => message.Key!.Split('/')[^1])
            .SequenceEqual(["answer", "reply", "answer"]);
}
