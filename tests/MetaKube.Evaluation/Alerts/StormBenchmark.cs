using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using MetaKube.ChatOps.Alerts;
using MetaKube.Evaluation.Chat;
using MetaKube.Fakes;
using MetaKube.Fakes.Chat;
using MetaKube.Fakes.Clusters;
using MetaKube.Fakes.Slack;
using MetaKube.Redis;

namespace MetaKube.Evaluation.Alerts;

/// <summary>
/// A storm of alerts on the real program: webhooks at a steady rate of which some are malformed, groups that fire, are
/// resolved and fire again, a few real faults behind them, Slack's
/// limits kept to the letter, and a person who asks in the middle of it.
/// </summary>
internal sealed class StormBenchmark : IAsyncDisposable
{
    private const int Groups = 300,
        Faults = 25;

    private const double Malformed = 0.1;

    private const string Token = "a-token-nobody-guesses",
        Channel = "C0INCIDENTS",
        PeopleChannel = "C0PEOPLE";

    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(10),
        Sampling = TimeSpan.FromMilliseconds(500),
        Retry = TimeSpan.FromSeconds(1);

    private readonly StormSettings settings;
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("metakube-storm-");
    private readonly List<ServedBot> replicas = [];
    private readonly List<StormGroup> groups = [];
    private readonly ConcurrentBag<double> taken = [];
    private readonly Random random = new(11);
    private readonly HttpClient http = new(
        new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.FromMinutes(5) }
    )
    {
        Timeout = TimeSpan.FromSeconds(30),
    };
    private int refused,
        unavailable,
        again,
        wrong;

    private StormBenchmark(StormSettings settings) => this.settings = settings;

    /// <returns>Whether everything was as it has to be.</returns>
    public static async Task<bool> RunAsync(StormSettings settings, TextWriter output)
    {
        await using var storm = new StormBenchmark(settings);
        return await storm.RunAsync(output);
    }

    private async Task<bool> RunAsync(TextWriter output)
    {
        await using var slack = await FakeSlack.StartAsync();
        slack.KeepsLimits = true;
        slack.Events.Echoes = false;
        await using var cluster = await SimulatedCluster.StartAsync();
        await AddFaultsAsync(cluster);
        await using var proxy = settings.Redis is null ? null : new FaultyProxy(settings.Redis);
        var name = $"storm-{Guid.NewGuid():N}";
        for (var i = 0; i < settings.Replicas; i++)
            replicas.Add(await StartAsync(slack, cluster, i, proxy?.Address, name));
        slack.Events.Endpoint = replicas[0].Address;

        // The first requests compile the code.
        for (var i = 0; i < 50; i++)
            await SendAsync("{}", isGood: false);
        (refused, unavailable) = (0, 0);
        taken.Clear();
        using var ended = new CancellationTokenSource();
        var memory = WatchMemoryAsync(ended.Token);
        var start = Stopwatch.GetTimestamp();
        var sending = new List<Task>();
        var asked = new List<(FakeMessage Message, TimeSpan At)>();
        var bad = 0;
        var gap = TimeSpan.FromSeconds((double)settings.Seconds / settings.Alerts);
        var isKilled = false;
        var rolled = 0;
        for (var i = 0; i < settings.Alerts; i++)
        {
            var due = gap * i - Stopwatch.GetElapsedTime(start);
            if (due > TimeSpan.FromMilliseconds(1))
                await Task.Delay(due);
            var share = (double)i / settings.Alerts;
            if (asked.Count < 2 && share >= .5)
                foreach (var channel in (string[])[PeopleChannel, Channel])
                    asked.Add(
                        (
                            await slack.Events.SayAsync(
                                channel,
                                "U0ADA",
                                $"<@{FakeSlack.BotUser}> why is {groups[0].Object} crashing in namespace "
                                    + $"{groups[0].Namespace}?"
                            ),
                            Stopwatch.GetElapsedTime(start)
                        )
                    );
            if (settings.Kills && !isKilled && share >= .5)
            {
                replicas[^1].Kill();
                isKilled = true;
            }
            if (settings.Rolls && rolled < settings.Replicas && share >= (rolled + 1.0) / (settings.Replicas + 1))
            {
                // As a rolling update does: the new one is ready before the old one is told to end.
                var number = rolled++;
                sending.Add(
                    RollAsync(
                        slack,
                        number,
                        () => StartAsync(slack, cluster, settings.Replicas + number, proxy?.Address, name)
                    )
                );
            }
            if (proxy is not null && settings.AwaySeconds > 0 && i == settings.Alerts / 3)
            {
                proxy.Fault = ServerFault.Stopped;
                sending.Add(MendLaterAsync(proxy));
            }
            if (random.NextDouble() < Malformed)
            {
                bad++;
                sending.Add(Task.Run(() => SendAsync(Garbage(), isGood: false)));
                continue;
            }
            var group = groups[i < Groups ? i : random.Next(Groups)];
            // What is told of one group is told in order, as by Alertmanager.
            sending.Add(group.TellAsync(random, body => SendAsync(body, isGood: true)));
        }
        // In the end every other fault is over.
        foreach (var group in groups.Where(group => group.Fault % 2 == 0))
            sending.Add(group.EndAsync(body => SendAsync(body, isGood: true)));
        foreach (var group in groups.Where(group => group.Fault % 2 != 0))
            sending.Add(group.FireAsync(body => SendAsync(body, isGood: true)));
        await Task.WhenAll(sending);
        var sent = Stopwatch.GetElapsedTime(start);
        await using var connection = settings.Redis is null
            ? await GarnetConnection.OpenAsync(replicas[0].Data, default)
            : (IRedisConnection)await RedisConnection.OpenAsync(settings.Redis);
        var keys = new RedisKeys(settings.Redis is null ? "default" : name);
        var lanes = new WorkQueue(connection, keys, TimeProvider.System);
        using (var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(200)))
            while (await lanes.CountAsync(default) > 0 && Stopwatch.GetElapsedTime(start) < LongestWait)
                await timer.WaitForNextTickAsync();
        var done = Stopwatch.GetElapsedTime(start);
        await ended.CancelAsync();
        var peak = await memory;

        var store = new IncidentStore(connection, keys, TimeProvider.System);
        var problems = new List<string>();
        foreach (var group in groups)
            if (
                (await store.GroupAsync(AlertIntake.Hash($"alertmanager\n{group.Key}"), default))?.IsFiring
                != (group.Fault % 2 != 0)
            )
                problems.Add($"group {group.Key} is not as it was told last");
        var heads = slack
            .Messages.Values.Where(message =>
                message is { IsOurs: true, Thread: null, Channel: Channel }
                && message.Key?.StartsWith("incident:", StringComparison.Ordinal) == true
            )
            .ToList();
        if (heads.Count != Faults)
            problems.Add($"{heads.Count} threads for {Faults} faults");
        var diagnosed = new HashSet<string>();
        foreach (var head in heads)
        {
            var answers = slack.AnswersIn(Channel, head.Ts);
            if (answers.Count != 1)
                problems.Add($"{answers.Count} answers in the thread of {head.Text}");
            var thread = slack.ThreadOf(Channel, head.Ts).Where(message => message.IsReply).ToList();
            var fault = groups.FirstOrDefault(group =>
                answers.Any(answer =>
                    answer.Text.Contains($"{group.FaultCode} ", StringComparison.Ordinal)
                    && answer.Text.Contains($"{group.Namespace}/", StringComparison.Ordinal)
                )
            );
            if (fault is null)
                problems.Add($"the answer in the thread of {head.Text} is of no fault that there is");
            else if (!diagnosed.Add(fault.Namespace))
                problems.Add($"{fault.Namespace} has two threads");
            else if (
                fault.Fault % 2 == 0
                != (thread.Count > 0 && thread[^1].Text.Contains("Resolved", StringComparison.Ordinal))
            )
                problems.Add(
                    $"{head.Text}: does not end as it has to ("
                        + $"{(thread.Count > 0 ? thread[^1].Text : "without a word")})"
                );
        }
        var waits = asked
            .Select(one =>
            {
                var answer = slack.Messages.Values.FirstOrDefault(message =>
                    message.Channel == one.Message.Channel && message.Thread == one.Message.Ts && message.IsAnswer
                );
                if (answer is null)
                    problems.Add($"the question in {one.Message.Channel} has no answer");
                return answer is null ? double.NaN : Seconds(answer.Ts) - Seconds(one.Message.Ts);
            })
            .ToList();
        var limited = slack.Calls.Count(call => call.Error == "ratelimited");
        // Each replica keeps to the pace; what two of them do together Slack says.
        if (limited > 0 && settings.Replicas == 1)
            problems.Add($"{limited} calls beyond Slack's limits");
        if (bad != refused)
            problems.Add($"{bad} malformed, {refused} refused");
        if (wrong > 0)
            problems.Add($"{wrong} webhooks were answered as they should not");
        var sorted = taken.Order().ToList();
        output.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"storm of {settings.Alerts} webhooks in {settings.Seconds} s ({Groups} groups, {Faults} "
                    + $"faults, {bad} malformed), {settings.Replicas} replica(s) over "
                    + $"{(settings.Redis is null ? "Garnet" : "Redis")}{(settings.Kills ? ", one killed" : "")}"
                    + $"{(settings.Rolls ? ", restarted one after the other" : "")}"
                    + $"{(settings.AwaySeconds > 0 ? $", Redis away for {settings.AwaySeconds} s" : "")}:"
            )
        );
        output.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"  all sent after {sent.TotalSeconds:0} s, all said after {done.TotalSeconds:0} s; webhook "
                    + $"ms p50 {At(sorted, .5):0.0}, p95 {At(sorted, .95):0.0}, p99 {At(sorted, .99):0.0}, max "
                    + $"{sorted[^1]:0}; {unavailable} answered 503, {again} sent again"
            )
        );
        var waited = string.Join(" and ", waits.Select(wait => wait.ToString("0.0", CultureInfo.InvariantCulture)));
        output.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"  {heads.Count} threads, {diagnosed.Count} faults told right; a person's question after "
                    + $"{waited} s (another channel, the same); "
                    + $"{slack.Calls.Count(call => call.Method == "chat.postMessage" && call.Error is null)} "
                    + $"messages, {slack.Calls.Count(call => call.Method == "chat.update" && call.Error is null)} "
                    + $"changes, {limited} beyond a limit; largest process {peak / 1024 / 1024} MB"
            )
        );
        if (settings.AwaySeconds > 0)
        {
            var said = slack
                .Messages.Values.Where(message => message.Key?.StartsWith("outage:", StringComparison.Ordinal) == true)
                .OrderBy(message => message.Ts, StringComparer.Ordinal)
                .Select(message => message.Text.Split('\n')[0])
                .ToList();
            output.WriteLine($"  said meanwhile: {string.Join(" | ", said)}");
            if (said.Count != 2)
                problems.Add($"that memory is away and back was said {said.Count} times");
        }
        foreach (var problem in problems.Take(20))
            output.WriteLine($"  PROBLEM: {problem}");
        foreach (var replica in replicas.Where(_ => problems.Count > 0))
            output.WriteLine($"  log of {replica.Address}: {replica.LogTail}");
        return problems.Count == 0;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var replica in replicas)
            await replica.DisposeAsync();
        http.Dispose();
        folder.Delete(recursive: true);
    }

    private async Task AddFaultsAsync(SimulatedCluster cluster)
    {
        var chosen = await DistinctFaults.ChooseAsync(Faults);
        foreach (var scenario in chosen)
            cluster.AddDump(scenario.Dump);
        for (var i = 0; i < Groups; i++)
        {
            var scenario = chosen[i % Faults];
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

    private async Task<bool> SendAsync(string body, bool isGood)
    {
        for (var attempt = 0; ; attempt++)
        {
            var replica = replicas[
                (int)((uint)(body.GetHashCode(StringComparison.Ordinal) + attempt) % replicas.Count)
            ];
            try
            {
                using var request = RequestOf(replica, body);
                var began = Stopwatch.GetTimestamp();
                using var response = await http.SendAsync(request);
                if (response.StatusCode == HttpStatusCode.ServiceUnavailable)
                    Interlocked.Increment(ref unavailable);
                else if (response.StatusCode == (isGood ? HttpStatusCode.OK : HttpStatusCode.BadRequest))
                {
                    taken.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
                    if (!isGood)
                        Interlocked.Increment(ref refused);
                    return true;
                }
                else
                {
                    Interlocked.Increment(ref wrong);
                    return false;
                }
            }
            catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
            {
                // Killed: the next is tried, as a Service does.
            }
            Interlocked.Increment(ref again);
            await Task.Delay(Retry);
        }
    }

    private static HttpRequestMessage RequestOf(ServedBot replica, string body) =>
        new(HttpMethod.Post, new Uri(replica.Address, "/alerts/alertmanager"))
        {
            Content = new StringContent(body, Encoding.UTF8, "application/json"),
            Headers = { Authorization = new AuthenticationHeaderValue("Bearer", Token) },
        };

    private string Garbage() =>
        random.Next(5) switch
        {
            0 => "{\"groupKey\":\"x\",\"status\":",
            1 => "{\"status\":\"firing\",\"alerts\":[]}",
            2 => "[]",
            3 => "not json at all \u0000",
            _ => "{\"groupKey\":\"x\",\"status\":\"burning\",\"alerts\":[{\"labels\":7}]}",
        };

    private Task<ServedBot> StartAsync(
        FakeSlack slack,
        SimulatedCluster cluster,
        int number,
        string? redis,
        string name
    )
    {
        var environment = Bot.Settings(slack, SlackTransport.Http);
        (environment["Alerts:Token"], environment["Alerts:Channels:0"], environment["Alerts:ReopenWithin"]) = (
            Token,
            $"slack:{Channel}",
            "00:30:00"
        );
        if (redis is not null)
            (environment["Redis:Connection"], environment["Redis:Name"]) = ($"{redis},abortConnect=false", name);
        return ServedBot.StartAsync(environment, cluster.Url, Path.Combine(folder.FullName, $"data-{number}"));
    }

    private async Task RollAsync(FakeSlack slack, int number, Func<Task<ServedBot>> start)
    {
        var next = await start();
        var old = replicas[number];
        replicas[number] = next;
        // Slack calls a Service's address, not a pod's.
        slack.Events.Endpoint = next.Address;
        await old.StopAsync();
        await old.DisposeAsync();
    }

    private async Task MendLaterAsync(FaultyProxy proxy)
    {
        await Task.Delay(TimeSpan.FromSeconds(settings.AwaySeconds));
        proxy.Fault = ServerFault.None;
    }

    private async Task<long> WatchMemoryAsync(CancellationToken cancellationToken)
    {
        long peak = 0;
        try
        {
            using var timer = new PeriodicTimer(Sampling);
            while (await timer.WaitForNextTickAsync(cancellationToken))
                peak = Math.Max(peak, replicas.ToArray().Max(replica => replica.Memory));
        }
        catch (OperationCanceledException)
        {
            // All is said.
        }
        return peak;
    }

    private static double Seconds(string ts) => double.Parse(ts, CultureInfo.InvariantCulture);

    private static double At(List<double> sorted, double share) =>
        sorted[Math.Min(sorted.Count - 1, (int)(sorted.Count * share))];
}

/// <summary>What a storm is like.</summary>
/// <param name="Alerts">Webhooks.</param>
/// <param name="Seconds">Within how long.</param>
/// <param name="Redis">The Redis server, or null for the embedded one.</param>
/// <param name="Replicas">Processes.</param>
/// <param name="Kills">One of them is killed in the middle.</param>
/// <param name="AwaySeconds">How long Redis is away.</param>
/// <param name="Rolls">Each is replaced by another in turn.</param>
internal sealed record StormSettings(
    int Alerts,
    int Seconds,
    string? Redis = null,
    int Replicas = 1,
    bool Kills = false,
    int AwaySeconds = 0,
    bool Rolls = false
);
