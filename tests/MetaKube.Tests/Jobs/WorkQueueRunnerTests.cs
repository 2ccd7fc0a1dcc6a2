using System.Collections.Concurrent;
using MetaKube.Chat;
using MetaKube.ChatOps.Jobs;
using MetaKube.Fakes;
using MetaKube.Redis;
using MetaKube.Tests.Chat;
using MetaKube.Tests.Redis;
using Microsoft.Extensions.Logging.Abstractions;

namespace MetaKube.Tests.Jobs;

public sealed class WorkQueueRunnerTests : IAsyncDisposable
{
    private readonly CancellationToken token = TestContext.Current.CancellationToken;
    private readonly TemporaryFolder folder = new();
    private readonly RedisKeys keys = new($"test-{Guid.NewGuid():N}");
    private readonly List<WorkQueueRunner> runners = [];
    private readonly List<IRedisConnection> connections = [];

    /// <summary>Work that the runners were given, in the order in which it was begun.</summary>
    private readonly ConcurrentQueue<string> begun = new();

    private readonly ConcurrentQueue<string> failures = new();

    /// <summary>Work whose id begins with "slow" waits here.</summary>
    private readonly TaskCompletionSource gate = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public static TheoryData<MemoryServer> Servers => [MemoryServer.Garnet, MemoryServer.Redis];

    [Theory, MemberData(nameof(Servers))]
    public async Task Work_that_comes_in_here_is_done_at_once_and_in_the_order_of_its_lane(MemoryServer server)
    {
        // Its scans find nothing: the clock of the runner stands still.
        var queue = await StartAsync(
            server,
            time: new Microsoft.Extensions.Time.Testing.FakeTimeProvider(TimeProvider.System.GetUtcNow())
        );
        for (var i = 0; i < 5; i++)
            await queue.AddAsync(Works.Mention($"{i}"), token);
        await UntilDoneAsync(queue);
        begun.ShouldBe(["0", "1", "2", "3", "4"]);
    }

    [Theory, MemberData(nameof(Servers))]
    public async Task Work_that_another_process_left_is_found(MemoryServer server)
    {
        var queue = await OpenAsync(server);
        await queue.AddAsync(Works.Mention("a"), token);
        await queue.AddAsync(Works.Alert("b", "group"), token);
        Start(queue);
        await UntilDoneAsync(queue);
        begun.ShouldBe(["a", "b"], ignoreOrder: true);
    }

    [Fact]
    public async Task Work_of_a_process_that_was_killed_is_taken_over_when_its_lease_expires()
    {
        var queue = await OpenAsync(MemoryServer.Redis);
        await queue.AddAsync(Works.Mention("a"), token);
        await connections[0]
            .RunAsync(
                db =>
                    db.StringSetAsync(
                        keys.Lease(Works.Mention("a").Lane.Key),
                        "a dead process",
                        TimeSpan.FromMilliseconds(1500)
                    ),
                token
            );
        Start(queue);
        await UntilDoneAsync(queue);
        begun.ShouldBe(["a"]);
    }

    [Fact]
    public async Task Neither_questions_nor_votes_wait_for_the_investigations_of_alerts()
    {
        var queue = await StartAsync(MemoryServer.Garnet, new() { Alerts = 2 });
        for (var i = 0; i < 6; i++)
            await queue.AddAsync(Works.Alert($"slow {i}", $"group-{i}"), token);
        await ChatFixture.UntilAsync(() => Task.FromResult(begun.Count == 2));
        await queue.AddAsync(Works.Mention("question"), token);
        await queue.AddAsync(Works.Feedback("vote", "I1"), token);
        await queue.AddAsync(Works.Update("update"), token);
        await ChatFixture.UntilAsync(async () => await queue.CountAsync(token) == 6);
        // No more than the limit was begun of the alerts.
        begun.Count.ShouldBe(5);
        gate.SetResult();
        await UntilDoneAsync(queue);
        begun.Count.ShouldBe(9);
    }

    /// <summary>Redis only: over the embedded server there is one service at a time.</summary>
    [Fact]
    public async Task Two_processes_share_the_work_and_do_nothing_twice()
    {
        var first = await StartAsync(MemoryServer.Redis);
        var second = await OpenAsync(MemoryServer.Redis);
        Start(second);
        await Task.WhenAll(
            Enumerable
                .Range(0, 60)
                .Select(i => (i % 2 == 0 ? first : second).AddAsync(Works.Mention($"{i}", $"{i % 7}"), token))
        );
        await UntilDoneAsync(first);
        begun.Order().ShouldBe(Enumerable.Range(0, 60).Select(i => $"{i}").Order());
    }

    [Fact]
    public async Task Work_that_is_put_off_is_tried_again_before_what_is_behind_it()
    {
        var queue = await StartAsync(MemoryServer.Garnet);
        await queue.AddAsync(Works.Mention("later"), token);
        await queue.AddAsync(Works.Mention("next"), token);
        await UntilDoneAsync(queue);
        begun.ShouldBe(["later", "later", "next"]);
    }

    [Fact]
    public async Task Work_that_fails_is_reported_once_and_does_not_hold_up_its_lane()
    {
        var queue = await StartAsync(MemoryServer.Garnet);
        await queue.AddAsync(Works.Mention("broken"), token);
        await queue.AddAsync(Works.Mention("next"), token);
        await UntilDoneAsync(queue);
        begun.ShouldBe(["broken", "next"]);
        failures.ShouldBe(["broken: a defect"]);
    }

    [Fact]
    public async Task Work_that_cannot_be_read_holds_up_its_own_lane_only()
    {
        var queue = await OpenAsync(MemoryServer.Garnet);
        var lane = Works.Mention("a", "unreadable").Lane.Key;
        await connections[0]
            .RunAsync(
                async db =>
                {
                    await db.ListRightPushAsync(keys.Lane(lane), """{"kind":"of a newer version"}""");
                    return await db.SortedSetAddAsync(keys.Lanes, lane, 0);
                },
                token
            );
        Start(queue);
        await queue.AddAsync(Works.Mention("b"), token);
        await ChatFixture.UntilAsync(async () => !begun.IsEmpty && await queue.CountAsync(token) == 1);
        begun.ShouldBe(["b"]);
        await ChatFixture.UntilAsync(async () =>
            await connections[0].RunAsync(db => db.KeyExistsAsync(keys.LaneFailures(lane)), token)
        );
    }

    [Fact]
    public async Task A_stop_hands_unfinished_work_back_at_once()
    {
        var queue = await StartAsync(MemoryServer.Redis);
        await queue.AddAsync(Works.Mention("slow"), token);
        await ChatFixture.UntilAsync(() => Task.FromResult(!begun.IsEmpty));
        await runners[0].StopAsync(token);
        // Its lease is free, not only expired.
        await using (var lease = await queue.LeaseAsync(Works.Mention("slow").Lane, token))
            lease.ShouldNotBeNull();
        gate.SetResult();
        Start(queue);
        await UntilDoneAsync(queue);
        begun.ShouldBe(["slow", "slow"]);
    }

    [Fact]
    public async Task Work_continues_by_itself_after_an_outage_of_the_store()
    {
        MemoryServers.SkipWithout(MemoryServer.Redis);
        await using var proxy = new FaultyProxy(MemoryServers.Redis!);
        var behind = await RedisConnection.OpenAsync(proxy.Address);
        connections.Add(behind);
        var queue = new WorkQueue(behind, keys, TimeProvider.System);
        Start(queue);
        await queue.AddAsync(Works.Mention("before"), token);
        await UntilDoneAsync(queue);
        proxy.Fault = ServerFault.Stopped;
        await ChatFixture.UntilAsync(() => Task.FromResult(!behind.Multiplexer.IsConnected));
        // Another process accepts work meanwhile.
        await (await OpenAsync(MemoryServer.Redis)).AddAsync(Works.Mention("meanwhile"), token);
        proxy.Fault = ServerFault.None;
        await ChatFixture.UntilAsync(() => Task.FromResult(begun.Count == 2));
        begun.ShouldBe(["before", "meanwhile"]);
    }

    public async ValueTask DisposeAsync()
    {
        gate.TrySetResult();
        foreach (var runner in runners)
        {
            await runner.StopAsync(CancellationToken.None);
            runner.Dispose();
        }
        foreach (var connection in connections)
            await connection.DisposeAsync();
        folder.Dispose();
    }

    private async Task<WorkQueue> StartAsync(MemoryServer server, WorkLimits? limits = null, TimeProvider? time = null)
    {
        var queue = await OpenAsync(server);
        Start(queue, limits, time);
        // Else what is added now may be found by the first scan.
        await queue.AddAsync(Works.Home("first"), token);
        await ChatFixture.UntilAsync(async () => !begun.IsEmpty && await queue.CountAsync(token) == 0);
        begun.Clear();
        return queue;
    }

    private async Task<WorkQueue> OpenAsync(MemoryServer server)
    {
        MemoryServers.SkipWithout(server);
        var connection = await MemoryServers.OpenAsync(server, folder.Path);
        connections.Add(connection);
        return new(connection, keys, TimeProvider.System);
    }

    private void Start(WorkQueue queue, WorkLimits? limits = null, TimeProvider? time = null)
    {
        var runner = new WorkQueueRunner(
            queue,
            HandleAsync,
            (work, error, _) =>
            {
                failures.Enqueue($"{work.Id}: {error.Message}");
                return Task.CompletedTask;
            },
            limits ?? new() { Alerts = 4 },
            time ?? TimeProvider.System,
            NullLogger<WorkQueueRunner>.Instance
        );
        runners.Add(runner);
        // It runs until it is stopped.
        _ = runner.StartAsync(token);
    }

    private async Task HandleAsync(WorkItem work, CancellationToken cancellationToken)
    {
        var isFirst = !begun.Contains(work.Id);
        begun.Enqueue(work.Id);
        if (work.Id.StartsWith("slow", StringComparison.Ordinal))
            await gate.Task.WaitAsync(cancellationToken);
        if (work.Id == "broken")
            throw new InvalidOperationException("a defect");
        if (work.Id == "later" && isFirst)
            throw new PostponedException("not yet", TimeSpan.FromMilliseconds(100));
    }

    private Task UntilDoneAsync(WorkQueue queue) =>
        ChatFixture.UntilAsync(async () => await queue.CountAsync(token) == 0);
}
