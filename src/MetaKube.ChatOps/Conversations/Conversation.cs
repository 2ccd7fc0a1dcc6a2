using MetaKube.Chat;
using MetaKube.ChatOps.Conversations.FollowUps;
using MetaKube.Investigations;
using MetaKube.Memory;
using MetaKube.Model;

namespace MetaKube.ChatOps.Conversations;

/// <summary>
/// Replies to one request of a message. A thread has a subject, which changes only when another object is named; words
/// that name nothing are about it.
/// </summary>
internal sealed class Conversation(
    ThreadSubjects subjects,
    ThreadCases cases,
    AnswerPosting answering,
    FeedbackIntake feedback,
    TeamNotes notes,
    TimeProvider time
)
{
    /// <returns>The reply; null where nothing is to be said.</returns>
    /// <exception cref="NotPermittedException">It is about something that the asker may not ask about.</exception>
    /// <exception cref="EvidenceUnavailableException">Nothing at all can be read.</exception>
    public Task<TurnReply?> ReplyAsync(
        IntentReading reading,
        ThreadRecord? thread,
        MentionTurn turn,
        CancellationToken cancellationToken
    ) =>
        reading.Intent switch
        {
            Intent.None or Intent.Thanks => Said(null),
            Intent.Help => Said(HelpReply.Of()),
            Intent.ExplainCode code => Said(ExplainReply.OfCode(code.Code)),
            Intent.Language language => Said(HelpReply.OfLanguage(language.Name)),
            Intent.Note => NoteAsync(reading, thread, turn, cancellationToken),
            Intent.Stop { IsForGood: false } => Said(null),
            Intent.Stop => Said(HelpReply.OfStop(thread)),
            Intent.Privacy => Said(HelpReply.OfPrivacy()),
            Intent.List or Intent.SafeToDeploy => ListAsync(reading, thread, turn, cancellationToken),
            Intent.Elsewhere { Number: { } number } => NumberAsync(number, reading, thread, turn, cancellationToken),
            Intent.Acknowledge when thread is not null => Said(TakenOver(thread, turn)),
            Intent.Silence silence when thread is not null => Said(Silenced(thread, silence.For)),
            Intent.GiveFeedback given => LearnAsync(given, thread, turn, cancellationToken),
            _ => AboutSubjectAsync(reading, thread, turn, cancellationToken),
        };

    /// <summary>Investigates a symptom and answers with the card.</summary>
    public async Task<TurnReply> InvestigateAsync(
        Investigation investigation,
        ThreadRecord? before,
        MentionTurn turn,
        CancellationToken cancellationToken
    )
    {
        var (view, thread, recent) = await answering.ComposeAsync(
            turn.Chat,
            investigation,
            turn.Permission,
            cancellationToken
        );
        var fix = investigation.Diagnosis.Remedies is [var first, ..]
            ? $"Fix: {CaseText.Sentence(first.Summary)}"
            : null;
        return TurnReply.Of(CaseText.Sentence(view.Verdict), view.Cause, fix) with
        {
            Card = view,
            Buttons = view.Buttons,
            Thread = thread with { Turns = before?.Turns ?? [], SilencedUntil = before?.SilencedUntil },
            Recent = recent,
        };
    }

    private async Task<TurnReply?> AboutSubjectAsync(
        IntentReading reading,
        ThreadRecord? thread,
        MentionTurn turn,
        CancellationToken cancellationToken
    )
    {
        var isName = reading.Intent is Intent.Elsewhere or Intent.Show or Intent.Write;
        var named = await subjects.FindAsync(
            reading.IsWhole ? "" : reading.Named,
            thread,
            isName,
            reading.Intent is Intent.Elsewhere,
            turn.Permission,
            cancellationToken
        );
        // People talk to each other: words that name nothing here are not about the thread.
        var isOurs =
            turn.Mention.IsAddressed
            || reading.IsWhole
            || reading.IsSpecific
            || reading.Intent is Intent.Ask
            || named is not NamedSubject.Nothing;
        if (!isOurs)
            return thread is null ? null : await FactAsync(reading, thread, turn, cancellationToken);
        return named switch
        {
            NamedSubject.Missing when !turn.Mention.IsAddressed => null,
            NamedSubject.Missing missing => TurnReply.Of(missing.Sentence, Still(thread)),
            NamedSubject.Other other => await AboutOtherAsync(reading, other, thread, turn, cancellationToken),
            _ when thread is null => await AboutNothingAsync(reading, turn, cancellationToken),
            _ => await AboutKnownAsync(reading, named is NamedSubject.Same, thread, turn, cancellationToken),
        };
    }

    /// <summary>A message that starts a thread and names nothing.</summary>
    private async Task<TurnReply> AboutNothingAsync(
        IntentReading reading,
        MentionTurn turn,
        CancellationToken cancellationToken
    )
    {
        if (reading.Intent is not (Intent.Ask or Intent.Why or Intent.Deeper or Intent.IsFixed))
            return UnclearReply.Of(null);
        var investigation = await cases.InvestigateAsync(
            new(MentionSymptom.Clean(reading.Text)),
            turn,
            null,
            cancellationToken
        );
        return await InvestigateAsync(investigation, null, turn, cancellationToken);
    }

    /// <summary>The subject becomes another one, and the reply says so.</summary>
    private async Task<TurnReply> AboutOtherAsync(
        IntentReading reading,
        NamedSubject.Other other,
        ThreadRecord? thread,
        MentionTurn turn,
        CancellationToken cancellationToken
    )
    {
        // The words of the question say more than the name: a symptom, a time.
        var isQuestion = reading.Intent is Intent.Ask or Intent.Why or Intent.IsFixed && other.Remark is null;
        var words = MentionSymptom.Clean(reading.Text);
        var symptom = isQuestion ? new Symptom(words) : other.Symptom;
        var investigation = await cases.InvestigateAsync(symptom, turn, null, cancellationToken);
        if (
            isQuestion
            && other.Object is { } wanted
            && investigation.Target is not null
            && investigation.Target.Object != wanted.Object
        )
            investigation = await cases.InvestigateAsync(other.Symptom, turn, null, cancellationToken);
        var answer = await InvestigateAsync(investigation, thread, turn, cancellationToken);
        return AsksForAnswer(reading.Intent)
            ? WithRemark(answer, other.Remark)
            : await FollowUpAsync(reading, answer, other.Remark, thread, turn, cancellationToken);
    }

    /// <summary>True for a request that the whole answer about another object serves.</summary>
    private static bool AsksForAnswer(Intent intent) =>
        intent
            is Intent.Ask
                or Intent.Why
                or Intent.Elsewhere
                or Intent.Deeper
                or Intent.IsFixed
                or Intent.Summarise { IsHandOver: false };

    private static TurnReply WithRemark(TurnReply answer, string? remark) =>
        remark is null ? answer : answer with { Card = answer.Card! with { Remark = remark } };

    /// <summary>A follow-up about another object: the subject becomes that object, and the reply says so.</summary>
    private async Task<TurnReply> FollowUpAsync(
        IntentReading reading,
        TurnReply answer,
        string? remark,
        ThreadRecord? thread,
        MentionTurn turn,
        CancellationToken cancellationToken
    )
    {
        var known = answer.Thread!;
        var reply = await OnCaseAsync(reading, await LoadAsync(known, cancellationToken), turn, cancellationToken);
        var moved = thread is null ? null : $"This is now about {known.Subject} (before: {thread.Subject}).";
        return reply with
        {
            Text = TurnReply.Of(remark ?? moved, reply.Text).Text,
            Thread = reply.Thread ?? known,
            Recent = answer.Recent,
        };
    }

    private async Task<TurnReply?> AboutKnownAsync(
        IntentReading reading,
        bool isNamed,
        ThreadRecord thread,
        MentionTurn turn,
        CancellationToken cancellationToken
    )
    {
        switch (reading.Intent)
        {
            case Intent.Elsewhere when !turn.Mention.IsAddressed:
                return null;
            case Intent.Ask when turn.Chat.Ref.IsWholeChat && !isNamed:
                return await AboutNothingAsync(reading, turn, cancellationToken);
            case Intent.Ask
                when !isNamed || !reading.Text.Trim().Equals(reading.Rest, StringComparison.OrdinalIgnoreCase):
                var fact = await FactAsync(reading, thread, turn, cancellationToken);
                return fact is null && turn.Mention.IsAddressed ? UnclearReply.Of(thread) : fact;
            case Intent.Ask or Intent.Elsewhere or Intent.Deeper:
                return await AgainAsync(reading.Intent is Intent.Deeper, thread, turn, cancellationToken);
            default:
                return await OnCaseAsync(reading, await LoadAsync(thread, cancellationToken), turn, cancellationToken);
        }
    }

    /// <summary>Answers a free question from the facts around the subject; null where none bears on it.</summary>
    private async Task<TurnReply?> FactAsync(
        IntentReading reading,
        ThreadRecord thread,
        MentionTurn turn,
        CancellationToken cancellationToken
    )
    {
        var known = await NowAsync(await LoadAsync(thread, cancellationToken), turn, cancellationToken);
        IEvidenceCase? opened = null;
        if (!thread.IsPasted)
        {
            opened = await cases.OpenAsync(thread, turn.Permission, cancellationToken);
            await opened.CollectAsync(SilentProgress.Instance, cancellationToken);
        }
        var facts = await CaseFacts.OfAsync(known, opened, cancellationToken);
        return FactReply.Of(known, reading.Rest, facts, turn.Mention.IsAddressed);
    }

    /// <summary>Investigates the subject again; the same answer is told in words instead of by the same card.</summary>
    private async Task<TurnReply> AgainAsync(
        bool isDeeper,
        ThreadRecord thread,
        MentionTurn turn,
        CancellationToken cancellationToken
    )
    {
        if (thread.IsPasted)
            return DeeperReply.Of(await LoadAsync(thread, cancellationToken));
        var symptom =
            thread.Question.Length > 0 ? new Symptom(thread.Question, thread.Namespace) : ThreadCases.SymptomOf(thread);
        var investigation = await cases.InvestigateAsync(
            symptom,
            turn,
            isDeeper ? Pathway.Analytical : null,
            cancellationToken
        );
        var before = await cases.LoadAsync(thread, cancellationToken);
        var answer = await InvestigateAsync(investigation, thread, turn, cancellationToken);
        var diagnosis = investigation.Diagnosis;
        if (
            before is null
            || before.Cause.Fault != diagnosis.Fault
            || before.Cause.Resource?.ToResource() != diagnosis.Resource
        )
            return answer;
        var known = answer.Thread! with { Listed = thread.Listed };
        return DeeperReply.Of(await LoadAsync(known, cancellationToken)) with
        {
            Thread = known,
            Recent = answer.Recent,
            Buttons = answer.Buttons,
        };
    }

    private async Task<TurnReply> OnCaseAsync(
        IntentReading reading,
        ThreadCase known,
        MentionTurn turn,
        CancellationToken cancellationToken
    ) =>
        reading.Intent switch
        {
            Intent.Why => WhyReply.Of(known),
            Intent.HowToFix => FixReply.Of(known),
            Intent.Sure => SureReply.Of(known),
            Intent.Explain explain => ExplainReply.Of(known, explain.IsForManager),
            Intent.Ticket => TicketReply.Of(known),
            Intent.Write write => WriteReply.Of(known, write),
            Intent.SinceWhen => SinceReply.Of(await NowAsync(known, turn, cancellationToken)),
            Intent.IsFixed => IsFixedReply.Of(await NowAsync(known, turn, cancellationToken)),
            Intent.WhoIsAffected => AffectedReply.Of(await NowAsync(known, turn, cancellationToken)),
            Intent.Summarise summary => SummaryReply.Of(
                await NowAsync(known, turn, cancellationToken),
                summary.IsHandOver
            ),
            Intent.Postmortem => PostmortemReply.Of(await NowAsync(known, turn, cancellationToken)),
            Intent.WhatChanged changed => ChangesReply.Of(
                await NowAsync(known, turn, cancellationToken),
                await ChangesAsync(known, turn, cancellationToken),
                changed.IsAboutPeople
            ),
            Intent.Show show => await ShowAsync(show.Part, known, turn, cancellationToken),
            Intent.History => HistoryReply.Of(known, await cases.EarlierAsync(known, cancellationToken)),
            Intent.Acknowledge => TakenOver(known.Thread, turn),
            Intent.Silence silence => Silenced(known.Thread, silence.For),
            _ => UnclearReply.Of(known.Thread),
        };

    private Task<ThreadCase> NowAsync(ThreadCase known, MentionTurn turn, CancellationToken cancellationToken) =>
        cases.ReadAgainAsync(known, turn.Permission, cancellationToken);

    private async Task<ThreadCase> LoadAsync(ThreadRecord thread, CancellationToken cancellationToken) =>
        await cases.LoadAsync(thread, cancellationToken)
        ?? throw new EvidenceUnavailableException(
            $"my answer about {thread.Subject} is older than a week and no longer kept; ask again what is wrong."
        );

    private async Task<TurnReply> ShowAsync(
        ShownPart part,
        ThreadCase known,
        MentionTurn turn,
        CancellationToken cancellationToken
    )
    {
        if (known.Thread.IsPasted)
            return TurnReply.Of("I have only the text that was pasted; name an object of the cluster to see more.");
        if ((known.Thread.Target ?? NamespaceOf(known.Thread, part)) is not { } resource)
            return TurnReply.Of(
                $"I do not know which object you mean; name it, as in: {part.ToString().ToLowerInvariant()} of "
                    + "pod shop/checkout-7d9"
            );
        var answer = await ReadAsync(ShowReply.ToolOf(part), resource, known.Thread, turn, cancellationToken);
        return ShowReply.Of(part, resource, answer);
    }

    private static ResourceRef? NamespaceOf(ThreadRecord thread, ShownPart part) =>
        part == ShownPart.Pods && thread.Scope is { } ns ? new("Namespace", null, ns) : null;

    private async Task<IReadOnlyList<string>> ChangesAsync(
        ThreadCase known,
        MentionTurn turn,
        CancellationToken cancellationToken
    )
    {
        if (known.Thread.IsPasted || known.Thread.Target is not { } target)
            return [];
        var text = await ReadAsync(EvidenceTool.Changes, target, known.Thread, turn, cancellationToken);
        return text.StartsWith("No change", StringComparison.Ordinal) ? [] : text.Split('\n');
    }

    private async Task<string> ReadAsync(
        EvidenceTool tool,
        ResourceRef resource,
        ThreadRecord thread,
        MentionTurn turn,
        CancellationToken cancellationToken
    )
    {
        var opened = await cases.OpenAsync(thread, turn.Permission, cancellationToken);
        await opened.CollectAsync(SilentProgress.Instance, cancellationToken);
        return (await opened.ReadAsync(new(tool, resource), cancellationToken)).Text;
    }

    private async Task<TurnReply?> NumberAsync(
        int number,
        IntentReading reading,
        ThreadRecord? thread,
        MentionTurn turn,
        CancellationToken cancellationToken
    )
    {
        if (thread is null)
            return UnclearReply.Of(null);
        if (thread.Listed.Count < number)
            return TurnReply.Of(
                thread.Listed.Count == 0
                    ? $"I listed nothing to choose from. {Still(thread)}"
                    : $"I listed only {thread.Listed.Count}: "
                        + $"{string.Join(", ", thread.Listed.Select(ThreadRecord.NameOf))}."
            );
        var wanted = thread.Listed[number - 1];
        // The thread has the whole answer about it already.
        if (thread.Target == wanted && !thread.IsBroad)
            return await OnCaseAsync(
                reading with
                {
                    Intent = new Intent.Summarise(false),
                },
                await LoadAsync(thread, cancellationToken),
                turn,
                cancellationToken
            );
        var investigation = await cases.InvestigateAsync(ThreadCases.About(wanted), turn, null, cancellationToken);
        var answer = await InvestigateAsync(investigation, thread, turn, cancellationToken);
        return answer with { Thread = answer.Thread! with { Listed = thread.Listed } };
    }

    private async Task<TurnReply?> ListAsync(
        IntentReading reading,
        ThreadRecord? thread,
        MentionTurn turn,
        CancellationToken cancellationToken
    )
    {
        var named = await subjects.FindAsync(
            reading.IsWhole ? "" : reading.Named,
            null,
            isName: false,
            isElsewhere: false,
            turn.Permission,
            cancellationToken
        );
        var ns = named is NamedSubject.Other other ? other.Namespace ?? other.Object?.Namespace : null;
        var isWide = reading.Intent is Intent.List || thread is null;
        ns ??= isWide ? null : thread!.Target?.Namespace ?? thread.Scope;
        var symptom = ns is null ? new Symptom("what is wrong?") : ThreadCases.AboutNamespace(ns);
        var opened = await cases.OpenAsync(symptom, turn.Permission, cancellationToken);
        var evidence = await opened.CollectAsync(SilentProgress.Instance, cancellationToken);
        var where = ns is null ? $"cluster {evidence.Cluster}" : $"namespace {ns}";
        if (reading.Intent is Intent.List { Kind: ListedKind.Namespaces })
            return ListReply.Namespaces([
                .. evidence.Namespaces.Where(one => turn.Permission.Allows(evidence.Cluster, one)),
            ]);
        if (reading.Intent is Intent.List { Kind: ListedKind.Pods } && ns is not null)
            return ShowReply.Of(
                ShownPart.Pods,
                new("Namespace", null, ns),
                (await opened.ReadAsync(new(EvidenceTool.Pods, new("Namespace", null, ns)), cancellationToken)).Text
            );
        var failures = ListReply.FailuresIn(evidence);
        var reply =
            reading.Intent is Intent.SafeToDeploy
                ? ListReply.Safe(where, failures)
                : ListReply.Failing(where, failures);
        return reply with { Thread = await ListedAsync(failures, ns, symptom, thread, turn, cancellationToken) };
    }

    /// <summary>The thread with the list; a thread that starts with it is about the namespace or the cluster.</summary>
    private async Task<ThreadRecord> ListedAsync(
        IReadOnlyList<ListReply.Failure> failures,
        string? ns,
        Symptom symptom,
        ThreadRecord? thread,
        MentionTurn turn,
        CancellationToken cancellationToken
    )
    {
        if (thread is null)
        {
            var investigation = await cases.InvestigateAsync(symptom, turn, null, cancellationToken);
            thread = new(symptom.Question, symptom.Namespace, null, investigation.Id) { Scope = ns };
        }
        return failures.Count == 0 ? thread : thread with { Listed = [.. failures.Select(one => one.Resource)] };
    }

    private async Task<TurnReply?> LearnAsync(
        Intent.GiveFeedback given,
        ThreadRecord? thread,
        MentionTurn turn,
        CancellationToken cancellationToken
    )
    {
        if (thread is null)
            return TurnReply.Of(
                "I gave no answer in this thread that this could be about; say it in the thread of the answer."
            );
        var known = await cases.LoadAsync(thread, cancellationToken);
        var fault = given is { Kind: FeedbackKind.Wrong, Words: { } cause } ? NamedCause.FaultOf(cause, known) : null;
        var episode = await feedback.LearnAsync(given, fault, thread.Investigation, turn, cancellationToken);
        // Silence was asked for on the strength of an answer that was wrong.
        var endsSilence = given.Kind is FeedbackKind.Wrong or FeedbackKind.Unhelpful;
        return TurnReply.Of(FeedbackWording.Of(thread.Subject, given, fault, episode)) with
        {
            Thread = endsSilence ? thread with { SilencedUntil = null } : null,
        };
    }

    private async Task<TurnReply?> NoteAsync(
        IntentReading reading,
        ThreadRecord? thread,
        MentionTurn turn,
        CancellationToken cancellationToken
    )
    {
        // A note may have several sentences, which are read as requests of their own.
        var whole = MentionSymptom.Clean(turn.Mention.Text);
        var text = TeamNotes.IsNew(whole) ? whole : reading.Text;
        var person = $"{turn.Chat.Ref.Platform}:{turn.Mention.User}";
        return TurnReply.Of(await notes.AnswerAsync(text, thread, person, turn.Permission, cancellationToken));
    }

    private static TurnReply TakenOver(ThreadRecord thread, MentionTurn turn) =>
        TurnReply.Of($"Noted for {thread.Subject}: you have taken it over.") with
        {
            Thread = thread with { AcknowledgedBy = turn.Mention.User },
        };

    private TurnReply Silenced(ThreadRecord thread, TimeSpan length)
    {
        var until = time.GetUtcNow() + length;
        return TurnReply.Of(
            $"Silenced for {CaseText.Age(length)}: until {until.UtcDateTime:yyyy-MM-dd HH:mm} UTC I do not post that "
                + $"the alert of this thread ({thread.Subject}) still fires or fires again. It ends earlier when the "
                + "alert is resolved or the answer is marked as wrong; a critical alert is not silenced.",
            "The alert itself goes on: silence it in Alertmanager. I still answer you."
        ) with
        {
            Thread = thread with { SilencedUntil = until },
        };
    }

    private static string? Still(ThreadRecord? thread) =>
        thread is null ? null : $"This thread stays about {thread.Subject}.";

    private static Task<TurnReply?> Said(TurnReply? reply) => Task.FromResult(reply);
}
