using System.Text.Json.Serialization;

namespace MetaKube.Chat;

[JsonConverter(typeof(JsonStringEnumConverter<AnswerKind>))]
public enum AnswerKind
{
    /// <summary>The answer names a root cause.</summary>
    Cause,

    /// <summary>The evidence does not decide on a cause.</summary>
    Undetermined,

    /// <summary>No problem was found.</summary>
    Healthy,
}
