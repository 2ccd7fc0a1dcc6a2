using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace MetaKube.ChatOps.KubeLlm;

/// <summary>An embedding model for memory. Without an endpoint memory compares signatures only.</summary>
internal sealed class EmbeddingOptions : IValidatableObject
{
    /// <summary>
    /// The address of a server with /v1/embeddings, such as llama-server --embeddings, with or without /v1.
    /// </summary>
    public Uri? Endpoint { get; set; }

    /// <summary>The model's name on the server. Each name has an index of its own.</summary>
    public string Model { get; set; } = "";

    public string ApiKey { get; set; } = "";

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Endpoint is not null && string.IsNullOrWhiteSpace(Model))
            yield return new(
                "Embedding:Endpoint needs Embedding:Model: vectors of different models cannot be compared."
            );
    }
}

[OptionsValidator]
internal sealed partial class EmbeddingOptionsValidator : IValidateOptions<EmbeddingOptions>;
