using System.Diagnostics;
using MetaKube.ChatOps.Redis;
using MetaKube.Evaluation;
using MetaKube.Evaluation.Chat;
using MetaKube.Evaluation.Slack;

using MetaKube.Tests.Chat;
namespace MetaKube.Tests.Slack;

/// <summary>The real program, killed in the middle of its work.</summary>
public sealed class KilledBotTests
{
    private const int Kills = 20;

    private static readonly string Us = $"<@{FakeSlack.BotUser}>";

    [Fact]
    public async Task However_often_it_is_killed_each_question_has_one_answer_and_no_vote_is_lost()
    {
        using var folder = new TemporaryFolder();
        await using var slack = await FakeSlack.StartAsync();
        await using var cluster = await SimulatedCluster.StartAsync();
        cluster.AddDump(Metakube.Dump("config-missing-secret"));
        var kubeconfig = folder.Write("kubeconfig", $$"""
            apiVersion: v1
            kind: Config
            current-context: simulated
            contexts: [{name: simulated, context: {cluster: simulated, user: nobody } }]
            clusters: [{name: simulated, cluster: { server: "{{cluster.Url}}" } }]
            users: [{name: nobody, user: { token: none } }]
            """);
        var data = Path.Combine(folder.Path, "data");
        slack.Sockets.AcknowledgeWithin = TimeSpan.FromMilliseconds(500);
        var random = new Random(20);
        using var victim = new Victim(() => Start(slack, kubeconfig, data));
        slack.Fault = _ => victim.NoteEvent() ? random.Next(2) == 0 ? FakeFault.Down : FakeFault.LostAnswer : FakeFault.None;
        cluster.Noticed = () => victim.NoteEvent();

        victim.Start();
        var asked = new List<FakeMessage>();
        for (var i = 0; i < Kills; i++)
        {
            await slack.UntilAsync(() => slack.Sockets.Count > 0, what: "a socket", more: () => victim.Log);
            // Its calls of the API server and of Slack for one answer are some twenty: at one of them it is killed.
            victim.DieAt(random.Next(1, 24));
            var message = slack.Write($"C0ROOM{i}", "U0ADA", $"{Us} why is checkout crashing?");
            asked.Add(message);
            var delivery = Task.WhenAll(FakeEvents.EventsOf(message).Select(one => slack.Events.DeliverAsync(one)));
            await slack.UntilAsync(() => victim.IsDead || slack.AnswersIn(message.Channel, message.Ts).Count > 0 && message.Reactions.Count == 0, what: "an answer or an end", more: () => victim.Log);
            victim.DieAt(null);
            if (!victim.IsDead && slack.AnswersIn(message.Channel, message.Ts) is [var early])
            {
                // It got so far: then the vote is what may be lost.
                await slack.Events.ReactAsync($"U0VOTER{i}", early, "white_check_mark");
            }
            victim.Kill();
            victim.Start();
            await delivery;
            await slack.UntilAsync(() => slack.ThreadOf(message.Channel, message.Ts).Any(one => one.Key?.EndsWith("/details", StringComparison.Ordinal) == true), what: $"the answer to kill {i}", more: () => victim.Log);
            await slack.Events.ReactAsync($"U0VOTER{i}", slack.AnswersIn(message.Channel, message.Ts)[0], "white_check_mark");
        }
        await slack.UntilAsync(() => asked.All(message => message.Reactions.Count == 0), what: "the last reaction goes away");
        // The same data directory: this process joins the server of that one.
        await using var connection = await GarnetConnection.OpenAsync(data, TestContext.Current.CancellationToken);
        await ChatRoom.UntilAsync(async () => await new WorkLanes(connection, new("default"), TimeProvider.System).CountAsync(TestContext.Current.CancellationToken) == 0);
        foreach (var message in asked) slack.AnswersIn(message.Channel, message.Ts).Count.ShouldBe(1);
        foreach (var message in asked) slack.ThreadOf(message.Channel, message.Ts).Count(one => one.Key is not null).ShouldBe(2);
        var episodes = await new RedisMemoryStore(connection, new("default")).ListAsync(TestContext.Current.CancellationToken);
        episodes.SelectMany(episode => episode.Votes.Keys).Distinct().Count().ShouldBe(Kills);
        await victim.StopAsync();
    }

    private static Process Start(FakeSlack slack, string kubeconfig, string data)
    {
        var environment = Bot.Settings(slack, SlackTransport.Sockets).ToDictionary(one => one.Key.Replace(":", "__", StringComparison.Ordinal), one => one.Value);
        return Metakube.Start(environment, "serve", "--urls", "http://127.0.0.1:0", "--kubeconfig", kubeconfig, "--data", data);
    }

    /// <summary>The process, which dies at the event that is set.</summary>
    private sealed class Victim(Func<Process> start) : IDisposable
    {
        private readonly Lock gate = new();
        private readonly System.Text.StringBuilder log = new();
        private Process? process;
        private int? left;

        public bool IsDead { get; private set; }

        public string Log
        {
            get { lock (log) return log.ToString(); }
        }

        public void Start()
        {
            lock (gate)
            {
                process = start();
                IsDead = false;
                process.OutputDataReceived += Note;
                process.ErrorDataReceived += Note;
                process.BeginOutputReadLine();
                process.BeginErrorReadLine();
            }
        }

        public void DieAt(int? events)
        {
            lock (gate) left = events;
        }

        /// <summary>True where this event was its last.</summary>
        public bool NoteEvent()
        {
            lock (gate)
            {
                if (left is null || --left > 0 || IsDead) return false;
                left = null;
                process!.Kill();
                return IsDead = true;
            }
        }

        public void Kill()
        {
            lock (gate)
            {
                left = null;
                process!.Kill();
                process.WaitForExit();
                process.Dispose();
                process = null;
            }
        }

        public async Task StopAsync()
        {
            using var end = Process.Start("kill", ["-TERM", process!.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
            await end.WaitForExitAsync();
            await process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
            process.ExitCode.ShouldBe(0, Log);
        }

        public void Dispose()
        {
            if (process is { HasExited: false }) process.Kill();
            process?.Dispose();
        }

        private void Note(object sender, DataReceivedEventArgs line)
        {
            lock (log) log.AppendLine(line.Data);
        }
    }
}
