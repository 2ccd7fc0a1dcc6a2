namespace MetaKube.Chat;

/// <summary>A message to the bot in a thread and the start of its reply, for summaries.</summary>
/// <param name="At">The time of the message.</param>
/// <param name="User">The platform's id of the person.</param>
/// <param name="Text">The message, redacted and cut.</param>
/// <param name="Reply">The first line of the reply.</param>
public sealed record ThreadTurn(DateTimeOffset At, string User, string Text, string Reply);
