using System.Text.Json.Serialization;

namespace MetaKube.Model;

/// <summary>The two ways to an answer (paper, section 3): from memory, or by analysis.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Pathway>))]
public enum Pathway
{
    [JsonStringEnumMemberName("intuitive")]
    Intuitive,

    [JsonStringEnumMemberName("analytical")]
    Analytical,
}
