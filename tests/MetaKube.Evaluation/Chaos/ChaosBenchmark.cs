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
/// The real program while each part that it depends on is stopped, slow, or answers rubbish for a while, one after the
/// other: Redis, llama-server, the API server, Slack and Teams.
/// People ask in both chats and judge, and alerts fire, all the time.
/// </summary>
internal sealed class ChaosBenchmark : IAsyncDisposable
{
    private const int Faults = 12,
        GroupsPerFault = 2;

    /// <summary>
    /// Of so many faults nobody ever says how they ended, so that memory does not know them and the model takes part.
    /// It has time for a few such questions only.
    /// </summary>
    private const int Unknown = 2,
        QuestionsPerUnknown = 20;

    private const string Token = "a-token-nobody-guesses",
        Incidents = "C0INCIDENTS";

    private static readonly TimeSpan QuestionEvery = TimeSpan.FromMilliseconds(700),
        AlertEvery = TimeSpan.FromSeconds(1),
        VoteEvery = TimeSpan.FromSeconds(2),
        LookEvery = TimeSpan.FromMilliseconds(200);

    /// <summary>How long a part may be back before what depends on it is.</summary>
    private static readonly TimeSpan Recovery = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(2),
        DrainPatience = TimeSpan.FromMinutes(10);

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
    /// <param name="seconds">For how long each part is as it should not be.</param>
    /// <param name="output">Hears what was found.</param>
    /// <returns>Whether nothing was lost or said twice, readiness told the truth, and all was well again in
    /// time.</returns>
    public static async Task<bool> RunAsync(string redis, int seconds, TextWriter output)
    {
        await using var chaos = new ChaosBenchmark();
        return await chaos.RunAsync(redis, TimeSpan.FromSeconds(seconds), output);
    }

    private async Task<bool> RunAsync(string redis, TimeSpan length, TextWriter output)
    {
        scenarios = await DistinctFaults.ChooseAsync(Faults);
        await using var cluster = await SimulatedCluster.StartAsync();
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
        teams.Through = $"http://{toTeams.Address}";
        var settings = Bot.Settings(slack, SlackTransport.Http);
        foreach (var (setting, value) in teams.Settings)
            settings[setting] = value;
        (settings["Slack:ApiUrl"], settings["KubeLlm:Endpoint"], settings["KubeLlm:TimeoutSeconds"]) = (
            $"http://{toSlack.Address}/api/",
            $"http://{toModel.Address}",
            "15"
        );
        (settings["Redis:Connection"], settings["Redis:Name"]) = ($"{toRedis.Address},abortConnect=false", name);
        (settings["Alerts:Token"], settings["Alerts:Channels:0"]) = (Token, $"slack:{Incidents}");
        bot = await ServedBot.StartAsync(
            settings,
            $"http://{toCluster.Address}",
            Path.Combine(folder.FullName, "data")
        );
        slack.Events.Endpoint = bot.Address;
        await teams.ConnectAsync(bot.Address);
        await TeachAsync();
        await ProbeAsync("Teams");

        (string Part, FaultyProxy Way)[] parts =
        [
            ("memory", toRedis),
            ("model", toModel),
            ("cluster", toCluster),
            ("Slack", toSlack),
            ("Teams", toTeams),
        ];
        using var ended = new CancellationTokenSource();
        var load = Task.WhenAll(AskAsync(ended.Token), AlarmAsync(ended.Token), JudgeAsync(ended.Token));
        var before = new List<string>();
        foreach (var (part, _) in parts)
        {
            usual[part] = await ProbeAsync(part);
            before.Add(string.Create(CultureInfo.InvariantCulture, $"{part} {usual[part].TotalSeconds:0.0}"));
        }
        output.WriteLine(
            $"chaos: each part {length.TotalSeconds:0} s as it should not be, under load; with all well a "
                + $"question takes, by what it is about, {string.Join(", ", before)} s"
        );
        foreach (var (part, way) in parts)
        foreach (var fault in (ServerFault[])[ServerFault.Stopped, ServerFault.Slow, ServerFault.Garbling])
            await TryAsync(part, way, fault, length, output);
        await ended.CancelAsync();
        await load;
        foreach (var group in groups)
            sending.Add(group.FireAsync(AlarmAsync));
        var start = Stopwatch.GetTimestamp();
        await Task.WhenAll(sending);
        await using var connection = await RedisConnection.OpenAsync(redis);
        var keys = new RedisKeys(name);
        var lanes = new WorkQueue(connection, keys, TimeProvider.System);
        using (var timer = new PeriodicTimer(LookEvery))
            while (await lanes.CountAsync(default) > 0 && Stopwatch.GetElapsedTime(start) < DrainPatience)
                await timer.WaitForNextTickAsync();
        output.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"  all done {Stopwatch.GetElapsedTime(start).TotalSeconds:0} s after the last; {again} "
                    + $"webhooks sent again"
            )
        );
        await JudgeAsync(connection, keys, output);
        foreach (var problem in problems.Take(30))
            output.WriteLine($"  PROBLEM: {problem}");
        if (problems.Count > 0)
            output.WriteLine($"  log: {bot.LogTail}");
        return problems.Count == 0;
    }

    public async ValueTask DisposeAsync()
    {
        if (bot is not null)
            await bot.DisposeAsync();
        http.Dispose();
        folder.Delete(recursive: true);
    }

    /// <summary>Each fault but the last ones is asked about and judged, so that memory knows them.</summary>
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
    /// Lets one part be as it should not be for a while, and times how soon that is told, and how soon all is well
    /// again.
    /// </summary>
    private async Task TryAsync(string part, FaultyProxy way, ServerFault fault, TimeSpan length, TextWriter output)
    {
        way.Fault = fault;
        var start = Stopwatch.GetTimestamp();
        TimeSpan? told = null;
        var unready = false;
        using (var timer = new PeriodicTimer(LookEvery))
            while (Stopwatch.GetElapsedTime(start) < length)
            {
                var (isReady, says) = await LookAsync();
                if (says.Contains($"\n{part}: ", StringComparison.Ordinal))
                    told ??= Stopwatch.GetElapsedTime(start);
                unready |= !isReady;
                await timer.WaitForNextTickAsync();
            }
        way.Fault = ServerFault.None;
        start = Stopwatch.GetTimestamp();
        var answered = ProbeAsync(part);
        var ready = TimeSpan.Zero;
        var isWhole = false;
        using (var timer = new PeriodicTimer(LookEvery))
            while (!isWhole && Stopwatch.GetElapsedTime(start) < LongestWait)
            {
                isWhole = (await LookAsync()).Says == "ready";
                ready = Stopwatch.GetElapsedTime(start);
                await timer.WaitForNextTickAsync();
            }
        var probe = await answered;
        var what = $"{part} {fault.ToString().ToLowerInvariant()}";
        output.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"  {what, -18} /readyz "
                    + $"{(told is { } after ? $"said so after {after.TotalSeconds:0.0} s" : "said nothing"), -22} ("
                    + $"{(unready ? "503" : "200")}); back: ready after {ready.TotalSeconds:0.0} s, a question "
                    + $"answered after {probe.TotalSeconds:0.0} s"
            )
        );
        // A chat that is slow answers, and nothing is wrong but that.
        if (told is null && !(fault == ServerFault.Slow && part is "Slack" or "Teams"))
            problems.Add($"{what}: /readyz did not say so");
        if (unready != (part == "memory"))
            problems.Add($"{what}: /readyz answered {(unready ? "503" : "200")}");
        if (!isWhole || ready > Recovery)
            problems.Add($"{what}: ready only {ready.TotalSeconds:0.0} s after it was back");
        if (probe - usual[part] > Recovery)
            problems.Add(
                $"{what}: a question was answered as before only {probe.TotalSeconds:0.0} s after it was back"
            );
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

    /// <summary>Asks until the answer is as good as with all parts, and tells how long that took.</summary>
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
            .Any(message => message.IsReply || message.Key?.EndsWith("/details", StringComparison.Ordinal) == true);

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
                // As Alertmanager does, it is sent again.
            }
            Interlocked.Increment(ref again);
            await Task.Delay(TimeSpan.FromSeconds(1));
        }
    }

    /// <summary>Somebody judges each answer once.</summary>
    private async Task JudgeAsync(CancellationToken ended)
    {
        using var timer = new PeriodicTimer(VoteEvery);
        for (var next = 0; await TickAsync(timer, ended); )
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

    /// <summary>Was anything lost, or said twice?</summary>
    private async Task JudgeAsync(RedisConnection connection, RedisKeys keys, TextWriter output)
    {
        var said = askedInSlack
            .Select(asked =>
                slack.ThreadOf(asked.Channel, asked.Ts).Count(message => message.IsAnswer || message.IsReply)
            )
            .ToList();
        Count("Slack's questions", said);
        var answered = askedInTeams
            .Select(conversation => teams.ThreadOf(conversation).Count(message => !message.IsWorking))
            .ToList();
        Count("Teams' questions", answered);
        var abandoned = askedInTeams.Sum(conversation =>
            teams.ThreadOf(conversation).Count(message => message.IsWorking)
        );
        var counted = (await new RedisEpisodeStore(connection, keys).ListAsync(default)).Sum(episode =>
            episode.FeedbackByPerson.Keys.Count(voter => voter.Contains("U0JUDGE", StringComparison.Ordinal))
        );
        if (counted != votes)
            problems.Add($"{counted} of {votes} votes counted");
        var store = new IncidentStore(connection, keys, TimeProvider.System);
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
        foreach (var group in groups)
            if (
                await store.GroupAsync(AlertIntake.Hash($"alertmanager\n{group.Key}"), default)
                is not { IsFiring: true } state
            )
                problems.Add($"group {group.Key} is not as it was told last");
            else if (
                await store.ThreadAsync(state.Incident, AlertIntake.Channel($"slack:{Incidents}"), default) is null
            )
                problems.Add($"group {group.Key} has no thread");
        output.WriteLine(
            $"  {said.Count} questions in Slack, {answered.Count} in Teams, each answered once: "
                + $"{said.Count(one => one == 1)}, {answered.Count(one => one == 1)}; {counted} of {votes} votes; "
                + $"{groups.Count} groups of alerts in {heads.Count} threads; {abandoned} messages of Teams still "
                + $"say that it is being looked into"
        );

        void Count(string what, List<int> counts)
        {
            if (counts.Count(count => count == 0) is > 0 and var none)
                problems.Add($"{none} of {what} have no answer");
            if (counts.Count(count => count > 1) is > 0 and var more)
                problems.Add($"{more} of {what} have more than one");
        }
    }
}
