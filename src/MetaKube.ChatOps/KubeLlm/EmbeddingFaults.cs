using Microsoft.Extensions.AI;

namespace MetaKube.ChatOps.KubeLlm;

/// <summary>Does for embeddings what <see cref="ServerFaults"/> does for chat.</summary>
internal sealed class EmbeddingFaults(IEmbeddingGenerator<string, Embedding<float>> inner, Uri endpoint)
    : DelegatingEmbeddingGenerator<string, Embedding<float>>(inner)
{
    public override async Task<GeneratedEmbeddings<Embedding<float>>> GenerateAsync(
        IEnumerable<string> values,
        EmbeddingGenerationOptions? options = null,
        CancellationToken cancellationToken = default
    )
    {
        try
        {
            return await base.GenerateAsync(values, options, cancellationToken);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            throw ServerFaults.Translate(e, endpoint);
        }
    }
}
