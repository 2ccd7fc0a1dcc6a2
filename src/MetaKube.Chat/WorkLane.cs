namespace MetaKube.Chat;

/// <summary>
/// Work items that are done one at a time, in the order in which they arrived. Different lanes are done in parallel.
/// </summary>
/// <param name="Key">The name under which the lane is stored.</param>
public readonly record struct WorkLane(string Key)
{
    private const string Follow = "follow";

    /// <summary>The same for all work of the lane; it follows from the key alone, so that no item has to be
    /// read.</summary>
    public WorkPriority Priority =>
        Key.Split(':') switch
        {
            ["votes" or "home", ..] => WorkPriority.Feedback,
            ["incident", ..] => WorkPriority.Update,
            ["alerts" or "closing", ..] or ["change", .., Follow] => WorkPriority.Alert,
            // A thread of a chat platform, or a change that a person decides about.
            _ => WorkPriority.Question,
        };

    /// <summary>The lane in which a work item is done.</summary>
    public static WorkLane Of(WorkItem work) =>
        new(
            work switch
            {
                WorkItem.Mention mention => mention.Thread.Key,
                WorkItem.DetailsWanted wanted => wanted.Thread.Key,
                WorkItem.Alert alert => $"alerts:{alert.Group}",
                WorkItem.IncidentClosing closing => $"closing:{closing.Incident}",
                WorkItem.IncidentUpdate update =>
                    $"incident:{update.Incident}:{update.Channel.Platform}:{update.Channel.Channel}",
                WorkItem.Reaction reaction => $"votes:{reaction.Platform}:{reaction.Channel}:{reaction.Message}",
                WorkItem.FeedbackGiven { Investigation.Length: > 0 } feedback => $"votes:{feedback.Investigation}",
                WorkItem.FeedbackGiven feedback =>
                    $"votes:{feedback.Thread.Platform}:{feedback.Thread.Channel}:{feedback.Message}",
                // Beside the lane of the person's decisions: an undo does not wait for the watch over the change.
                WorkItem.Remediation { Step: ChangeStep.Follow } follow => $"change:{follow.Investigation}:{Follow}",
                WorkItem.Remediation remediation => $"change:{remediation.Investigation}",
                WorkItem.HomeOpened opened => $"home:{opened.Platform}:{opened.User}",
                _ => throw new InvalidOperationException($"{work.GetType().Name} has no lane."),
            }
        );

    public override string ToString() => Key;
}
