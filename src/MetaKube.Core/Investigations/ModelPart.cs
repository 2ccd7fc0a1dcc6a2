using System.Text.Json.Serialization;
using MetaKube.Model;

namespace MetaKube.Investigations;

/// <summary>
/// The contribution of a language model to an investigation. It never holds text of the model, only its choices among
/// the faults, objects and findings of the case.
/// </summary>
public sealed record ModelPart
{
    /// <summary>The model's name, as its server or the configuration gives it.</summary>
    public required string Name { get; init; }

    public required ModelVerdict Verdict { get; init; }

    /// <summary>The catalogue code that the model chose, or null where it chose none.</summary>
    public string? Fault { get; init; }

    /// <summary>The object at which the model located the fault.</summary>
    public ResourceRef? Resource { get; init; }

    /// <summary>Why the model made no choice, or null.</summary>
    public string? Failure { get; init; }

    /// <summary>The number of its requests for more evidence.</summary>
    public int Requests { get; init; }

    public long PromptTokens { get; init; }

    public long CompletionTokens { get; init; }

    /// <summary>The part of a model whose choice got this verdict.</summary>
    public static ModelPart Of(ModelAnswer answer, ModelVerdict verdict)
    {
        var choice = answer.Conclusion is { Fault: not Diagnosis.Unknown } chosen ? chosen : null;
        return new()
        {
            Name = answer.Name,
            Verdict = verdict,
            Fault = choice?.Fault,
            Resource = choice?.Resource,
            Failure = answer.Failure,
            Requests = answer.Requests,
            PromptTokens = answer.PromptTokens,
            CompletionTokens = answer.CompletionTokens,
        };
    }

    /// <summary>The verdict as one sentence.</summary>
    [JsonIgnore]
    public string Description =>
        Verdict switch
        {
            ModelVerdict.Agreed => $"{Name} came to the same cause",
            ModelVerdict.Preferred => $"{Name} chose {Fault} among causes that the evidence supports about equally",
            ModelVerdict.Unsupported =>
                $"{Name} chose {Fault} at {Resource}, which the findings do not support well enough",
            ModelVerdict.Abstained => $"{Name} did not decide",
            _ => $"{Name} took no part: {Failure}",
        };
}

/// <summary>The use that was made of a model's choice.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ModelVerdict>))]
public enum ModelVerdict
{
    /// <summary>The choice equals the deterministic answer.</summary>
    [JsonStringEnumMemberName("agreed")]
    Agreed,

    /// <summary>The choice is the answer; the evidence supports it about as well as the deterministic one.</summary>
    [JsonStringEnumMemberName("preferred")]
    Preferred,

    /// <summary>The findings support the choice too little, so the deterministic answer stands.</summary>
    [JsonStringEnumMemberName("unsupported")]
    Unsupported,

    /// <summary>The model answered that the evidence does not decide.</summary>
    [JsonStringEnumMemberName("abstained")]
    Abstained,

    /// <summary>The model gave no usable answer in time.</summary>
    [JsonStringEnumMemberName("failed")]
    Failed,
}
