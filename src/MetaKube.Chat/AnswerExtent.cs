using System.Text.Json.Serialization;

namespace MetaKube.Chat;

/// <summary>The sections of an answer that one message shows.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<AnswerExtent>))]
public enum AnswerExtent
{
    /// <summary>All of them.</summary>
    Whole,

    /// <summary>The verdict, <see cref="AnswerView.Summary"/> and the buttons.</summary>
    Summary,

    /// <summary><see cref="AnswerView.Details"/>.</summary>
    Details,
}
