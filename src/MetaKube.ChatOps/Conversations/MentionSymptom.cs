using MetaKube.Cluster.Redaction;
using MetaKube.Model;

namespace MetaKube.ChatOps.Conversations;

/// <summary>Turns a message into the symptom to investigate; the message is redacted first.</summary>
internal static class MentionSymptom
{
    private const int LongestQuestion = 1000;

    /// <summary>The symptom of a message that brings its evidence along.</summary>
    public static Symptom AboutPastes(string text) =>
        new(Clean(MentionEvidence.WithoutPastes(text)) is { Length: > 0 } words ? words : "what is wrong?");

    public static string Clean(string text) => new Redactor().Quote(text, LongestQuestion);
}
