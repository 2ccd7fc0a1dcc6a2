using System.Runtime.CompilerServices;
using System.Threading.RateLimiting;
using MetaKube.Model;
using Microsoft.Extensions.AI;

namespace MetaKube.ChatOps.KubeLlm;

/// <summary>
/// Limits the number of parallel requests to the server's slots, in order of arrival. An investigation makes one
/// request after the other and goes to the end of the queue with each, so that none starves another. A request that
/// finds the queue full fails at once, and its investigation continues without the model.
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
        using var slot = await AcquireAsync(cancellationToken);
        return await base.GetResponseAsync(messages, options, cancellationToken);
    }

    public override async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages,
        ChatOptions? options = null,
        [EnumeratorCancellation] CancellationToken cancellationToken = default
    )
    {
        using var slot = await AcquireAsync(cancellationToken);
        await foreach (var update in base.GetStreamingResponseAsync(messages, options, cancellationToken))
            yield return update;
    }

    private async ValueTask<RateLimitLease> AcquireAsync(CancellationToken cancellationToken)
    {
        var slot = await limiter.AcquireAsync(1, cancellationToken);
        return slot.IsAcquired ? slot : throw new ModelUnavailableException("the model is busy with other questions");
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            limiter.Dispose();
        base.Dispose(disposing);
    }
}
