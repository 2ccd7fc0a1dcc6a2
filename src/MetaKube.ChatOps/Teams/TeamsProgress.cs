using MetaKube.Chat;
using Microsoft.Extensions.Logging;

namespace MetaKube.ChatOps.Teams;

/// <summary>
/// Three dots at once; then the steps, as a stream in a chat with one person, else in the message in whose place the
/// answer will stand.
/// </summary>
internal sealed class TeamsProgress(TeamsThread thread, string work, TimeProvider time, ILogger logger)
    : ChatProgress(time, logger)
{
    private TeamsThread.Place? place;
    private int number = 1;

    protected override async Task BeginAsync()
    {
        if (thread.TryBegin())
            await thread.TypeAsync(CancellationToken.None);
    }

    protected override async Task<bool> AppearAsync()
    {
        // A process before this one may have begun.
        place = await thread.PlaceAsync(work, CancellationToken.None);
        if (place is not null)
            return !place.IsStream;
        if (!thread.TryBegin())
            return false;
        place = await thread.IsPersonalAsync(CancellationToken.None)
            ? await thread.StreamAsync(work, Last, CancellationToken.None)
            : await thread.ReserveAsync(work, hasTurn: true, CancellationToken.None);
        return true;
    }

    protected override Task ChangeAsync() =>
        place!.IsStream
            ? thread.GoOnAsync(place, Last, ++number, CancellationToken.None)
            : thread.ChangeAsync(place, TeamsCard.Working(Steps), CancellationToken.None);

    // The answer has taken its place, or will.
    protected override Task EndAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private string Last => Steps is [.., var last] ? last : "I am looking into it";
}
