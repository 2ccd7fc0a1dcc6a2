using System.Text.Json.Serialization;
using MetaKube.Model;

namespace MetaKube.Investigations;

/// <summary>
/// What a language model contributed to an investigation; it never holds words of the model, only its choices among
/// what the case has.
/// </summary>
public sealed record ModelPart
{
    /// <summary>The model's name, as its server or the configuration gives it.</summary>
    public required string Name { get; init; }

    public required ModelVerdict Verdict { get; init; }

    /// <summary>The catalogue code that the model chose, or null where it chose none.</summary>
    public string? Fault { get; init; }

    /// <summary>Where the model saw it.</summary>
    public ResourceRef? Resource { get; init; }

    /// <summary>Why there is no choice of the model, or null.</summary>
    public string? Failure { get; init; }

    /// <summary>How often it asked to see more.</summary>
    public int Requests { get; init; }

    public long PromptTokens { get; init; }

    public long CompletionTokens { get; init; }

    /// <summary>In words.</summary>
    [JsonIgnore]
    public string Says =>
        Verdict switch
        {
            ModelVerdict.Agreed => $"{Name} came to the same cause",
            ModelVerdict.Preferred => $"{Name} chose {Fault} among causes that the evidence supports about equally",
            ModelVerdict.Unsupported =>
                $"{Name} held {Fault} at {Resource} for the cause, which no finding supports enough: not followed",
            ModelVerdict.Abstained => $"{Name} did not decide",
            _ => $"{Name} took no part: {Failure}",
        };
}

/// <summary>What became of a model's choice.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ModelVerdict>))]
public enum ModelVerdict
{
    /// <summary>It is what findings, graph and memory say as well.</summary>
    [JsonStringEnumMemberName("agreed")]
    Agreed,

    /// <summary>It is the answer, in place of another that the evidence supports about as well.</summary>
    [JsonStringEnumMemberName("preferred")]
    Preferred,

    /// <summary>The findings do not support it enough to outweigh the deterministic answer.</summary>
    [JsonStringEnumMemberName("unsupported")]
    Unsupported,

    /// <summary>It says that the evidence does not decide.</summary>
    [JsonStringEnumMemberName("abstained")]
    Abstained,

    /// <summary>It gave no usable answer in time.</summary>
    [JsonStringEnumMemberName("failed")]
    Failed,
}
