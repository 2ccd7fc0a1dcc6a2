using MetaKube.Chat;
using MetaKube.Faults;
using MetaKube.Model;

namespace MetaKube.ChatOps.Conversations.FollowUps;

/// <summary>"Explain it simply", "for my manager", "what is CrashLoopBackOff?".</summary>
internal static class ExplainReply
{
    private const int MostRemedies = 2;

    public static TurnReply Of(ThreadCase c, bool isForManager) => isForManager ? ForManager(c) : Simply(c);

    /// <summary>The meaning of a fault code, a state or an exit code.</summary>
    public static TurnReply OfCode(string code)
    {
        if (TermText.Find(code) is { } meaning)
            return TurnReply.Of($"{code}: {meaning}");
        if (FaultCatalogue.Find(code.ToLowerInvariant()) is not { } fault)
            return TurnReply.Of($"I know no code \"{code}\".");
        return TurnReply.Of([
            $"{fault.Title} ({fault.Code}).",
            fault.Explanation,
            .. fault.Remedies.Take(MostRemedies).Select(remedy => $"• {remedy.Summary}"),
            fault.Prevention.Count > 0 ? $"To prevent it: {CaseText.Sentence(fault.Prevention[0])}" : null,
        ]);
    }

    private static TurnReply Simply(ThreadCase c)
    {
        if (c.Cause.Fault == Diagnosis.None)
            return TurnReply.Of($"In simple words: {c.Name} runs, and I find nothing wrong with it.");
        if (!c.NamesACause)
            return TurnReply.Of(
                $"In simple words: {c.Name} has a problem, and what I can read does not show why.",
                CaseText.Sentence(c.Cause.RootCause)
            );
        var fault = FaultCatalogue.Find(c.Cause.Fault);
        var terms = c
            .Cause.Findings.SelectMany(finding =>
                $"{finding.Summary} {finding.Quote}".Split(' ', ',', '"', '(', ')', ':')
            )
            .Distinct()
            .Select(word => (word, Meaning: word.Length > 5 ? TermText.Find(word) : null))
            .FirstOrDefault(term => term.Meaning is not null);
        return TurnReply.Of(
            $"In simple words: {CaseText.Sentence(c.Cause.RootCause)}",
            fault is { Explanation.Length: > 0 } ? CaseText.Sentence(fault.Explanation) : null,
            terms.Meaning is null ? null : $"{terms.word} means: {terms.Meaning}",
            $"So {c.Name} cannot do its work until that is put right.",
            CaseText.Fix(c)
        );
    }

    private static TurnReply ForManager(ThreadCase c) =>
        c.Cause.Fault switch
        {
            Diagnosis.None => TurnReply.Of($"For a manager: {c.Name} works; no problem is known at the moment."),
            Diagnosis.Unknown => TurnReply.Of(
                $"For a manager: {c.Name} has a problem. The cause is not known yet; the team is looking into it."
            ),
            _ => TurnReply.Of(
                $"For a manager: the service {c.Name} does not work as it should.",
                $"Cause: {CaseText.Sentence(c.Cause.RootCause)}",
                c.Cause.Remedies is [var first, ..]
                    ? $"What is to be done: {CaseText.Sentence(first.Summary)}"
                    : "What is to be done is still open.",
                CaseText.Feedback(c) ?? "State: not confirmed as fixed yet."
            ),
        };
}
