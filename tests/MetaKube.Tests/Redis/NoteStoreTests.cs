using MetaKube.Chat;
using MetaKube.Redis;

namespace MetaKube.Tests.Redis;

public sealed class NoteStoreTests : IAsyncDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly CancellationToken token = TestContext.Current.CancellationToken;
    private IRedisConnection? connection;

    public static TheoryData<MemoryServer> Servers => [MemoryServer.Garnet, MemoryServer.Redis];

    public async ValueTask DisposeAsync()
    {
        if (connection is not null)
            await connection.DisposeAsync();
        folder.Dispose();
    }

    private async Task<NoteStore> OpenAsync(MemoryServer server)
    {
        MemoryServers.SkipWithout(server);
        connection = await MemoryServers.OpenAsync(server, folder.Path);
        return new(connection, new RedisKeys($"test-{Guid.NewGuid():N}"));
    }

    private static Note Of(string id, string subject, int day) =>
        new(id, subject, $"text \"of\" {id} — 🙈", "cli:ada", DateTimeOffset.UnixEpoch.AddDays(day), null);

    [Theory, MemberData(nameof(Servers))]
    public async Task Notes_come_back_by_subject_oldest_first_until_they_are_forgotten(MemoryServer server)
    {
        var store = await OpenAsync(server);
        var (late, early, other) = (
            Of("n2", "Deployment shop/web", 3),
            Of("n1", "config.missing-secret", 1),
            Of("n3", "Deployment shop/db", 2)
        );
        foreach (var note in (Note[])[late, early, other])
            (await store.AddNoteAsync(note, token)).ShouldBeTrue();
        (await store.NotesOfAsync([late.Subject, early.Subject, "nothing"], token)).ShouldBe([early, late]);
        (await store.ListNotesAsync(token)).ShouldBe([early, other, late]);
        (await store.ForgetNoteAsync("n2", token)).ShouldBeTrue();
        (await store.ForgetNoteAsync("n2", token)).ShouldBeFalse();
        (await store.NotesOfAsync([late.Subject], token)).ShouldBeEmpty();
    }

    [Theory, MemberData(nameof(Servers))]
    public async Task A_subject_has_a_limited_number_of_notes(MemoryServer server)
    {
        var store = await OpenAsync(server);
        for (var i = 0; i < NoteStore.MostOfASubject; i++)
            (await store.AddNoteAsync(Of($"n{i}", "s", i), token)).ShouldBeTrue();
        (await store.AddNoteAsync(Of("more", "s", 99), token)).ShouldBeFalse();
        (await store.AddNoteAsync(Of("other", "t", 99), token)).ShouldBeTrue();
    }
}
