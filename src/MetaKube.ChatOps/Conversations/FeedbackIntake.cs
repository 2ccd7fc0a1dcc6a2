using MetaKube.Chat;
using MetaKube.ChatOps.Diagnostics;
using MetaKube.ChatOps.Memory;
using MetaKube.Cluster.Redaction;
using MetaKube.Faults;
using MetaKube.Investigations;
using MetaKube.Memory;
using MetaKube.Model;
using MetaKube.Redis;

namespace MetaKube.ChatOps.Conversations;

/// <summary>Records the feedback that a person gives on an answer by words, a button, a form or a reaction.</summary>
internal sealed class FeedbackIntake(MemoryAccess memory, ConversationStore store, AnswerCards cards, TimeProvider time)
{
    private const int LongestText = 500;

    /// <summary>
    /// A message is posted before the store knows which investigation it answers; this long it may take.
    /// </summary>
    private static readonly TimeSpan NotedWithin = TimeSpan.FromMinutes(10);

    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);

    /// <summary>Records feedback that was written in the thread of an answer.</summary>
    /// <param name="given">The feedback; a cause in words that are refused is not learnt.</param>
    /// <param name="fault">The code of the cause that the words name, or null.</param>
    /// <param name="investigation">The investigation of the thread's subject.</param>
    /// <param name="turn">The message.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The episode after it, or null where memory does not keep the investigation.</returns>
    public async Task<Episode?> LearnAsync(
        Intent.GiveFeedback given,
        string? fault,
        string investigation,
        MentionTurn turn,
        CancellationToken cancellationToken
    )
    {
        var person = $"{turn.Chat.Ref.Platform}:{turn.Mention.User}";
        var words = Redacted(given.Words);
        var isFix = given.Kind == FeedbackKind.Fixed;
        var feedback = new Feedback(given.Kind, fault, isFix ? words : null, turn.Mention.At)
        {
            Comment = isFix ? null : words,
        };
        var stated = isFix || fault is not null || words is null ? null : CauseStatement.Read(words);
        await store.NoteSaidAsync(investigation, person, cancellationToken);
        return await RecordAsync(feedback.Naming(stated), investigation, person, cancellationToken);
    }

    /// <summary>Records feedback that was given by a button or a form.</summary>
    public async Task LearnAsync(WorkItem.FeedbackGiven given, ChatThread chat, CancellationToken cancellationToken)
    {
        if (await InvestigationOfAsync(given, chat.Ref, cancellationToken) is not { } investigation)
            return;
        await LearnAsync(
            new(given.Verdict, given.Fault, Redacted(given.What), given.At) { Comment = Redacted(given.Comment) },
            given.Cause,
            investigation,
            (given.User, given.UserName),
            chat,
            given.IsThanked,
            cancellationToken
        );
    }

    /// <summary>
    /// Records the strongest reaction of a person to an answer; without any left, the person's feedback is withdrawn.
    /// </summary>
    public async Task LearnAsync(WorkItem.Reaction reaction, ChatPlatform platform, CancellationToken cancellationToken)
    {
        var channel = new ThreadRef(reaction.Platform, reaction.Channel, "");
        if (
            await InvestigationOfAsync(channel, reaction.Message, reaction.At, cancellationToken)
            is not { } investigation
        )
            return;
        var kinds = (await store.ReactAsync(reaction, cancellationToken))
            .Where(platform.Reactions.ContainsKey)
            .Select(name => platform.Reactions[name])
            .ToList();
        var person = $"{reaction.Platform}:{reaction.User}";
        // Feedback by a button or by words outweighs an emoji.
        if (await store.HasSaidAsync(investigation, person, cancellationToken))
            return;
        if (kinds.Count == 0)
            await (await memory.OpenAsync(cancellationToken)).WithdrawAsync(investigation, person, cancellationToken);
        else
        {
            await RecordAsync(new(kinds.Min(), null, null, reaction.At), investigation, person, cancellationToken);
            await EndSilenceAsync(kinds.Min(), investigation, channel, cancellationToken);
        }
        var words = kinds.Count == 0 ? null : Opinion.InWords(kinds.Min(), null, null);
        var opinion = words is null ? null : new Opinion(words, reaction.User, "");
        await cards.ShowOpinionAsync(investigation, channel, reaction.User, opinion, platform.Open, cancellationToken);
    }

    private async Task LearnAsync(
        Feedback feedback,
        string? cause,
        string investigation,
        (string Id, string Name) user,
        ChatThread chat,
        bool isThanked,
        CancellationToken cancellationToken
    )
    {
        var person = $"{chat.Ref.Platform}:{user.Id}";
        var stated = Redacted(cause) is { } words ? CauseStatement.Read(words) : null;
        await store.NoteSaidAsync(investigation, person, cancellationToken);
        var episode = await RecordAsync(feedback.Naming(stated), investigation, person, cancellationToken);
        await EndSilenceAsync(feedback.Kind, investigation, chat.Ref, cancellationToken);
        if (!isThanked || episode is null || stated?.Refusal is not null)
            await chat.TellAsync(user.Id, Thanks(episode, stated?.Refusal), cancellationToken);
        var actual = stated?.Words ?? (feedback.Fault is { } code ? AnswerWording.Fault(code) : null);
        var opinion = Opinion.InWords(feedback.Kind, actual, feedback.Fix);
        if (episode is not null && opinion is not null)
            await cards.ShowOpinionAsync(
                investigation,
                chat.Ref,
                user.Id,
                new(opinion, user.Id, user.Name),
                _ => chat,
                cancellationToken
            );
    }

    private async Task<Episode?> RecordAsync(
        Feedback feedback,
        string investigation,
        string person,
        CancellationToken cancellationToken
    )
    {
        var episodes = await memory.OpenAsync(cancellationToken);
        var episode = await episodes.LearnAsync(investigation, person, feedback, cancellationToken);
        if (episode is null)
            return null;
        Telemetry.CountFeedback(feedback.Kind);
        return episode;
    }

    /// <summary>Silence that was asked for because of an answer ends when the answer is called wrong.</summary>
    private async Task EndSilenceAsync(
        FeedbackKind kind,
        string investigation,
        ThreadRef channel,
        CancellationToken cancellationToken
    )
    {
        if (
            kind is not (FeedbackKind.Wrong or FeedbackKind.Unhelpful)
            || await store.CardAsync(investigation, channel, cancellationToken) is not { } card
        )
            return;
        if (await store.ThreadAsync(card.Thread, cancellationToken) is { SilencedUntil: not null } silenced)
            await store.NoteAnsweredAsync(
                card.Thread,
                silenced with
                {
                    SilencedUntil = null,
                },
                null,
                cancellationToken
            );
    }

    private async Task<string?> InvestigationOfAsync(
        WorkItem.FeedbackGiven given,
        ThreadRef thread,
        CancellationToken cancellationToken
    )
    {
        if (given.Investigation.Length > 0)
            return given.Investigation;
        return given.Message.Length > 0
            ? await InvestigationOfAsync(thread, given.Message, given.At, cancellationToken)
            : (await store.ThreadAsync(thread, cancellationToken))?.Investigation;
    }

    /// <summary>The investigation that a message of the bot answers, or null.</summary>
    /// <exception cref="ChatUnavailableException">The store may not know it yet.</exception>
    private async Task<string?> InvestigationOfAsync(
        ThreadRef thread,
        string message,
        DateTimeOffset at,
        CancellationToken cancellationToken
    )
    {
        var investigation = await store.InvestigationOfAsync(
            thread.Platform,
            thread.Channel,
            message,
            cancellationToken
        );
        return investigation is null && time.GetUtcNow() - at < NotedWithin
            ? throw new ChatUnavailableException($"It is not known yet what {message} answers.", RetryAfter)
            : investigation;
    }

    private static string? Redacted(string? text) => text is null ? null : new Redactor().Quote(text, LongestText);

    private static string Thanks(Episode? episode, string? refusal) =>
        episode switch
        {
            null => "I no longer have that investigation in memory.",
            _ when refusal is not null => $"I did not keep the cause: {refusal}. Say in a sentence what was wrong.",
            { Answer: Diagnosis.None or Diagnosis.Unknown, Outcome: Outcome.Fixed } =>
                $"Noted{Of(episode)}: fixed. I had found no cause, so I learn none.",
            { Outcome: Outcome.Fixed } => $"Noted{Of(episode)}. I will know {Named(episode)} when I see it again.",
            { Outcome: Outcome.Corrected } => $"Noted{Of(episode)}. I will remember that it was {Named(episode)}.",
            { Outcome: Outcome.Wrong } =>
                $"Noted{Of(episode)}. I will not say {Named(episode)} again in cases like this. "
                    + "\"What fixed it?\" lets you tell me the cause.",
            _ => "Thank you. Opinions differ on this one; I count it as not settled.",
        };

    private static string Of(Episode episode) =>
        episode.Resource is { } resource ? $" for {ThreadRecord.NameOf(resource)}" : "";

    private static string Named(Episode episode) => episode.Open is { } open ? $"\"{open.Words}\"" : episode.Fault;
}
