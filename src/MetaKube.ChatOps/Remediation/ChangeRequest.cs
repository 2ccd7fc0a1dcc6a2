using MetaKube.Chat;

namespace MetaKube.ChatOps.Remediation;

/// <summary>A step of a change that somebody asked for.</summary>
/// <param name="Work">The work item.</param>
/// <param name="Change">The change as it was stored when the step began.</param>
/// <param name="Chat">The thread to reply in; null: the step was asked for in the console.</param>
internal sealed record ChangeRequest(WorkItem.Remediation Work, ProposedChange Change, ChatThread? Chat);

/// <summary>A reply about a change.</summary>
/// <param name="Text">The sentences.</param>
/// <param name="Difference">The fields before and after, shown verbatim, or null.</param>
/// <param name="Buttons">The steps that can follow.</param>
internal sealed record ChangeReply(string Text, string? Difference, params IReadOnlyList<CardButton> Buttons);
