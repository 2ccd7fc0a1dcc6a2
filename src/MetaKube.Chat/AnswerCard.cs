namespace MetaKube.Chat;

/// <summary>An answer as it stands in a chat: its details and the feedback on it are shown from this.</summary>
/// <param name="Thread">The thread of the answer.</param>
/// <param name="Message">The platform's id of the message.</param>
/// <param name="View">The answer.</param>
public sealed record AnswerCard(ThreadRef Thread, string Message, AnswerView View);
