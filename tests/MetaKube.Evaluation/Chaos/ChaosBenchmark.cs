using System;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using MetaKube.ChatOps.Alerts;
using MetaKube.Evaluation.Alerts;
using MetaKube.Evaluation.Chat;
using MetaKube.Fakes;
using MetaKube.Fakes.Chat;
using MetaKube.Fakes.Clusters;
using MetaKube.Fakes.KubeLlm;
using MetaKube.Fakes.Slack;
using MetaKube.Fakes.Teams;
using MetaKube.Redis;

namespace MetaKube.Evaluation.Chaos;

/// <summary>
/// Runs the real program while each part that it depends on (Redis, llama-server, the API server, Slack, Teams) is
/// stopped, slow or garbled for a while, one after the other. People ask in both chats and give feedback, and alerts
/// fire, during the whole run.
/// </summary>
internal sealed class ChaosBenchmark : IAsyncDisposable
{
    private const int Faults = 12,
        GroupsPerFault = 2;

    /// <summary>
    /// The number of faults that get no feedback, so that memory does not know them and the model takes part. The model
    /// has time for a few such questions only.
    /// </summary>
    private const int Unknown = 2,
        QuestionsPerUnknown = 20;

    private const string Token = "a-token-nobody-guesses",
        Incidents = "C0INCIDENTS";

    private static readonly TimeSpan QuestionEvery = TimeSpan.FromMilliseconds(700),
        AlertEvery = TimeSpan.FromSeconds(1),
        VoteEvery = TimeSpan.FromSeconds(2),
        LookEvery = TimeSpan.FromMilliseconds(200);

    /// <summary>The longest time to recovery after a part is back.</summary>
    private static readonly TimeSpan Recovery = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(2),
        DrainTimeout = TimeSpan.FromMinutes(10);

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("metakube-chaos-");
    private readonly HttpClient http = new() { Timeout = TimeSpan.FromSeconds(5) };
    private readonly string name = $"chaos-{Guid.NewGuid():N}";
    private readonly List<FakeMessage> askedInSlack = [];
    private readonly List<string> askedInTeams = [];
    private readonly List<Task> sending = [];
    private readonly List<StormGroup> groups = [];
    private readonly Random random = new(5);
    private readonly List<string> problems = [];
    private readonly Dictionary<string, TimeSpan> usual = [];
    private IReadOnlyList<Scenario> scenarios = [];
    private FakeSlack slack = null!;
    private FakeTeams teams = null!;
    private ServedBot bot = null!;
    private int votes,
        again;

    private ChaosBenchmark() { }

    /// <param name="redis">Redis 8, as host:port.</param>
    /// <param name="seconds">The length of each disturbance.</param>
    /// <param name="output">Receives the report.</param>
    /// <returns>True if nothing was lost or posted twice, readiness reported each disturbance, and each part recovered
    /// in time.</returns>
    public static async Task<bool> RunAsync(string redis, int seconds, TextWriter output)
    {
        await using var chaos = new ChaosBenchmark();
        return await chaos.RunAsync(redis, TimeSpan.FromSeconds(seconds), output);
    }

    private async Task<bool> RunAsync(string redis, TimeSpan length, TextWriter output)
    {
        scenarios = await DistinctFaults.ChooseAsync(Faults);
        await using var cluster = await SimulatedCluster.StartAsync();
        AddFaults(cluster);
        await using var model = await NanoServer.StartAsync();
        await using var slackServer = slack = await FakeSlack.StartAsync();
        await using var teamsServer = teams = await FakeTeams.StartAsync();
        slack.Events.Echoes = false;
        slack.Events.Retries = int.MaxValue;
        await using var toRedis = new FaultyProxy(redis);
        await using var toModel = new FaultyProxy(model.Address.Authority);
        await using var toCluster = new FaultyProxy(new Uri(cluster.Url).Authority);
        await using var toSlack = new FaultyProxy(new Uri(slack.Url).Authority);
        await using var toTeams = new FaultyProxy(new Uri(teams.Url).Authority);
        (string Part, FaultyProxy Proxy)[] parts =
        [
            ("memory", toRedis),
            ("model", toModel),
            ("cluster", toCluster),
            ("Slack", toSlack),
            ("Teams", toTeams),
        ];
        teams.Through = $"http://{toTeams.Address}";
        await StartBotAsync(toRedis, toModel, toCluster, toSlack);
        await TeachAsync();
        await ProbeAsync("Teams");
        await DisturbAsync(parts, length, output);
        await using var connection = await RedisConnection.OpenAsync(redis);
        var keys = new RedisKeys(name);
        await DrainAsync(connection, keys, output);
        await CheckAsync(connection, keys, output);
        ReportProblems(output);
        return problems.Count == 0;
    }

    private void AddFaults(SimulatedCluster cluster)
    {
        foreach (var scenario in scenarios)
            cluster.AddDump(scenario.Dump);
        for (var i = 0; i < Faults * GroupsPerFault; i++)
        {
            var scenario = scenarios[i % Faults];
            groups.Add(
                new(
                    $"{{}}:{{group=\"{i}\"}}",
                    i % Faults,
                    scenario.Fault,
                    scenario.Resource!.Namespace!,
                    scenario.Resource.Name,
                    i
                )
            );
        }
    }

    /// <summary>Starts the program so that it reaches each part through that part's proxy.</summary>
    private async Task StartBotAsync(
        FaultyProxy toRedis,
        FaultyProxy toModel,
        FaultyProxy toCluster,
        FaultyProxy toSlack
    )
    {
        var settings = Bot.Settings(slack, SlackTransport.Http);
        foreach (var (setting, value) in teams.Settings)
            settings[setting] = value;
        settings["Slack:ApiUrl"] = $"http://{toSlack.Address}/api/";
        settings["KubeLlm:Endpoint"] = $"http://{toModel.Address}";
        settings["KubeLlm:TimeoutSeconds"] = "15";
        settings["Redis:Connection"] = $"{toRedis.Address},abortConnect=false";
        settings["Redis:Name"] = name;
        settings["Alerts:Token"] = Token;
        settings["Alerts:Channels:0"] = $"slack:{Incidents}";
        var data = Path.Combine(folder.FullName, "data");
        bot = await ServedBot.StartAsync(settings, $"http://{toCluster.Address}", data);
        slack.Events.Endpoint = bot.Address;
        await teams.ConnectAsync(bot.Address);
    }

    /// <summary>Disturbs each part in each way, one after the other, while people ask and alerts fire.</summary>
    private async Task DisturbAsync((string Part, FaultyProxy Proxy)[] parts, TimeSpan length, TextWriter output)
    {
        using var ended = new CancellationTokenSource();
        var load = Task.WhenAll(AskAsync(ended.Token), AlarmAsync(ended.Token), JudgeAsync(ended.Token));
        var before = new List<string>();
        foreach (var (part, _) in parts)
        {
            usual[part] = await ProbeAsync(part);
            before.Add(string.Create(CultureInfo.InvariantCulture, $"{part} {usual[part].TotalSeconds:0.0}"));
        }
        output.WriteLine(
            $"chaos: each part disturbed for {length.TotalSeconds:0} s, under load; without a disturbance a "
                + $"question takes, by the part that it needs, {string.Join(", ", before)} s"
        );
        foreach (var (part, proxy) in parts)
            foreach (var fault in (ServerFault[])[ServerFault.Stopped, ServerFault.Slow, ServerFault.Garbling])
                await DisturbAsync(part, proxy, fault, length, output);
        await ended.CancelAsync();
        await load;
    }

    /// <summary>Fires every group a last time and waits until the queue is empty.</summary>
    private async Task DrainAsync(RedisConnection connection, RedisKeys keys, TextWriter output)
    {
        foreach (var group in groups)
            sending.Add(group.FireAsync(AlarmAsync));
        var start = Stopwatch.GetTimestamp();
        await Task.WhenAll(sending);
        var lanes = new WorkQueue(connection, keys, TimeProvider.System);
        using (var timer = new PeriodicTimer(LookEvery))
            while (await lanes.CountAsync(default) > 0 && Stopwatch.GetElapsedTime(start) < DrainTimeout)
                await timer.WaitForNextTickAsync();
        output.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"  all done {Stopwatch.GetElapsedTime(start).TotalSeconds:0} s after the last; {again} "
                    + $"webhooks sent again"
            )
        );
    }

    private void ReportProblems(TextWriter output)
    {
        foreach (var problem in problems.Take(30))
            output.WriteLine($"  PROBLEM: {problem}");
        if (problems.Count > 0)
            output.WriteLine($"  log: {bot.LogTail}");
    }

    public async ValueTask DisposeAsync()
    {
        if (bot is not null)
            await bot.DisposeAsync();
        http.Dispose();
        folder.Delete(recursive: true);
    }

    /// <summary>Asks about each fault but the last ones and gives feedback, so that memory knows them.</summary>
    private async Task TeachAsync()
    {
        foreach (var scenario in scenarios.SkipLast(Unknown))
        {
            var asked = AskInSlack(scenario);
            await UntilAsync(() => IsAnswered(asked), Stopwatch.GetTimestamp());
            for (var i = 0; i < 2; i++)
                await slack.Events.ReactAsync(
                    $"U0JUDGE{votes++}",
                    slack.AnswersIn(asked.Channel, asked.Ts)[0],
                    "white_check_mark"
                );
        }
    }

    /// <summary>
    /// Disturbs one part for a while; measures when readiness reports it, and the time to recovery afterwards.
    /// </summary>
    private async Task DisturbAsync(
        string part,
        FaultyProxy proxy,
        ServerFault fault,
        TimeSpan length,
        TextWriter output
    )
    {
        proxy.Fault = fault;
        var (reported, unready) = await WatchAsync(part, length);
        proxy.Fault = ServerFault.None;
        var answered = ProbeAsync(part);
        var (isWhole, ready) = await UntilReadyAsync();
        var probe = await answered;
        var disturbance = $"{part} {fault.ToString().ToLowerInvariant()}";
        var status = unready ? "503" : "200";
        var report = reported is { } after ? $"reported it after {after.TotalSeconds:0.0} s" : "did not report it";
        output.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"  {disturbance,-18} /readyz {report,-26} ({status}); afterwards: ready after "
                    + $"{ready.TotalSeconds:0.0} s, a question answered after {probe.TotalSeconds:0.0} s"
            )
        );
        // A slow chat still answers, so that readiness has nothing to report.
        if (reported is null && !(fault == ServerFault.Slow && part is "Slack" or "Teams"))
            problems.Add($"{disturbance}: /readyz did not report it");
        if (unready != (part == "memory"))
            problems.Add($"{disturbance}: /readyz answered {status}");
        if (!isWhole || ready > Recovery)
            problems.Add($"{disturbance}: ready only {ready.TotalSeconds:0.0} s after its end");
        if (probe - usual[part] > Recovery)
            problems.Add($"{disturbance}: a question was answered only {probe.TotalSeconds:0.0} s after its end");
    }

    /// <summary>Reads readiness for a while.</summary>
    /// <returns>The time until it named the part, or null; whether it ever answered 503.</returns>
    private async Task<(TimeSpan? Reported, bool Unready)> WatchAsync(string part, TimeSpan length)
    {
        var start = Stopwatch.GetTimestamp();
        TimeSpan? reported = null;
        var unready = false;
        using var timer = new PeriodicTimer(LookEvery);
        while (Stopwatch.GetElapsedTime(start) < length)
        {
            var (isReady, says) = await LookAsync();
            if (says.Contains($"\n{part}: ", StringComparison.Ordinal))
                reported ??= Stopwatch.GetElapsedTime(start);
            unready |= !isReady;
            await timer.WaitForNextTickAsync();
        }
        return (reported, unready);
    }

    /// <summary>Waits until readiness names no part any more.</summary>
    private async Task<(bool IsWhole, TimeSpan After)> UntilReadyAsync()
    {
        var start = Stopwatch.GetTimestamp();
        var after = TimeSpan.Zero;
        var isWhole = false;
        using var timer = new PeriodicTimer(LookEvery);
        while (!isWhole && Stopwatch.GetElapsedTime(start) < LongestWait)
        {
            isWhole = (await LookAsync()).Says == "ready";
            after = Stopwatch.GetElapsedTime(start);
            await timer.WaitForNextTickAsync();
        }
        return (isWhole, after);
    }

    private async Task<(bool IsReady, string Says)> LookAsync()
    {
        try
        {
            using var response = await http.GetAsync(new Uri(bot.Address, "/readyz"));
            return (response.StatusCode == HttpStatusCode.OK, await response.Content.ReadAsStringAsync());
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
        {
            return (false, e.Message);
        }
    }

    /// <summary>Asks until the answer is as good as with all parts, and measures the time.</summary>
    private async Task<TimeSpan> ProbeAsync(string part)
    {
        var start = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(start) < LongestWait)
        {
            var scenario = part == "model" ? scenarios[^1] : scenarios[random.Next(scenarios.Count - Unknown)];
            if (part == "Teams")
            {
                var conversation = AskInTeams(scenario);
                await UntilAsync(() => Answer(conversation) is not null, start);
                if (
                    Answer(conversation) is { IsAnswer: true } card
                    && card.Text.Contains(scenario.Fault, StringComparison.Ordinal)
                )
                    return Stopwatch.GetElapsedTime(start);
                continue;
            }
            var asked = AskInSlack(scenario);
            await UntilAsync(() => IsAnswered(asked), start);
            var said = string.Join(
                '\n',
                slack.ThreadOf(asked.Channel, asked.Ts).Where(message => message.IsOurs).Select(message => message.Text)
            );
            if (
                said.Contains(scenario.Fault, StringComparison.Ordinal)
                && (part != "model" || said.Contains("tokens)", StringComparison.Ordinal))
            )
                return Stopwatch.GetElapsedTime(start);
        }
        return LongestWait;
    }

    private static async Task UntilAsync(Func<bool> holds, long start)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (!holds() && Stopwatch.GetElapsedTime(start) < LongestWait)
            await timer.WaitForNextTickAsync();
    }

    private bool IsAnswered(FakeMessage asked) =>
        slack
            .ThreadOf(asked.Channel, asked.Ts)
            .Any(message => message.IsReply || message.Key?.EndsWith("/answer", StringComparison.Ordinal) == true);

    private TeamsMessage? Answer(string conversation) =>
        teams.ThreadOf(conversation).FirstOrDefault(message => !message.IsWorking);

    private async Task AskAsync(CancellationToken ended)
    {
        using var timer = new PeriodicTimer(QuestionEvery);
        for (var i = 0; ; i++)
        {
            var scenario = i % QuestionsPerUnknown == 0 ? scenarios[^2] : scenarios[i % (scenarios.Count - Unknown)];
            if (i % 2 == 0)
                AskInSlack(scenario);
            else
                AskInTeams(scenario);
            if (!await TickAsync(timer, ended))
                return;
        }
    }

    private FakeMessage AskInSlack(Scenario scenario)
    {
        lock (sending)
        {
            var message = slack.Write(
                $"C0ROOM{askedInSlack.Count % 50}",
                "U0ADA",
                $"<@{FakeSlack.BotUser}> what is wrong with deployment {scenario.Resource!.Name} in namespace "
                    + $"{scenario.Resource.Namespace}?"
            );
            askedInSlack.Add(message);
            sending.AddRange(FakeEvents.EventsOf(message).Select(one => slack.Events.DeliverAsync(one)));
            return message;
        }
    }

    private string AskInTeams(Scenario scenario)
    {
        lock (sending)
        {
            var activity = teams.Message(
                teams.Ada,
                $"19:room{askedInTeams.Count % 50}@thread.tacv2",
                $"what is wrong with deployment {scenario.Resource!.Name} in namespace {scenario.Resource.Namespace}?",
                mentions: true
            );
            var conversation = (string)activity["conversation"]!["id"]!;
            askedInTeams.Add(conversation);
            sending.Add(teams.DeliverAsync(activity));
            return conversation;
        }
    }

    private async Task AlarmAsync(CancellationToken ended)
    {
        using var timer = new PeriodicTimer(AlertEvery);
        do
        {
            lock (sending)
                sending.Add(groups[random.Next(groups.Count)].TellAsync(random, AlarmAsync));
        } while (await TickAsync(timer, ended));
    }

    private async Task AlarmAsync(string body)
    {
        while (true)
        {
            try
            {
                using var request = new HttpRequestMessage(
                    HttpMethod.Post,
                    new Uri(bot.Address, "/alerts/alertmanager")
                )
                {
                    Content = new StringContent(body, System.Text.Encoding.UTF8, "application/json"),
                };
                request.Headers.Authorization = new("Bearer", Token);
                using var response = await http.SendAsync(request);
                if (response.IsSuccessStatusCode)
                    return;
            }
            catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
            {
                // The webhook is sent again, as Alertmanager does.
            }
            Interlocked.Increment(ref again);
            await Task.Delay(TimeSpan.FromSeconds(1));
        }
    }

    /// <summary>Gives feedback on each answer once.</summary>
    private async Task JudgeAsync(CancellationToken ended)
    {
        using var timer = new PeriodicTimer(VoteEvery);
        for (var next = 0; await TickAsync(timer, ended);)
        {
            lock (sending)
            {
                if (next >= askedInSlack.Count)
                    continue;
                if (
                    slack.AnswersIn(askedInSlack[next].Channel, askedInSlack[next].Ts) is [var answer, ..]
                    && !scenarios
                        .TakeLast(Unknown)
                        .Any(scenario => answer.Text.Contains(scenario.Fault, StringComparison.Ordinal))
                )
                    sending.Add(slack.Events.ReactAsync($"U0JUDGE{votes++}", answer, "white_check_mark"));
                next++;
            }
        }
    }

    private static async Task<bool> TickAsync(PeriodicTimer timer, CancellationToken ended)
    {
        try
        {
            return await timer.WaitForNextTickAsync(ended);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    /// <summary>
    /// Checks that no question, vote or alert was lost, and that no answer or thread was posted twice.
    /// </summary>
    private async Task CheckAsync(RedisConnection connection, RedisKeys keys, TextWriter output)
    {
        var inSlack = askedInSlack.ConvertAll(question =>
            slack.ThreadOf(question.Channel, question.Ts).Count(message => message.IsAnswer || message.IsReply)
        );
        CheckAnswers("Slack's questions", inSlack);
        var inTeams = askedInTeams.ConvertAll(conversation =>
            teams.ThreadOf(conversation).Count(message => !message.IsWorking)
        );
        CheckAnswers("Teams' questions", inTeams);
        var working = askedInTeams.Sum(conversation =>
            teams.ThreadOf(conversation).Count(message => message.IsWorking)
        );
        var counted = (await new RedisEpisodeStore(connection, keys).ListAsync(default)).Sum(episode =>
            episode.FeedbackByPerson.Keys.Count(voter => voter.Contains("U0JUDGE", StringComparison.Ordinal))
        );
        if (counted != votes)
            problems.Add($"{counted} of {votes} votes counted");
        var threads = CheckThreads();
        await CheckGroupsAsync(new(connection, keys, TimeProvider.System));
        output.WriteLine(
            $"  {inSlack.Count} questions in Slack, {inTeams.Count} in Teams, each answered once: "
                + $"{inSlack.Count(count => count == 1)}, {inTeams.Count(count => count == 1)}; {counted} of {votes} "
                + $"votes; {groups.Count} groups of alerts in {threads} threads; {working} messages of Teams still "
                + $"show an investigation in progress"
        );
    }

    private void CheckAnswers(string questions, List<int> counts)
    {
        if (counts.Count(count => count == 0) is > 0 and var none)
            problems.Add($"{none} of {questions} have no answer");
        if (counts.Count(count => count > 1) is > 0 and var more)
            problems.Add($"{more} of {questions} have more than one");
    }

    /// <summary>Each incident has one thread, and each thread at most one answer.</summary>
    /// <returns>The number of threads.</returns>
    private int CheckThreads()
    {
        var heads = slack
            .Messages.Values.Where(message =>
                message is { IsOurs: true, Thread: null, Channel: Incidents }
                && message.Key?.StartsWith("incident:", StringComparison.Ordinal) == true
            )
            .ToList();
        foreach (var twice in heads.GroupBy(head => head.Key).Where(one => one.Count() > 1))
            problems.Add($"{twice.Key} has {twice.Count()} threads");
        foreach (var head in heads.Where(head => slack.AnswersIn(Incidents, head.Ts).Count > 1))
            problems.Add($"{head.Key} is answered {slack.AnswersIn(Incidents, head.Ts).Count} times");
        return heads.Count;
    }

    private async Task CheckGroupsAsync(IncidentStore store)
    {
        var channel = AlertIntake.Channel($"slack:{Incidents}");
        foreach (var group in groups)
        {
            var state = await store.GroupAsync(AlertIntake.Hash($"alertmanager\n{group.Key}"), default);
            if (state is not { IsFiring: true })
                problems.Add($"the stored state of group {group.Key} is not the last one sent");
            else if (await store.ThreadAsync(state.Incident, channel, default) is null)
                problems.Add($"group {group.Key} has no thread");
        }
    }
}
