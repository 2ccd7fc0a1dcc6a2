using MetaKube.Chat;
using Microsoft.Extensions.Logging;

namespace MetaKube.ChatOps.Teams;

/// <summary>
/// Shows the typing indicator at once, then the steps: as a stream in a chat with one person, otherwise in the
/// placeholder that the answer will replace.
/// </summary>
internal sealed class TeamsProgress(TeamsThread thread, string work, TimeProvider time, ILogger logger)
    : ChatProgress(time, logger)
{
    private ProgressMessage? place;
    private int number = 1;

    protected override async Task BeginAsync()
    {
        if (thread.TryBegin())
            await thread.TypeAsync(CancellationToken.None);
    }

    protected override async Task<bool> AppearAsync()
    {
        // An earlier process may have posted the placeholder.
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
            ? thread.AppendAsync(place, Last, ++number, CancellationToken.None)
            : thread.ChangeAsync(place, TeamsCard.Working(Steps), CancellationToken.None);

    // The answer replaces the placeholder.
    protected override Task EndAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private string Last => Steps is [.., var last] ? last : "Investigating";
}
