using MetaKube.Redis;

namespace MetaKube.Tests.Redis;

public sealed class GarnetConnectionTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly CancellationToken token = TestContext.Current.CancellationToken;

    public void Dispose() => folder.Dispose();

    private static Task<string?> GetAsync(GarnetConnection connection) =>
        connection.RunAsync(async db => (string?)await db.StringGetAsync("k"), default);

    private static Task<bool> SetAsync(GarnetConnection connection, string value) =>
        connection.RunAsync(db => db.StringSetAsync("k", value), default);

    [Fact]
    public async Task Writes_survive_a_restart()
    {
        await using (var first = await GarnetConnection.OpenAsync(folder.Path, token))
            await SetAsync(first, "v");
        await using var second = await GarnetConnection.OpenAsync(folder.Path, token);
        (await GetAsync(second)).ShouldBe("v");
    }

    [Fact]
    public async Task Writes_before_and_after_a_checkpoint_survive()
    {
        var large = new string('x', 3 * 1024 * 1024 / 2);
        await using (var first = await GarnetConnection.OpenAsync(folder.Path, token))
            await first.RunAsync(db => db.StringSetAsync("large", large), token);
        Directory
            .EnumerateFiles(folder.Path, "*", SearchOption.AllDirectories)
            .ShouldContain(file => file.Contains("checkpoint", StringComparison.OrdinalIgnoreCase));
        await using (var second = await GarnetConnection.OpenAsync(folder.Path, token))
            await SetAsync(second, "v");
        await using var third = await GarnetConnection.OpenAsync(folder.Path, token);
        (await third.RunAsync(async db => (string?)await db.StringGetAsync("large"), token)).ShouldBe(large);
        (await GetAsync(third)).ShouldBe("v");
    }

    [Fact]
    public async Task A_second_user_of_the_folder_shares_the_first_ones_server_and_takes_over_when_it_ends()
    {
        var first = await GarnetConnection.OpenAsync(folder.Path, token);
        await using var second = await GarnetConnection.OpenAsync(folder.Path, token);
        (first.IsOwner, second.IsOwner).ShouldBe((true, false));
        await SetAsync(first, "v");
        (await GetAsync(second)).ShouldBe("v");
        await first.DisposeAsync();
        (await GetAsync(second)).ShouldBe("v");
        second.IsOwner.ShouldBeTrue();
    }

    [Fact]
    public async Task Others_on_this_machine_do_not_get_in_without_the_password()
    {
        await using var connection = await GarnetConnection.OpenAsync(folder.Path, token);
        var file = Path.Combine(folder.Path, "garnet.port");
        if (!OperatingSystem.IsWindows())
            File.GetUnixFileMode(file).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        var port = File.ReadAllText(file).Split(' ')[0];
        await Should.ThrowAsync<StackExchange.Redis.RedisException>(async () =>
        {
            await using var stranger = await StackExchange.Redis.ConnectionMultiplexer.ConnectAsync(
                $"127.0.0.1:{port},connectTimeout=2000"
            );
            await stranger.GetDatabase().StringGetAsync("k");
        });
    }

    [Fact]
    public async Task A_folder_that_cannot_be_used_is_reported_in_one_sentence()
    {
        var file = folder.Write("file", "");
        (
            await Should.ThrowAsync<StoreUnavailableException>(() =>
                GarnetConnection.OpenAsync(Path.Combine(file, "data"), token)
            )
        ).Message.ShouldContain("cannot be used");
    }

    [Fact]
    public async Task A_redis_that_is_not_there_is_one_sentence_without_its_password()
    {
        var error = await Should.ThrowAsync<StoreUnavailableException>(() =>
            RedisConnection.OpenAsync("127.0.0.1:1,password=topsecret,connectTimeout=500,connectRetry=1")
        );
        error.Message.ShouldNotContain("topsecret");
    }
}
