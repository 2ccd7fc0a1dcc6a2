using MetaKube.Chat;
using MetaKube.Redis;
using MetaKube.Tests.Chat;
using MetaKube.Tests.Jobs;
using Microsoft.Extensions.Time.Testing;

namespace MetaKube.Tests.Redis;

public sealed class WorkQueueTests : IAsyncDisposable
{
    private readonly CancellationToken token = TestContext.Current.CancellationToken;
    private readonly TemporaryFolder folder = new();
    private readonly RedisKeys keys = new($"test-{Guid.NewGuid():N}");
    private readonly FakeTimeProvider time = new(new DateTimeOffset(2026, 11, 1, 0, 0, 0, TimeSpan.Zero));
    private IRedisConnection connection = null!;

    public static TheoryData<MemoryServer> Servers => [MemoryServer.Garnet, MemoryServer.Redis];

    [Theory, MemberData(nameof(Servers))]
    public async Task Work_of_a_lane_comes_in_the_order_in_which_it_was_added(MemoryServer server)
    {
        var queue = await OpenAsync(server);
        foreach (var id in (string[])["a", "b", "c"])
            (await queue.AddAsync(Works.Mention(id), token)).ShouldBeTrue();
        (await DrainAsync(queue)).ShouldBe(["a", "b", "c"]);
        (await queue.CountAsync(token)).ShouldBe(0);
    }

    [Theory, MemberData(nameof(Servers))]
    public async Task Work_is_accepted_once_however_often_it_is_delivered(MemoryServer server)
    {
        var queue = await OpenAsync(server);
        var added = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => queue.AddAsync(Works.Mention("a"), token)));
        added.Count(isNew => isNew).ShouldBe(1);
        (await DrainAsync(queue)).ShouldBe(["a"]);
        // A late delivery comes after the work is done.
        (await queue.AddAsync(Works.Mention("a"), token)).ShouldBeFalse();
        (await queue.CountAsync(token)).ShouldBe(0);
    }

    [Theory, MemberData(nameof(Servers))]
    public async Task All_due_lanes_are_found_without_reading_their_work(MemoryServer server)
    {
        var queue = await OpenAsync(server);
        for (var i = 0; i < 40; i++)
            await queue.AddAsync(Works.Alert($"{i}", $"group-{i}"), token);
        (await queue.DueAsync(token)).ShouldBe(
            Enumerable.Range(0, 40).Select(i => Works.Alert($"{i}", $"group-{i}").Lane),
            ignoreOrder: true
        );
    }

    [Theory, MemberData(nameof(Servers))]
    public async Task A_lane_is_announced_when_it_gets_its_first_work(MemoryServer server)
    {
        var queue = await OpenAsync(server);
        var announced = new List<string>();
        queue.LaneAdded += lane => announced.Add(lane.Key);
        await queue.AddAsync(Works.Mention("a"), token);
        await queue.AddAsync(Works.Mention("b"), token);
        announced.ShouldBe([Works.Mention("a").Lane.Key]);
        await DrainAsync(queue);
        await queue.AddAsync(Works.Mention("c"), token);
        announced.Count.ShouldBe(2);
    }

    [Theory, MemberData(nameof(Servers))]
    public async Task One_process_at_a_time_has_a_lane(MemoryServer server)
    {
        var queue = await OpenAsync(server);
        await queue.AddAsync(Works.Mention("a"), token);
        var lane = Works.Mention("a").Lane;
        await using (var first = await queue.LeaseAsync(lane, token))
        {
            first.ShouldNotBeNull();
            (await queue.LeaseAsync(lane, token)).ShouldBeNull();
        }
        await using var second = await queue.LeaseAsync(lane, token);
        second.ShouldNotBeNull();
    }

    [Theory, MemberData(nameof(Servers))]
    public async Task An_empty_lane_is_closed_together_with_its_lease(MemoryServer server)
    {
        var queue = await OpenAsync(server);
        await queue.AddAsync(Works.Mention("a"), token);
        var lane = Works.Mention("a").Lane;
        await using var lease = (await queue.LeaseAsync(lane, token)).ShouldNotBeNull();
        var work = (await queue.FirstAsync(lane, lease, token)).ShouldNotBeNull();
        (await queue.CompleteAsync(lane, lease, work, token)).ShouldBeNull();
        // The first lease is not disposed yet; another lease does not wait for that.
        await using var next = await queue.LeaseAsync(lane, token);
        next.ShouldNotBeNull();
    }

    [Theory, MemberData(nameof(Servers))]
    public async Task Work_that_was_not_completed_is_still_there_for_the_next_holder(MemoryServer server)
    {
        var queue = await OpenAsync(server);
        await queue.AddAsync(Works.Mention("a"), token);
        await queue.AddAsync(Works.Mention("b"), token);
        var lane = Works.Mention("a").Lane;
        await using (var lease = (await queue.LeaseAsync(lane, token)).ShouldNotBeNull())
            await queue.FirstAsync(lane, lease, token);
        (await DrainAsync(queue)).ShouldBe(["a", "b"]);
    }

    [Theory, MemberData(nameof(Servers))]
    public async Task Each_failure_doubles_the_back_off_up_to_a_limit_and_a_success_resets_it(MemoryServer server)
    {
        var queue = await OpenAsync(server);
        await queue.AddAsync(Works.Mention("a"), token);
        await queue.AddAsync(Works.Mention("b"), token);
        var lane = Works.Mention("a").Lane;
        var delays = new List<double>();
        for (var i = 0; i < 6; i++)
            delays.Add((await queue.PostponeAsync(lane, null, token)).TotalSeconds);
        delays.ShouldBe([1, 2, 4, 8, 8, 8]);
        (await queue.PostponeAsync(lane, TimeSpan.FromMinutes(1), token)).ShouldBe(TimeSpan.FromMinutes(1));
        await using var lease = (await queue.LeaseAsync(lane, token)).ShouldNotBeNull();
        await queue.CompleteAsync(lane, lease, (await queue.FirstAsync(lane, lease, token))!, token);
        (await queue.PostponeAsync(lane, null, token)).ShouldBe(TimeSpan.FromSeconds(1));
    }

    [Theory, MemberData(nameof(Servers))]
    public async Task A_postponed_lane_is_due_after_its_delay(MemoryServer server)
    {
        var queue = await OpenAsync(server);
        await queue.AddAsync(Works.Mention("a"), token);
        var announced = 0;
        queue.LaneAdded += _ => announced++;
        await queue.PostponeAsync(Works.Mention("a").Lane, TimeSpan.FromSeconds(30), token);
        (await queue.DueAsync(token)).ShouldBeEmpty();
        // An item that is added behind it neither overtakes it nor ends its back-off.
        await queue.AddAsync(Works.Mention("b"), token);
        announced.ShouldBe(0);
        time.Advance(TimeSpan.FromSeconds(29));
        (await queue.DueAsync(token)).ShouldBeEmpty();
        time.Advance(TimeSpan.FromSeconds(2));
        (await queue.DueAsync(token)).ShouldBe([Works.Mention("a").Lane]);
    }

    [Theory, MemberData(nameof(Servers))]
    public async Task Completed_work_leaves_no_notes_on_how_it_was_done(MemoryServer server)
    {
        var queue = await OpenAsync(server);
        await queue.AddAsync(Works.Mention("a"), token);
        var conversations = new ConversationStore(connection, keys);
        await conversations.NoteProgressAsync("a", new ProgressMessage("message", IsStream: false), token);
        await DrainAsync(queue);
        (await conversations.ProgressAsync("a", token)).ShouldBeNull();
    }

    [Theory, MemberData(nameof(Servers))]
    public async Task Postponing_a_lane_that_is_done_does_not_bring_it_back(MemoryServer server)
    {
        var queue = await OpenAsync(server);
        await queue.PostponeAsync(Works.Mention("a").Lane, null, token);
        (await queue.CountAsync(token)).ShouldBe(0);
    }

    [Fact]
    public async Task The_leases_of_the_service_before_are_released_over_the_embedded_server()
    {
        var queue = await OpenAsync(MemoryServer.Garnet);
        await queue.AddAsync(Works.Mention("a"), token);
        await LeaseOfADeadProcessAsync(TimeSpan.FromMinutes(1));
        (await queue.LeaseAsync(Works.Mention("a").Lane, token)).ShouldBeNull();
        await queue.ReleaseAbandonedAsync(token);
        await using var lease = await queue.LeaseAsync(Works.Mention("a").Lane, token);
        lease.ShouldNotBeNull();
    }

    [Fact]
    public async Task The_leases_of_other_replicas_are_not_released()
    {
        var queue = await OpenAsync(MemoryServer.Redis);
        await queue.AddAsync(Works.Mention("a"), token);
        await LeaseOfADeadProcessAsync(TimeSpan.FromMinutes(1));
        await queue.ReleaseAbandonedAsync(token);
        (await queue.LeaseAsync(Works.Mention("a").Lane, token)).ShouldBeNull();
    }

    [Theory, MemberData(nameof(Servers))]
    public async Task A_lease_ends_soon_after_its_holder_died(MemoryServer server)
    {
        var queue = await OpenAsync(server);
        await LeaseOfADeadProcessAsync(TimeSpan.FromMilliseconds(300));
        RedisLease? lease = null;
        await ChatFixture.UntilAsync(async () =>
            (lease = await queue.LeaseAsync(Works.Mention("a").Lane, token)) is not null
        );
        await lease!.DisposeAsync();
    }

    [Theory, MemberData(nameof(Servers))]
    public async Task A_lease_is_renewed_while_it_is_held(MemoryServer server)
    {
        await OpenAsync(server);
        var duration = TimeSpan.FromSeconds(1);
        var leases = new RedisLeaseStore(connection, keys, TimeProvider.System);
        await using var lease = (await leases.TryAcquireAsync("work", duration, token)).ShouldNotBeNull();
        var renewals = 0;
        var (last, end) = (TimeSpan.MaxValue, TimeProvider.System.GetTimestamp());
        // The lease is renewed, also beyond the time for which it was acquired.
        await ChatFixture.UntilAsync(async () =>
        {
            var left = await connection.RunAsync(db => db.KeyTimeToLiveAsync(keys.Lease("work")), token);
            left.ShouldNotBeNull();
            renewals += left > last ? 1 : 0;
            last = left.Value;
            return renewals >= 2 && TimeProvider.System.GetElapsedTime(end) > duration * 2;
        });
        lease.Lost.IsCancellationRequested.ShouldBeFalse();
    }

    [Theory, MemberData(nameof(Servers))]
    public async Task A_lease_that_another_process_holds_is_lost_and_not_released(MemoryServer server)
    {
        await OpenAsync(server);
        var leases = new RedisLeaseStore(connection, keys, TimeProvider.System);
        var lease = (await leases.TryAcquireAsync("work", TimeSpan.FromMilliseconds(600), token)).ShouldNotBeNull();
        await connection.RunAsync(db => db.StringSetAsync(keys.Lease("work"), "somebody else"), token);
        await ChatFixture.UntilAsync(() => Task.FromResult(lease.Lost.IsCancellationRequested));
        await lease.DisposeAsync();
        var holder = await connection.RunAsync(db => db.StringGetAsync(keys.Lease("work")), token);
        ((string?)holder).ShouldBe("somebody else");
    }

    public async ValueTask DisposeAsync()
    {
        if (connection is not null)
            await connection.DisposeAsync();
        folder.Dispose();
    }

    private async Task<WorkQueue> OpenAsync(MemoryServer server)
    {
        MemoryServers.SkipWithout(server);
        connection = await MemoryServers.OpenAsync(server, folder.Path);
        return new(connection, keys, time);
    }

    private async Task<List<string>> DrainAsync(WorkQueue queue)
    {
        var done = new List<string>();
        foreach (var lane in await queue.DueAsync(token))
        {
            await using var lease = (await queue.LeaseAsync(lane, token)).ShouldNotBeNull();
            var next = await queue.FirstAsync(lane, lease, token);
            while (next is not null)
            {
                done.Add(next.Work.Id);
                next = await queue.CompleteAsync(lane, lease, next, token);
            }
        }
        return done;
    }

    private Task LeaseOfADeadProcessAsync(TimeSpan left) =>
        connection.RunAsync(
            db => db.StringSetAsync(keys.Lease(Works.Mention("a").Lane.Key), "a dead process", left),
            token
        );
}
