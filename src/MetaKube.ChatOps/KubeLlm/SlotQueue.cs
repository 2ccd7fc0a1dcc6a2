using System.Runtime.CompilerServices;
using System.Threading.RateLimiting;
using MetaKube.Model;
using Microsoft.Extensions.AI;

namespace MetaKube.ChatOps.KubeLlm;

/// <summary>
/// Sends no more at once than the server has slots, first come, first served. An investigation asks for one turn after
/// the other, so with each turn it
/// goes to the end of the queue: none starves another. Where more wait than will be served within any patience, who
/// comes next is answered without the model.
/// </summary>
internal sealed class SlotQueue(IChatClient inner, int slots) : DelegatingChatClient(inner)
{
    private const int WaitingPerSlot = 4;

    private readonly ConcurrencyLimiter limiter = new(
        new()
        {
            PermitLimit = slots,
            QueueLimit = slots * WaitingPerSlot,
            QueueProcessingOrder = QueueProcessingOrder.OldestFirst,
        }
    );

    public override async Task<ChatResponse> GetResponseAsync(
        IEnumerable<ChatMessage> messages,
        ChatOptions? options = null,
        CancellationToken cancellationToken = default
    )
    {
        using var slot = await TurnAsync(cancellationToken);
        return await base.GetResponseAsync(messages, options, cancellationToken);
    }

    public override async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages,
        ChatOptions? options = null,
        [EnumeratorCancellation] CancellationToken cancellationToken = default
    )
    {
        using var slot = await TurnAsync(cancellationToken);
        await foreach (var update in base.GetStreamingResponseAsync(messages, options, cancellationToken))
            yield return update;
    }

    private async ValueTask<RateLimitLease> TurnAsync(CancellationToken cancellationToken)
    {
        var turn = await limiter.AcquireAsync(1, cancellationToken);
        return turn.IsAcquired ? turn : throw new ModelUnavailableException("the model is busy with other questions");
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            limiter.Dispose();
        base.Dispose(disposing);
    }
}
