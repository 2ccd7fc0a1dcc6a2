using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace MetaKube.ChatOps.KubeLlm;

/// <summary>The language model; with neither an endpoint nor a server there is none.</summary>
internal sealed class KubeLlmOptions : IValidatableObject
{
    /// <summary>The address of an OpenAI-compatible server (llama-server, vLLM, Ollama), with or without /v1.</summary>
    public Uri? Endpoint { get; set; }

    /// <summary>
    /// With an endpoint: the model's name there (empty: the first it has). With a server of ours: a GGUF file, or a
    /// name of models.json.
    /// </summary>
    public string Model { get; set; } = "";

    public string ApiKey { get; set; } = "";

    /// <summary>A llama-server program to start and to stop with this process, such as "llama-server".</summary>
    public string Server { get; set; } = "";

    /// <summary>The port of that server; 0: any that is free.</summary>
    [Range(0, 65535)]
    public int Port { get; set; }

    /// <summary>Investigations that the model works on at once; 0: as many as the server says.</summary>
    [Range(0, 256)]
    public int Slots { get; set; }

    /// <summary>Tokens of context for one investigation; 0: what the server says.</summary>
    [Range(0, 1_000_000)]
    public int Context { get; set; }

    /// <summary>Seconds that the model may take for one investigation.</summary>
    [Range(1, 3600)]
    public int TimeoutSeconds { get; set; } = 60;

    /// <summary>How often the model may ask to see more in one investigation.</summary>
    [Range(0, 20)]
    public int Requests { get; set; } = 4;

    public bool IsConfigured => Endpoint is not null || Server.Length > 0;

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Endpoint is not null && Server.Length > 0)
            yield return new("Give KubeLlm:Endpoint or KubeLlm:Server, not both.");
        if (Endpoint is { } endpoint && !(endpoint.IsAbsoluteUri && endpoint.Scheme is "http" or "https"))
            yield return new("KubeLlm:Endpoint has to be an address such as http://llama-server:8080.");
        if (Server.Length > 0 && Model.Length == 0)
            yield return new(
                "KubeLlm:Server needs KubeLlm:Model: a GGUF file, or a name that metakube model list shows."
            );
    }
}

[OptionsValidator]
internal sealed partial class KubeLlmOptionsValidator : IValidateOptions<KubeLlmOptions>;
