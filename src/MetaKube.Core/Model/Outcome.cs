using System.Text.Json.Serialization;

namespace MetaKube.Model;

/// <summary>What memory has learnt about how an investigation ended.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Outcome>))]
public enum Outcome
{
    /// <summary>Nobody has said anything yet.</summary>
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

    /// <summary>The target was seen to recover; nobody said a word.</summary>
    [JsonStringEnumMemberName("observed")]
    Observed,
}
