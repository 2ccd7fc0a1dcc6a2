using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace MetaKube.ChatOps.KubeLlm;

/// <summary>An embedding model for memory; without an endpoint the built-in signature is all there is.</summary>
internal sealed class EmbeddingOptions : IValidatableObject
{
    /// <summary>
    /// The address of a server with /v1/embeddings, such as llama-server --embeddings, with or without /v1.
    /// </summary>
    public Uri? Endpoint { get; set; }

    /// <summary>The model's name there; another name is another index.</summary>
    public string Model { get; set; } = "";

    public string ApiKey { get; set; } = "";

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Endpoint is { } endpoint && !(endpoint.IsAbsoluteUri && endpoint.Scheme is "http" or "https"))
            yield return new("Embedding:Endpoint has to be an address such as http://embeddings:8080.");
        if (Endpoint is not null && string.IsNullOrWhiteSpace(Model))
            yield return new(
                "Embedding:Endpoint needs Embedding:Model: by its name memory knows which vectors can be compared."
            );
    }
}

[OptionsValidator]
internal sealed partial class EmbeddingOptionsValidator : IValidateOptions<EmbeddingOptions>;
