using MetaKube.ChatOps.Conversations;

namespace MetaKube.ChatOps.Jobs;

/// <summary>Hands each piece of work to the conversation, on the platform that it came from.</summary>
internal sealed class WorkDesk(Conversation conversation, IEnumerable<ChatPlatform> platforms)
{
    public async Task DoAsync(Work work, CancellationToken cancellationToken)
    {
        switch (work)
        {
            case Work.Question question:
                var asked = On(question.Thread.Platform);
                await conversation.AnswerAsync(question, asked.Open(question.Thread), Permission.Of(asked.Rules, question.Thread.Channel, question.User), cancellationToken);
                break;
            case Work.Alert alert:
                var told = On(alert.Thread.Platform);
                await conversation.AnswerAsync(alert, told, Permission.Of(told.Rules, alert.Thread.Channel, null), cancellationToken);
                break;
            case Work.Opinion opinion:
                await conversation.JudgeAsync(opinion, On(opinion.Thread.Platform).Open(opinion.Thread), cancellationToken);
                break;
            case Work.Reaction reaction:
                await conversation.JudgeAsync(reaction, On(reaction.Platform).Reactions, cancellationToken);
                break;
            case Work.HomeVisit visit:
                await On(visit.Platform).ShowHomeAsync(visit.User, cancellationToken);
                break;
        }
    }

    /// <summary>Says in the thread that something went wrong here; an error beside it is not worth another.</summary>
    public async Task ApologiseAsync(Work work, Exception error, CancellationToken cancellationToken)
    {
        if (error is ChatRefusedException || work is not (Work.Question or Work.Alert)) return;
        var thread = work is Work.Question question ? question.Thread : ((Work.Alert)work).Thread;
        // An alert whose thread could not even be started has no place for it.
        if (work is Work.Alert && thread.IsWholeChat) return;
        try
        {
            var chat = On(thread.Platform).Open(thread);
            var sorry = chat.Render($"Something went wrong on my side ({error.GetType().Name}); my log has more. Nothing in the cluster was changed.");
            await chat.PostAsync(work.Id, sorry with { Part = "apology" }, mayBeThere: true, cancellationToken);
        }
        catch (Exception e) when (e is ChatRefusedException or ChatUnavailableException)
        {
            // The log has it.
        }
    }

    private ChatPlatform On(string platform) => platforms.First(one => one.Name == platform);
}
