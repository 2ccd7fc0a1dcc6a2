using MetaKube.Model;

namespace MetaKube.Chat;

/// <summary>The subject of a thread, to which later messages in it refer.</summary>
/// <param name="Question">The last question that was investigated.</param>
/// <param name="Namespace">The namespace that the question was limited to, or null.</param>
/// <param name="Target">The object that the question was about, or null.</param>
/// <param name="Investigation">The id of the last investigation.</param>
public sealed record ThreadRecord(string Question, string? Namespace, ResourceRef? Target, string Investigation);
