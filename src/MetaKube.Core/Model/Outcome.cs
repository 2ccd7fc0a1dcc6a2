using System.Text.Json.Serialization;

namespace MetaKube.Model;

/// <summary>The outcome of an investigation, as far as memory knows.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Outcome>))]
public enum Outcome
{
    /// <summary>There is no feedback yet.</summary>
    [JsonStringEnumMemberName("pending")]
    Pending,

    /// <summary>A person said that the answer fixed it.</summary>
    [JsonStringEnumMemberName("fixed")]
    Fixed,

    /// <summary>A person said that the answer was wrong.</summary>
    [JsonStringEnumMemberName("wrong")]
    Wrong,

    /// <summary>A person said that the answer was wrong and named the right cause.</summary>
    [JsonStringEnumMemberName("corrected")]
    Corrected,

    /// <summary>The target recovered, without feedback from a person.</summary>
    [JsonStringEnumMemberName("observed")]
    Observed,
}
