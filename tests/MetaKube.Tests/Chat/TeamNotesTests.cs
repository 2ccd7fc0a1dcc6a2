using MetaKube.Chat;
using MetaKube.ChatOps.Conversations;
using MetaKube.Redis;

namespace MetaKube.Tests.Chat;

public sealed class TeamNotesTests : IAsyncDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly CancellationToken token = TestContext.Current.CancellationToken;
    private IRedisConnection? connection;

    private static readonly ThreadRecord Thread = new("why", "shop", null, SampleAnswer.Investigation.Id);

    public async ValueTask DisposeAsync()
    {
        if (connection is not null)
            await connection.DisposeAsync();
        folder.Dispose();
    }

    private async Task<TeamNotes> OpenAsync()
    {
        connection = await GarnetConnection.OpenAsync(folder.Path, token);
        var keys = new RedisKeys("test");
        var investigations = new InvestigationStore(connection, keys, TimeProvider.System);
        await investigations.SaveAsync(SampleAnswer.Investigation, [], token);
        return new(null!, investigations, new(connection, keys), TimeProvider.System);
    }

    private Task<string> SayAsync(TeamNotes notes, string text, Permission? permission = null) =>
        notes.AnswerAsync(text, Thread, "console:ada", permission ?? Permission.Everything, token);

    [Fact]
    public async Task A_note_is_kept_shown_and_forgotten()
    {
        var notes = await OpenAsync();
        (await SayAsync(notes, "note: password=hunter2hunter2 moves on Friday")).ShouldStartWith("Noted for ");
        (await SayAsync(notes, "take a note that it is a batch job")).ShouldStartWith("Noted for ");
        var shown = await SayAsync(notes, "show notes");
        shown.ShouldContain("1. Ada on ");
        shown.ShouldContain("2. Ada on ");
        shown.ShouldContain("moves on Friday");
        shown.ShouldNotContain("hunter2");
        (await SayAsync(notes, "forget note")).ShouldContain("2 notes");
        (await SayAsync(notes, "forget note 1")).ShouldContain("moves on Friday");
        (await SayAsync(notes, "show notes")).ShouldContain("1. Ada on ");
        (await SayAsync(notes, "forget the note")).ShouldContain("batch job");
        (await SayAsync(notes, "show notes")).ShouldStartWith("There is no note about ");
    }

    [Theory]
    [InlineData("note that it is a batch job", true)]
    [InlineData("remember: it is a batch job", true)]
    [InlineData("Notiz: der Job läuft nachts", true)]
    [InlineData("anota que corre por la noche", true)]
    [InlineData("备注：周五迁移", true)]
    [InlineData("show notes", false)]
    [InlineData("notes of checkout", false)]
    [InlineData("what do you remember?", false)]
    [InlineData("forget note 2", false)]
    public void A_note_is_told_from_a_question_about_notes(string text, bool isNew) =>
        TeamNotes.IsNew(text).ShouldBe(isNew);

    [Fact]
    public async Task Without_an_answer_there_is_nothing_to_note()
    {
        var notes = await OpenAsync();
        (await notes.AnswerAsync("note: x", null, "cli:ada", Permission.Everything, token)).ShouldStartWith("I keep");
    }
}
