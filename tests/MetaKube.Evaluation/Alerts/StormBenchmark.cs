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
/// Sends a storm of alerts to the real program: webhooks at a steady rate, some of them malformed; groups that fire,
/// are resolved and fire again, with a few real faults behind them. Slack enforces its rate limits, and a person asks
/// in the middle of the storm.
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
    private readonly string name = $"storm-{Guid.NewGuid():N}";
    private readonly List<Task> sending = [];
    private readonly List<FakeMessage> asked = [];
    private readonly HashSet<string> diagnosed = [];
    private readonly List<string> problems = [];
    private FakeSlack slack = null!;
    private SimulatedCluster cluster = null!;
    private FaultyProxy? proxy;
    private long start;
    private bool isKilled;
    private int malformed,
        rolled,
        refused,
        unavailable,
        again,
        wrong;

    private StormBenchmark(StormSettings settings) => this.settings = settings;

    /// <returns>True if no problem was found.</returns>
    public static async Task<bool> RunAsync(StormSettings settings, TextWriter output)
    {
        await using var storm = new StormBenchmark(settings);
        return await storm.RunAsync(output);
    }

    private async Task<bool> RunAsync(TextWriter output)
    {
        await using var slackServer = slack = await FakeSlack.StartAsync();
        slack.KeepsLimits = true;
        slack.Events.Echoes = false;
        await using var simulated = cluster = await SimulatedCluster.StartAsync();
        await AddFaultsAsync();
        await using var redisProxy = proxy = settings.Redis is null ? null : new FaultyProxy(settings.Redis);
        for (var i = 0; i < settings.Replicas; i++)
            replicas.Add(await StartAsync(i));
        slack.Events.Endpoint = replicas[0].Address;
        await WarmUpAsync();

        using var ended = new CancellationTokenSource();
        var memory = WatchMemoryAsync(ended.Token);
        start = Stopwatch.GetTimestamp();
        await SendAlertsAsync();
        await SendFinalStatesAsync();
        var sent = Stopwatch.GetElapsedTime(start);
        await using var connection = settings.Redis is null
            ? await GarnetConnection.OpenAsync(replicas[0].Data, default)
            : (IRedisConnection)await RedisConnection.OpenAsync(settings.Redis);
        var keys = new RedisKeys(settings.Redis is null ? "default" : name);
        await DrainAsync(connection, keys);
        var done = Stopwatch.GetElapsedTime(start);
        await ended.CancelAsync();
        var peak = await memory;

        await CheckGroupsAsync(connection, keys);
        var threads = IncidentThreads();
        CheckThreads(threads);
        var waits = asked.ConvertAll(SecondsToAnswer);
        CheckRequests();
        ReportRequests(output, sent, done);
        ReportAnswers(output, threads.Count, waits, peak);
        if (settings.AwaySeconds > 0)
            ReportOutage(output);
        ReportProblems(output);
        return problems.Count == 0;
    }

    /// <summary>Sends requests that are not measured: the first ones wait for the just-in-time compiler.</summary>
    private async Task WarmUpAsync()
    {
        for (var i = 0; i < 50; i++)
            await SendAsync("{}", isGood: false);
        (refused, unavailable) = (0, 0);
        taken.Clear();
    }

    /// <summary>Sends the webhooks at their rate, and starts each disturbance when its share of them is sent.</summary>
    private async Task SendAlertsAsync()
    {
        var gap = TimeSpan.FromSeconds((double)settings.Seconds / settings.Alerts);
        for (var i = 0; i < settings.Alerts; i++)
        {
            var due = gap * i - Stopwatch.GetElapsedTime(start);
            if (due > TimeSpan.FromMilliseconds(1))
                await Task.Delay(due);
            var share = (double)i / settings.Alerts;
            if (asked.Count == 0 && share >= .5)
                await AskAsync();
            if (settings.Kills && !isKilled && share >= .5)
            {
                replicas[^1].Kill();
                isKilled = true;
            }
            if (settings.Rolls && rolled < settings.Replicas && share >= (rolled + 1.0) / (settings.Replicas + 1))
                sending.Add(RollAsync(rolled++));
            if (proxy is not null && settings.AwaySeconds > 0 && i == settings.Alerts / 3)
                sending.Add(StopRedisAsync(proxy));
            SendAlert(i);
        }
    }

    /// <summary>A person asks about a fault in a channel without alerts, and in the channel of the alerts.</summary>
    private async Task AskAsync()
    {
        foreach (var channel in (string[])[PeopleChannel, Channel])
        {
            var question = await slack.Events.SayAsync(
                channel,
                "U0ADA",
                $"<@{FakeSlack.BotUser}> why is {groups[0].Object} crashing in namespace {groups[0].Namespace}?"
            );
            asked.Add(question);
        }
    }

    /// <summary>Sends one webhook: a malformed one, or the next state of a group.</summary>
    private void SendAlert(int number)
    {
        if (random.NextDouble() < Malformed)
        {
            malformed++;
            var garbage = Garbage();
            sending.Add(Task.Run(() => SendAsync(garbage, isGood: false)));
            return;
        }
        var group = groups[number < Groups ? number : random.Next(Groups)];
        // The states of one group are sent in order, as Alertmanager does.
        sending.Add(group.TellAsync(random, body => SendAsync(body, isGood: true)));
    }

    /// <summary>Resolves every other fault, fires the rest, and waits until all webhooks are accepted.</summary>
    private async Task SendFinalStatesAsync()
    {
        foreach (var group in groups.Where(group => group.Fault % 2 == 0))
            sending.Add(group.EndAsync(body => SendAsync(body, isGood: true)));
        foreach (var group in groups.Where(group => group.Fault % 2 != 0))
            sending.Add(group.FireAsync(body => SendAsync(body, isGood: true)));
        await Task.WhenAll(sending);
    }

    /// <summary>Waits until the queue is empty.</summary>
    private async Task DrainAsync(IRedisConnection connection, RedisKeys keys)
    {
        var lanes = new WorkQueue(connection, keys, TimeProvider.System);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(200));
        while (await lanes.CountAsync(default) > 0 && Stopwatch.GetElapsedTime(start) < LongestWait)
            await timer.WaitForNextTickAsync();
    }

    private async Task CheckGroupsAsync(IRedisConnection connection, RedisKeys keys)
    {
        var store = new IncidentStore(connection, keys, TimeProvider.System);
        foreach (var group in groups)
        {
            var state = await store.GroupAsync(AlertIntake.Hash($"alertmanager\n{group.Key}"), default);
            if (state?.IsFiring != (group.Fault % 2 != 0))
                problems.Add($"the stored state of group {group.Key} is not the last one sent");
        }
    }

    private List<FakeMessage> IncidentThreads() =>
        [
            .. slack.Messages.Values.Where(message =>
                message is { IsOurs: true, Thread: null, Channel: Channel }
                && message.Key?.StartsWith("incident:", StringComparison.Ordinal) == true
            ),
        ];

    private void CheckThreads(List<FakeMessage> threads)
    {
        if (threads.Count != Faults)
            problems.Add($"{threads.Count} threads for {Faults} faults");
        foreach (var head in threads)
        {
            var answers = slack.AnswersIn(Channel, head.Ts);
            if (answers.Count != 1)
                problems.Add($"{answers.Count} answers in the thread of {head.Text}");
            var fault = groups.Find(group =>
                answers.Any(answer =>
                    answer.Text.Contains($"{group.FaultCode} ", StringComparison.Ordinal)
                    && answer.Text.Contains($"{group.Namespace}/", StringComparison.Ordinal)
                )
            );
            if (fault is null)
                problems.Add($"the answer in the thread of {head.Text} names none of the faults");
            else if (!diagnosed.Add(fault.Namespace))
                problems.Add($"{fault.Namespace} has two threads");
            else
                CheckLastReply(head, fault);
        }
    }

    /// <summary>The thread of a resolved fault ends with that; the thread of a firing one does not.</summary>
    private void CheckLastReply(FakeMessage head, StormGroup fault)
    {
        var last = slack.ThreadOf(Channel, head.Ts).LastOrDefault(message => message.IsReply)?.Text;
        if (fault.Fault % 2 == 0 != (last?.Contains("Resolved", StringComparison.Ordinal) == true))
            problems.Add($"{head.Text}: the thread has the wrong end ({last ?? "no reply"})");
    }

    private double SecondsToAnswer(FakeMessage question)
    {
        var answer = slack.Messages.Values.FirstOrDefault(message =>
            message.Channel == question.Channel && message.Thread == question.Ts && message.IsAnswer
        );
        if (answer is not null)
            return Seconds(answer.Ts) - Seconds(question.Ts);
        problems.Add($"the question in {question.Channel} has no answer");
        return double.NaN;
    }

    private void CheckRequests()
    {
        // Each replica limits its own rate, so that two of them may exceed Slack's limit together.
        if (Limited > 0 && settings.Replicas == 1)
            problems.Add($"{Limited} calls beyond Slack's limits");
        if (malformed != refused)
            problems.Add($"{malformed} malformed, {refused} refused");
        if (wrong > 0)
            problems.Add($"{wrong} webhooks got an unexpected status");
    }

    private void ReportRequests(TextWriter output, TimeSpan sent, TimeSpan done)
    {
        output.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"storm of {settings.Alerts} webhooks in {settings.Seconds} s ({Groups} groups, {Faults} "
                    + $"faults, {malformed} malformed), {settings.Replicas} replica(s) over "
                    + $"{(settings.Redis is null ? "Garnet" : "Redis")}{(settings.Kills ? ", one killed" : "")}"
                    + $"{(settings.Rolls ? ", restarted one after the other" : "")}"
                    + $"{(settings.AwaySeconds > 0 ? $", Redis stopped for {settings.AwaySeconds} s" : "")}:"
            )
        );
        var sorted = taken.Order().ToList();
        output.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"  all sent after {sent.TotalSeconds:0} s, all posted after {done.TotalSeconds:0} s; webhook "
                    + $"ms p50 {At(sorted, .5):0.0}, p95 {At(sorted, .95):0.0}, p99 {At(sorted, .99):0.0}, max "
                    + $"{sorted[^1]:0}; {unavailable} answered 503, {again} sent again"
            )
        );
    }

    private void ReportAnswers(TextWriter output, int threads, List<double> waits, long peak)
    {
        var waited = string.Join(" and ", waits.Select(wait => wait.ToString("0.0", CultureInfo.InvariantCulture)));
        output.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"  {threads} threads, {diagnosed.Count} faults diagnosed; a person's question answered after "
                    + $"{waited} s (another channel, the same); {Accepted("chat.postMessage")} messages, "
                    + $"{Accepted("chat.update")} changes, {Limited} beyond a limit; largest process "
                    + $"{peak / 1024 / 1024} MB"
            )
        );
    }

    private int Accepted(string method) => slack.Calls.Count(call => call.Method == method && call.Error is null);

    private int Limited => slack.Calls.Count(call => call.Error == "ratelimited");

    private void ReportOutage(TextWriter output)
    {
        var notices = slack
            .Messages.Values.Where(message => message.Key?.StartsWith("outage:", StringComparison.Ordinal) == true)
            .OrderBy(message => message.Ts, StringComparer.Ordinal)
            .Select(message => message.Text.Split('\n')[0])
            .ToList();
        output.WriteLine($"  notices: {string.Join(" | ", notices)}");
        if (notices.Count != 2)
            problems.Add($"{notices.Count} notices of the outage and its end instead of 2");
    }

    private void ReportProblems(TextWriter output)
    {
        foreach (var problem in problems.Take(20))
            output.WriteLine($"  PROBLEM: {problem}");
        foreach (var replica in replicas.Where(_ => problems.Count > 0))
            output.WriteLine($"  log of {replica.Address}: {replica.LogTail}");
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var replica in replicas)
            await replica.DisposeAsync();
        http.Dispose();
        folder.Delete(recursive: true);
    }

    private async Task AddFaultsAsync()
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
                // The replica was killed: the next one is tried, as a Service does.
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

    private Task<ServedBot> StartAsync(int number)
    {
        var environment = Bot.Settings(slack, SlackTransport.Http);
        environment["Alerts:Token"] = Token;
        environment["Alerts:Channels:0"] = $"slack:{Channel}";
        environment["Alerts:ReopenWithin"] = "00:30:00";
        if (proxy is not null)
        {
            environment["Redis:Connection"] = $"{proxy.Address},abortConnect=false";
            environment["Redis:Name"] = name;
        }
        return ServedBot.StartAsync(environment, cluster.Url, Path.Combine(folder.FullName, $"data-{number}"));
    }

    /// <summary>Replaces a replica as a rolling update does: the new one is ready before the old one stops.</summary>
    private async Task RollAsync(int number)
    {
        var next = await StartAsync(settings.Replicas + number);
        var old = replicas[number];
        replicas[number] = next;
        // Slack calls the address of a Service, not of a pod.
        slack.Events.Endpoint = next.Address;
        await old.StopAsync();
        await old.DisposeAsync();
    }

    private async Task StopRedisAsync(FaultyProxy redis)
    {
        redis.Fault = ServerFault.Stopped;
        await Task.Delay(TimeSpan.FromSeconds(settings.AwaySeconds));
        redis.Fault = ServerFault.None;
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
            // The queue is empty.
        }
        return peak;
    }

    private static double Seconds(string ts) => double.Parse(ts, CultureInfo.InvariantCulture);

    private static double At(List<double> sorted, double share) =>
        sorted[Math.Min(sorted.Count - 1, (int)(sorted.Count * share))];
}

/// <summary>The size and the disturbances of a storm.</summary>
/// <param name="Alerts">The number of webhooks.</param>
/// <param name="Seconds">The time in which they are sent.</param>
/// <param name="Redis">The Redis server as host:port, or null for the embedded server.</param>
/// <param name="Replicas">The number of processes.</param>
/// <param name="Kills">True if one process is killed in the middle.</param>
/// <param name="AwaySeconds">The time for which Redis is stopped, or 0.</param>
/// <param name="Rolls">True if each process is replaced in turn.</param>
internal sealed record StormSettings(
    int Alerts,
    int Seconds,
    string? Redis = null,
    int Replicas = 1,
    bool Kills = false,
    int AwaySeconds = 0,
    bool Rolls = false
);
