using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace MetaKube.ChatOps.KubeLlm;

/// <summary>The language model. With neither an endpoint nor a server the bot works without one.</summary>
internal sealed class KubeLlmOptions : IValidatableObject
{
    /// <summary>The address of an OpenAI-compatible server (llama-server, vLLM, Ollama), with or without /v1.</summary>
    public Uri? Endpoint { get; set; }

    /// <summary>
    /// With an endpoint: the model's name there (empty: the first that it lists). With <see cref="Server"/>: a GGUF
    /// file, or a name of models.json.
    /// </summary>
    public string Model { get; set; } = "";

    public string ApiKey { get; set; } = "";

    /// <summary>A llama-server program to start and to stop with this process, such as "llama-server".</summary>
    public string Server { get; set; } = "";

    /// <summary>The port of that server; 0: any free port.</summary>
    [Range(0, 65535)]
    public int Port { get; set; }

    /// <summary>
    /// Investigations that use the model at the same time; 0: the number of slots that the server reports.
    /// </summary>
    [Range(0, 256)]
    public int Slots { get; set; }

    /// <summary>Tokens of context for one investigation; 0: the size that the server reports.</summary>
    [Range(0, 1_000_000)]
    public int Context { get; set; }

    /// <summary>Seconds that the model may take for one investigation.</summary>
    [Range(1, 3600)]
    public int TimeoutSeconds { get; set; } = 60;

    /// <summary>The number of times that the model may request more evidence in one investigation.</summary>
    [Range(0, 20)]
    public int Requests { get; set; } = 4;

    public bool IsConfigured => Endpoint is not null || Server.Length > 0;

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Endpoint is not null && Server.Length > 0)
            yield return new("Give KubeLlm:Endpoint or KubeLlm:Server, not both.");
        if (Server.Length > 0 && Model.Length == 0)
            yield return new(
                "KubeLlm:Server needs KubeLlm:Model: a GGUF file, or a name that metakube model list shows."
            );
    }
}

[OptionsValidator]
internal sealed partial class KubeLlmOptionsValidator : IValidateOptions<KubeLlmOptions>;
