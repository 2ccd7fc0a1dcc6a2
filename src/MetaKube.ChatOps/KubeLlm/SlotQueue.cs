using System.Runtime.CompilerServices;
using System.Threading.RateLimiting;
using Microsoft.Extensions.AI;

namespace MetaKube.ChatOps.KubeLlm;

/// <summary>
/// Sends no more at once than the server has slots, first come, first served. An investigation asks for one turn after the other, so with each turn it
/// goes to the end of the queue: none starves another.
/// </summary>
internal sealed class SlotQueue(IChatClient inner, int slots) : DelegatingChatClient(inner)
{
    private readonly ConcurrencyLimiter limiter = new(new() { PermitLimit = slots, QueueLimit = int.MaxValue, QueueProcessingOrder = QueueProcessingOrder.OldestFirst });

    public override async Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        using var slot = await limiter.AcquireAsync(1, cancellationToken);
        return await base.GetResponseAsync(messages, options, cancellationToken);
    }

    public override async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        using var slot = await limiter.AcquireAsync(1, cancellationToken);
        await foreach (var update in base.GetStreamingResponseAsync(messages, options, cancellationToken)) yield return update;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) limiter.Dispose();
        base.Dispose(disposing);
    }
}
