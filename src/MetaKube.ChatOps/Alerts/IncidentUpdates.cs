using MetaKube.Chat;
using MetaKube.Redis;

namespace MetaKube.ChatOps.Alerts;

/// <summary>Queues the work that posts an incident's state in its channels, and that closes it.</summary>
internal sealed class IncidentUpdates(WorkQueue queue, TimeProvider time)
{
    /// <param name="incident">The incident.</param>
    /// <param name="cause">The id of the event that brought the update; a repeated event adds no second update.</param>
    /// <param name="channels">The channels to post in.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    public async Task SendAsync(
        Incident incident,
        string cause,
        IEnumerable<ThreadRef> channels,
        CancellationToken cancellationToken
    )
    {
        foreach (var channel in channels)
            await queue.AddAsync(
                new WorkItem.IncidentUpdate
                {
                    Id = $"{cause}:{channel.Key}",
                    At = time.GetUtcNow(),
                    Incident = incident.Id,
                    Channel = channel,
                },
                cancellationToken
            );
    }

    /// <param name="incident">The incident whose last group is resolved.</param>
    /// <param name="cause">The id of the event that brought it.</param>
    /// <param name="at">The time of the resolution; null for now.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    public Task CloseAsync(string incident, string cause, DateTimeOffset? at, CancellationToken cancellationToken) =>
        queue.AddAsync(
            new WorkItem.IncidentClosing
            {
                Id = cause,
                At = at ?? time.GetUtcNow(),
                Incident = incident,
            },
            cancellationToken
        );
}
