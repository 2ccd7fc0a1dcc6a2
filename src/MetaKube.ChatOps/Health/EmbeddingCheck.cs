using MetaKube.ChatOps.KubeLlm;
using Microsoft.Extensions.Options;

namespace MetaKube.ChatOps.Health;

/// <summary>Checks the embedding model's server.</summary>
internal sealed class EmbeddingCheck(IOptions<EmbeddingOptions> options) : IPartCheck
{
    public string Part => "embedding";

    public async Task<IReadOnlyList<CheckResult>> RunAsync(CancellationToken cancellationToken)
    {
        if (options.Value.Endpoint is not { } endpoint)
            return
            [
                new(
                    Part,
                    CheckStatus.Off,
                    "No embedding model: memory compares symptom signatures, which needs none.",
                    "Embedding:Endpoint and Embedding:Model."
                ),
            ];
        return
        [
            await AddressCheck.RunAsync(
                Part,
                "The embedding server",
                new Uri(ModelHttp.ApiOf(endpoint), "models"),
                "Embedding:Endpoint",
                cancellationToken,
                options.Value.ApiKey
            ),
        ];
    }
}
