using System.Text.Json.Serialization;

namespace MetaKube.Model;

/// <summary>The source that shows a <see cref="Signal"/>.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<SignalKind>))]
public enum SignalKind
{
    /// <summary>A Warning event, or a Normal one with an abnormal reason.</summary>
    [JsonStringEnumMemberName("event")]
    Event,

    /// <summary>The message of a failed probe.</summary>
    [JsonStringEnumMemberName("probe")]
    Probe,

    /// <summary>A condition that is not as it should be.</summary>
    [JsonStringEnumMemberName("condition")]
    Condition,

    /// <summary>A container that waits for another reason than its start.</summary>
    [JsonStringEnumMemberName("waiting")]
    Waiting,

    /// <summary>A container that ended with an error.</summary>
    [JsonStringEnumMemberName("exit")]
    Exit,

    /// <summary>A container that was restarted.</summary>
    [JsonStringEnumMemberName("restart")]
    Restart,

    /// <summary>A phase such as Failed or Lost, or a deletion that does not end.</summary>
    [JsonStringEnumMemberName("phase")]
    Phase,

    /// <summary>A log line that looks like an error.</summary>
    [JsonStringEnumMemberName("log")]
    Log,

    /// <summary>A log line whose duration stands out.</summary>
    [JsonStringEnumMemberName("duration")]
    Duration,

    /// <summary>The error of a command that a person typed.</summary>
    [JsonStringEnumMemberName("command")]
    Command,

    /// <summary>A line or message with the words that the question quotes.</summary>
    [JsonStringEnumMemberName("quoted")]
    Quoted,
}
