using System.Text.Json.Serialization;

namespace MetaKube.Model;

/// <summary>The reported problem.</summary>
/// <param name="Question">The question in plain words, redacted.</param>
/// <param name="Namespace">The namespace to which the asker limits it, or null.</param>
public sealed record Symptom(string Question, string? Namespace = null)
{
    /// <summary>
    /// Another reading of the same message, used where this one names no object; null where there is none. In a thread,
    /// for example, words that name no object are about the thread's own object.
    /// </summary>
    [JsonIgnore]
    public Symptom? Otherwise { get; init; }
}
