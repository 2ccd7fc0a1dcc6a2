using System.Text.RegularExpressions;
using MetaKube.Chat;
using MetaKube.ChatOps.Diagnostics;
using MetaKube.ChatOps.Memory;
using MetaKube.Cluster;
using MetaKube.Cluster.Redaction;
using MetaKube.Faults;
using MetaKube.Investigations;
using MetaKube.Memory;
using MetaKube.Model;
using MetaKube.Redis;

namespace MetaKube.ChatOps.Conversations;

/// <summary>Does what was asked in a thread.</summary>
internal sealed partial class Conversation(
    IEvidenceSource cluster,
    MemoryAccess memory,
    Answering answering,
    ConversationStore store,
    Delivery delivery,
    TimeProvider time
)
{
    private const int LongestQuestion = 1000,
        LongestVerbatim = 2500,
        LongestSaid = 500;

    private static readonly TimeSpan NotedWithin = TimeSpan.FromMinutes(10),
        LookAgain = TimeSpan.FromSeconds(1);

    /// <summary>Answers a question, or does what else a message asks for.</summary>
    public async Task AnswerAsync(
        WorkItem.Mention question,
        ChatThread chat,
        Permission permission,
        CancellationToken cancellationToken
    )
    {
        if (await delivery.DecidedAsync(question.Id, cancellationToken) is { } decided)
        {
            // What a process that is gone showed is taken away with the rest.
            await using var shown = chat.Show(question.Id, question.Message, question.User);
            await delivery.PostAsync(question.Id, decided, chat, mayBeThere: true, cancellationToken);
            return;
        }
        var thread = await store.ThreadAsync(chat.Ref, cancellationToken);
        var intent = Intent.Read(question.Text, question.IsAddressed, thread);
        if (intent is Intent.None)
            return;
        if (!permission.IsAny)
        {
            await chat.TellAsync(question.User, "You may not ask me anything here.", cancellationToken);
            return;
        }
        if (intent is Intent.Help)
        {
            await ReplyAsync(question.Id, new OutgoingMessage.Reply(Help), chat, cancellationToken);
            return;
        }
        if (intent is Intent.Judge judge)
        {
            await JudgeAsync(
                new(judge.Verdict, null, judge.What, question.At),
                thread!.Investigation,
                question.User,
                chat,
                isThanked: false,
                cancellationToken
            );
            return;
        }
        await using var progress = chat.Show(question.Id, question.Message, question.User);
        try
        {
            if (intent is Intent.Show show)
                await ShowAsync(question, show, thread!, chat, permission, cancellationToken);
            else
                await InvestigateAsync(question, intent, thread, chat, permission, progress, cancellationToken);
        }
        catch (NotPermittedException e)
        {
            await chat.TellAsync(question.User, e.Message, cancellationToken);
        }
        catch (EvidenceUnavailableException e)
        {
            await ReplyAsync(
                question.Id,
                new OutgoingMessage.Reply($"I cannot answer: {new Redactor().Sentence(e.Message)}"),
                chat,
                cancellationToken
            );
        }
    }

    /// <summary>Learns what a person said by a button or a form.</summary>
    public async Task JudgeAsync(WorkItem.FeedbackGiven opinion, ChatThread chat, CancellationToken cancellationToken)
    {
        var investigation = opinion switch
        {
            { Investigation.Length: > 0 } => opinion.Investigation,
            { Message.Length: > 0 } => await InvestigationOfAsync(
                chat.Ref,
                opinion.Message,
                opinion.At,
                cancellationToken
            ),
            _ => (await store.ThreadAsync(chat.Ref, cancellationToken))?.Investigation,
        };
        if (investigation is not null)
            await JudgeAsync(
                new(opinion.Verdict, opinion.Fault, opinion.What, opinion.At)
                {
                    Comment = opinion.Comment is null ? null : new Redactor().Quote(opinion.Comment, LongestSaid),
                },
                investigation,
                opinion.User,
                chat,
                opinion.IsThanked,
                cancellationToken
            );
    }

    /// <summary>Learns what a person holds of an answer, and thanks.</summary>
    private async Task JudgeAsync(
        Feedback vote,
        string investigation,
        string user,
        ChatThread chat,
        bool isThanked,
        CancellationToken cancellationToken
    )
    {
        var voter = $"{chat.Ref.Platform}:{user}";
        await store.NoteSaidAsync(investigation, voter, cancellationToken);
        var learnt = await LearnAsync(
            vote with
            {
                Fix = vote.Fix is null ? null : new Redactor().Quote(vote.Fix, LongestSaid),
            },
            investigation,
            voter,
            cancellationToken
        );
        if (isThanked && learnt is not null)
            return;
        var thanks = learnt switch
        {
            null => "I no longer have that investigation in memory.",
            { Outcome: Outcome.Fixed } => $"Thank you. I will know {learnt.Fault} when I see it again.",
            { Outcome: Outcome.Corrected } => $"Thank you. I will remember that it was {learnt.Fault}.",
            { Outcome: Outcome.Wrong } =>
                $"Thank you. I will not say {learnt.Answer} again in cases like this. \"What fixed it?\" lets you tell me the cause.",
            _ => "Thank you. Opinions differ on this one; I count it as not settled.",
        };
        await chat.TellAsync(user, thanks, cancellationToken);
    }

    /// <summary>
    /// Learns from the reactions that a person has on an answer of ours; the strongest counts, and none takes the vote
    /// back.
    /// </summary>
    public async Task JudgeAsync(
        WorkItem.Reaction reaction,
        IReadOnlyDictionary<string, FeedbackKind> meanings,
        CancellationToken cancellationToken
    )
    {
        if (
            await InvestigationOfAsync(
                new(reaction.Platform, reaction.Channel, ""),
                reaction.Message,
                reaction.At,
                cancellationToken
            )
            is not { } investigation
        )
            return;
        var verdicts = (await store.ReactAsync(reaction, cancellationToken))
            .Where(meanings.ContainsKey)
            .Select(name => meanings[name])
            .ToList();
        var voter = $"{reaction.Platform}:{reaction.User}";
        // Who pressed a button, or wrote it, does not take that back with an emoji.
        if (await store.HasSaidAsync(investigation, voter, cancellationToken))
            return;
        if (verdicts.Count == 0)
            await (await memory.OpenAsync(cancellationToken)).WithdrawAsync(investigation, voter, cancellationToken);
        else
            await LearnAsync(new(verdicts.Min(), null, null, reaction.At), investigation, voter, cancellationToken);
    }

    /// <summary>What a message of ours answers, or null.</summary>
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
        // A quick person, or a crash: the message stands in the thread before it is noted what it answers.
        return investigation is null && time.GetUtcNow() - at < NotedWithin
            ? throw new ChatUnavailableException($"It is not known yet what {message} answers.", LookAgain)
            : investigation;
    }

    private async Task<Episode?> LearnAsync(
        Feedback vote,
        string investigation,
        string voter,
        CancellationToken cancellationToken
    )
    {
        var episodes = await memory.OpenAsync(cancellationToken);
        var learnt = await episodes.LearnAsync(investigation, voter, vote, cancellationToken);
        if (learnt is not null)
            Telemetry.CountVote(vote.Kind);
        return learnt;
    }

    private async Task ShowAsync(
        WorkItem.Mention question,
        Intent.Show show,
        ThreadRecord thread,
        ChatThread chat,
        Permission permission,
        CancellationToken cancellationToken
    )
    {
        var of = show.Of.Length > 0 && !Pronoun().IsMatch(show.Of) ? Clean(show.Of) : null;
        var evidence = await new PermittedEvidence(cluster, permission).CollectAsync(
            of is null ? new(thread.Question, thread.Namespace) : new(of, thread.Namespace),
            SilentProgress.Instance,
            cancellationToken
        );
        var resource = evidence.Target ?? (of is null ? thread.Target : null);
        if (resource is null || evidence.Reader is null)
        {
            await ReplyAsync(
                question.Id,
                new OutgoingMessage.Reply(
                    $"I do not know which object you mean{(of is null ? "" : $" by \"{new Redactor().Sentence(of, 100)}\"")}; name it, as in: {show.Tool.ToString().ToLowerInvariant()} of pod shop/checkout-7d9"
                ),
                chat,
                cancellationToken
            );
            return;
        }
        var answer = await evidence.Reader(new(show.Tool, resource), cancellationToken);
        var text = answer.Text.Length <= LongestVerbatim ? answer.Text : $"…{answer.Text[^LongestVerbatim..]}";
        await ReplyAsync(
            question.Id,
            new OutgoingMessage.Reply($"{show.Tool} of {resource}:", text),
            chat,
            cancellationToken
        );
    }

    private async Task InvestigateAsync(
        WorkItem.Mention question,
        Intent intent,
        ThreadRecord? thread,
        ChatThread chat,
        Permission permission,
        ChatProgress progress,
        CancellationToken cancellationToken
    )
    {
        var text = Clean(question.Text);
        var source = cluster;
        IReadOnlyList<Symptom> symptoms;
        if (intent is Intent.Deeper)
            symptoms = [new(thread!.Question, thread.Namespace)];
        else if (intent is Intent.Elsewhere elsewhere)
            symptoms = Elsewhere(Clean(elsewhere.Where), thread!);
        else
        {
            var pastes = await PastesAsync(question, chat, cancellationToken);
            if (pastes.Count > 0)
            {
                source = new PastedEvidence(pastes, time);
                text = Fence().Replace(text, " ").Trim() is { Length: > 0 } words ? words : "what is wrong?";
            }
            // In a thread, words that name nothing are about what the thread is about.
            symptoms =
                thread?.Target is { } target && !chat.Ref.IsWholeChat && pastes.Count == 0
                    ? [new(text), new($"{text} {target.Kind} {target.Name}", target.Namespace)]
                    : [new(text)];
        }
        await InvestigateAsync(
            question.Id,
            symptoms,
            source,
            intent is Intent.Deeper ? Pathway.Analytical : null,
            chat,
            permission,
            progress,
            cancellationToken
        );
    }

    /// <summary>
    /// "And what about staging": the same object in another namespace, else what the words themselves name.
    /// </summary>
    private static IReadOnlyList<Symptom> Elsewhere(string where, ThreadRecord thread) =>
        thread.Target is { Namespace: not null } target && NamespaceName().Match(where) is { Success: true } name
            ? [new($"{target.Kind} {target.Name}", name.Groups[1].Value), new(where)]
            : [new(where)];

    private async Task InvestigateAsync(
        string work,
        IReadOnlyList<Symptom> symptoms,
        IEvidenceSource source,
        Pathway? chosen,
        ChatThread chat,
        Permission permission,
        ChatProgress progress,
        CancellationToken cancellationToken
    )
    {
        var permitted = new PermittedEvidence(source, permission);
        var symptom = symptoms[0];
        foreach (var candidate in symptoms)
        {
            if (
                candidate != symptoms[^1]
                && (await permitted.CollectAsync(candidate, SilentProgress.Instance, cancellationToken)).Target is null
            )
                continue;
            symptom = candidate;
            break;
        }
        var investigation = await answering.InvestigateAsync(
            permitted,
            symptom,
            chosen,
            progress.Report,
            cancellationToken
        );
        var outbox = await store.DecideAsync(
            work,
            await answering.RenderAsync(chat, symptom, investigation, permission, cancellationToken),
            cancellationToken
        );
        await delivery.PostAsync(work, outbox, chat, mayBeThere: false, cancellationToken);
    }

    private Task ReplyAsync(string work, OutgoingMessage reply, ChatThread chat, CancellationToken cancellationToken) =>
        delivery.ReplyAsync(work, reply, chat, cancellationToken);

    private static async Task<IReadOnlyList<PastedEvidence.Paste>> PastesAsync(
        WorkItem.Mention question,
        ChatThread chat,
        CancellationToken cancellationToken
    )
    {
        var pastes = Fence()
            .Matches(question.Text)
            .Select((fence, i) => new PastedEvidence.Paste($"pasted text {i + 1}", fence.Groups[1].Value.Trim('\n')))
            .Where(paste => paste.Text.Trim().Contains('\n', StringComparison.Ordinal))
            .ToList();
        foreach (var file in question.Files)
        {
            var name = new Redactor().Sentence(file.Name, 100);
            try
            {
                pastes.Add(new(name, await chat.ReadAsync(file, cancellationToken)));
            }
            catch (ChatRefusedException e)
            {
                throw new EvidenceUnavailableException($"{name}: {e.Message}", e);
            }
        }
        return pastes;
    }

    private static string Clean(string text) => new Redactor().Quote(text, LongestQuestion);

    private static string Help =>
        $"""
            Ask me what is wrong, in plain words: "why is checkout crashing", "pod shop/web-7d9 pending", "what is wrong in namespace shop".
            I read the cluster (never more than that), and answer here with the cause, its proof and its cure. Paste kubectl output, or attach it as a text file, and I read that instead.
            In a thread of mine: "dig deeper", "show the logs", "show the events of pod shop/web-7d9", "and what about staging?", "this fixed it: raised the limit".
            Tell me how it ended by the buttons or by a reaction: I remember it, and know it the next time. I know {FaultCatalogue.All.Count} causes.
            """;

    [GeneratedRegex(@"```(?:[a-z]*\n)?([\s\S]*?)```")]
    private static partial Regex Fence();

    [GeneratedRegex(@"^(?:it|this|that|them|the (?:pod|container|app))$", RegexOptions.IgnoreCase)]
    private static partial Regex Pronoun();

    [GeneratedRegex(
        @"^(?:(?:in|on)\s+)?(?:the\s+)?(?:namespace\s+)?([a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)(?:\s+namespace)?$"
    )]
    private static partial Regex NamespaceName();
}
