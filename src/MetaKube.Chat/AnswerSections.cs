using System.Globalization;
using MetaKube.Faults;
using MetaKube.Investigations;
using MetaKube.Memory;
using MetaKube.Model;
using static MetaKube.Chat.AnswerWording;

namespace MetaKube.Chat;

/// <summary>Composes the sections of an answer.</summary>
internal static class AnswerSections
{
    private const int SimilarShown = 3,
        GapsShown = 8,
        FixesShown = 3,
        EvidenceShown = 8,
        SignsShown = 5,
        RemarksShown = 3,
        OthersShown = 5,
        BriefSigns = 2,
        BriefOthers = 2,
        LongestBrief = 2 * PhoneScreen.Width,
        LongestCommand = 3 * PhoneScreen.Width;

    private const double SimilarFrom = 0.5;

    /// <summary>All sections of an investigation.</summary>
    public static IReadOnlyList<AnswerSection> Of(
        Investigation i,
        Func<RecalledEpisode, bool> isShown,
        IReadOnlyDictionary<string, Uri>? links
    ) =>
        InOrder([
            .. Causes(i.Diagnosis, i.Signals, ReportedKnowledge.Of(i)),
            new(
                AnswerSectionKind.TriedBefore,
                "Tried before without success",
                [
                    .. i
                        .Recollection.Contraindicated.Where(code => !OpenCause.IsCode(code))
                        .Order(StringComparer.Ordinal)
                        .Select(WithCode),
                ]
            ),
            Others(i.Others, isBrief: i.Target is null),
            Prevention(i.Diagnosis),
            i.HasComparableSymptoms ? Similar(i.Recollection, isShown, links) : NoSimilar,
            Gaps(i.Gaps, isBrief: !i.Diagnosis.NamesACause),
            HowFound(i),
        ]);

    /// <summary>The sections that follow from a diagnosis alone.</summary>
    public static IReadOnlyList<AnswerSection> Of(
        Diagnosis diagnosis,
        IReadOnlyList<OtherProblem> others,
        IReadOnlyList<Signal> signals,
        IReadOnlyList<ReportedKnowledge> knowledge,
        IReadOnlyList<Gap> gaps,
        bool isAboutObject
    ) =>
        InOrder([
            .. Causes(diagnosis, signals, knowledge),
            Others(others, isBrief: !isAboutObject),
            Prevention(diagnosis),
            Gaps(gaps, isBrief: !diagnosis.NamesACause),
        ]);

    private static IReadOnlyList<AnswerSection> InOrder(IEnumerable<AnswerSection> sections) =>
        [.. sections.Where(section => section.Lines.Count > 0).OrderBy(section => section.Kind)];

    private static readonly AnswerSection NoSimilar = new(AnswerSectionKind.SimilarIncidents, "", []);

    private static IEnumerable<AnswerSection> Causes(
        Diagnosis d,
        IReadOnlyList<Signal> signals,
        IReadOnlyList<ReportedKnowledge> knowledge
    )
    {
        var changes = d.Findings.Where(finding => finding.IsChange).Take(EvidenceShown).ToList();
        var evidence = d.Findings.Where(finding => !finding.IsChange).Take(EvidenceShown).ToList();
        yield return new(AnswerSectionKind.Changes, "What changed", Quotes(changes, 1))
        {
            Brief = [.. changes.Take(1).Select(change => new AnswerLine(Short($"{change.Summary}.")))],
        };
        yield return new(AnswerSectionKind.Evidence, "Evidence", Quotes(evidence, changes.Count + 1));
        yield return Signs(d, signals, changes.Count + evidence.Count + 1);
        foreach (var runbook in knowledge.Where(one => one.Kind == ReportedKnowledge.OfARunbook))
            yield return Runbook(runbook);
        yield return Explanation(d);
        yield return new(
            AnswerSectionKind.Chain,
            "Causal chain",
            d.Chain.Count > 1 ? [.. d.Chain.Select(link => new AnswerLine($"{link.Resource}: {link.Description}"))] : []
        );
        yield return Alternatives(d);
        yield return LooksLike(knowledge);
        yield return Fix(d);
    }

    private static AnswerSection Fix(Diagnosis d) =>
        new(
            AnswerSectionKind.Fix,
            d.Fault == Diagnosis.Unknown ? "Next steps" : "Fix",
            [
                .. d
                    .Remedies.Take(FixesShown)
                    .Select(
                        (remedy, n) =>
                            new AnswerLine(
                                $"{n + 1}. {remedy.Summary} (risk: {remedy.Risk.ToString().ToLowerInvariant()})"
                            )
                            {
                                Verbatim = remedy.Commands,
                            }
                    ),
            ]
        )
        {
            Brief = [.. d.Remedies.OrderBy(IsCheck).Take(1).Select(BriefOf)],
        };

    /// <summary>A remedy that only confirms the cause precedes the fix in the details, not in the summary.</summary>
    private static bool IsCheck(Remedy remedy) =>
        remedy.Summary.StartsWith(KnownFailure.ConfirmFirst, StringComparison.Ordinal);

    private static AnswerLine BriefOf(Remedy remedy)
    {
        var risk = remedy.Risk == Risk.Low ? "" : $" ({remedy.Risk.ToString().ToLowerInvariant()} risk)";
        return new(Short(remedy.Summary) + risk)
        {
            Verbatim = [.. remedy.Commands.Take(1).Where(command => command.Length <= LongestCommand)],
        };
    }

    /// <summary>Two lines on a phone, cut at the end of a word.</summary>
    private static string Short(string text)
    {
        if (text.Length <= LongestBrief)
            return text;
        var end = text.LastIndexOf(' ', LongestBrief - 1);
        return $"{text[..(end > LongestBrief / 2 ? end : LongestBrief - 1)].TrimEnd(',', ';', ':')}…";
    }

    private static AnswerSection Alternatives(Diagnosis d) =>
        new(
            AnswerSectionKind.Alternatives,
            d.Fault == Diagnosis.Unknown ? "Possible causes" : "Other possible causes",
            [.. d.Alternatives.Select(TextOf)]
        );

    private static AnswerLine TextOf(Alternative a) =>
        new(
            a.Open is { } open
                ? $"{a.Resource}: {open.Source} \"{open.Words}\" ({Percent(a.Confidence)})"
                : $"{a.Resource}: {Fault(a.Fault)} ({Percent(a.Confidence)}, {a.Fault})"
        );

    /// <summary>A runbook's steps; its file stands for the address where it has none.</summary>
    private static AnswerSection Runbook(ReportedKnowledge runbook) =>
        new(
            AnswerSectionKind.Runbook,
            $"Your runbook: {runbook.Title}",
            [
                .. (runbook.Steps ?? []).Select(
                    (step, n) => new AnswerLine($"{n + 1}. {step.Text}") { Verbatim = step.Commands }
                ),
                new($"{runbook.Link?.ToString() ?? runbook.Origin} ({runbook.Why})"),
            ]
        )
        {
            Brief = [new(Short(runbook.Link?.ToString() ?? runbook.Origin))],
        };

    private static AnswerSection LooksLike(IReadOnlyList<ReportedKnowledge> knowledge) =>
        new(
            AnswerSectionKind.LooksLike,
            "Looks like, by its words alone",
            [
                .. knowledge
                    .Where(one => one.Kind == ReportedKnowledge.Likeness)
                    .Select(like => new AnswerLine($"{like.Why}: {like.Title} ({KnownFailure.Prefix}{like.Id})")),
            ]
        );

    private static AnswerSection Explanation(Diagnosis d) =>
        new(
            AnswerSectionKind.Explanation,
            "Why",
            [
                .. KnowledgeLibrary
                    .Current.Of(d.Findings)
                    .Take(1)
                    .Select(known => new AnswerLine(known.Fault.Explanation)),
            ]
        );

    /// <summary>
    /// The signals of an answer that names no cause, without those that are findings already. Weak ones alone are
    /// remarks.
    /// </summary>
    private static AnswerSection Signs(Diagnosis d, IReadOnlyList<Signal> signals, int first)
    {
        var known = d.Findings.Select(finding => finding.Quote).ToHashSet();
        var unseen = d.NamesACause ? [] : signals.Where(signal => !known.Contains(signal.Quote)).ToList();
        var telling = unseen.Where(signal => signal.IsTelling).Take(SignsShown).ToList();
        var isTelling = telling.Count > 0;
        var shown = isTelling ? telling : unseen.Take(RemarksShown).ToList();
        return new(
            AnswerSectionKind.Signals,
            isTelling ? "The strongest signs" : "Remarks",
            [
                .. shown.Select(
                    (signal, n) => new AnswerLine(TextOf(signal)) { Verbatim = [signal.Quote], Citation = first + n }
                ),
            ]
        )
        {
            Brief = [.. (d.Fault == Diagnosis.Unknown ? shown : []).Take(BriefSigns).Select(BriefOf)],
        };
    }

    private static AnswerLine BriefOf(Signal signal)
    {
        var times = signal.Count > 1 ? $" {signal.Count} times" : "";
        var says = signal.Excerpt.Length > 0 ? signal.Excerpt : signal.Quote;
        return new(Short(signal.SaysWhy ? $"{signal.Summary}{times}: \"{says}\"" : $"{signal.Summary}{times}"));
    }

    private static string TextOf(Signal signal)
    {
        var where = signal.Resource is { } resource ? $"{resource}: " : "";
        var times = signal.Count > 1 ? $", {signal.Count} times" : "";
        return $"{where}{signal.Summary} ({signal.Source}{times})";
    }

    private static IReadOnlyList<AnswerLine> Quotes(IEnumerable<Finding> findings, int first) =>
        [
            .. findings.Select(
                (finding, n) =>
                    new AnswerLine($"{finding.Resource}: {finding.Summary} ({finding.Source})")
                    {
                        Verbatim = [finding.Quote],
                        Citation = first + n,
                    }
            ),
        ];

    private static AnswerSection Others(IReadOnlyList<OtherProblem> others, bool isBrief) =>
        new(
            AnswerSectionKind.OtherProblems,
            "Other problems",
            [
                .. others
                    .Take(OthersShown)
                    .Select(other => new AnswerLine($"{other.Resource}: {other.RootCause} ({other.Fault})")),
                .. More(others.Count - OthersShown),
            ]
        )
        {
            Brief = isBrief ? BriefOf(others) : [],
        };

    private static IReadOnlyList<AnswerLine> BriefOf(IReadOnlyList<OtherProblem> others) =>
        [
            .. others
                .Take(BriefOthers)
                .Select(other => new AnswerLine(Short($"{NameOf(other.Resource.Object)}: {other.RootCause}"))),
            .. More(others.Count - BriefOthers),
        ];

    private static AnswerSection Prevention(Diagnosis d) =>
        new(AnswerSectionKind.Prevention, "Prevention", [.. d.Prevention.Select(text => new AnswerLine(text))]);

    private static AnswerSection Similar(
        Recollection recollection,
        Func<RecalledEpisode, bool> isShown,
        IReadOnlyDictionary<string, Uri>? links
    ) =>
        new(
            AnswerSectionKind.SimilarIncidents,
            "Similar incidents",
            [
                .. recollection.Patterns.Where(pattern => pattern.Similarity > SimilarFrom).Take(1).Select(Pattern),
                .. recollection
                    .Episodes.Where(episode => episode.Similarity > SimilarFrom)
                    .Where(isShown)
                    .Take(SimilarShown)
                    .Select(episode => Incident(episode, links?.GetValueOrDefault(episode.Id))),
            ]
        );

    private static AnswerLine Incident(RecalledEpisode e, Uri? link)
    {
        var outcome = e.Outcome == Outcome.Pending ? "outcome unknown" : e.Outcome.ToString().ToLowerInvariant();
        var fix = e.Episode.Fix is null ? "" : $": \"{e.Episode.Fix}\"";
        var day = e.At.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        return new($"{day}, {Percent(e.Similarity)} similar: {Fault(e.Fault, e.Open)}; {outcome}{fix}")
        {
            Incident = e.Id,
            Link = link,
        };
    }

    private static AnswerLine Pattern(RecalledPattern p) =>
        new(
            $"{p.Id}, pattern of {p.Pattern.Count} incidents, {Percent(p.Similarity)} similar: "
                + $"{Fault(p.Fault, p.Open)} ({Percent(p.Pattern.Reliability)} reliable)"
        );

    private static AnswerSection Gaps(IReadOnlyList<Gap> gaps, bool isBrief) =>
        new(
            AnswerSectionKind.Gaps,
            "Could not be read",
            [
                .. gaps.Take(GapsShown).Select(gap => new AnswerLine($"{gap.What}: {gap.Why}")),
                .. More(gaps.Count - GapsShown),
            ]
        )
        {
            Brief = isBrief && gaps.Count > 0 ? [new(Short(string.Join(", ", gaps.Select(gap => gap.What))))] : [],
        };

    private static AnswerSection HowFound(Investigation i) =>
        new(
            AnswerSectionKind.HowFound,
            "How it was found",
            [
                new(PathwayOf(i)),
                new(ModelOf(i.Model)),
                new(
                    FormattableString.Invariant(
                        $"Evidence read in {i.Timings.CollectMs:0} ms, memory searched in {i.Timings.RecallMs:0} ms, "
                    ) + FormattableString.Invariant($"reasoned in {i.Timings.ReasonMs:0} ms")
                ),
            ]
        );

    private static string PathwayOf(Investigation i)
    {
        if (i.Pathway == Pathway.Intuitive)
            return $"Answered from memory: it is {Percent(i.Recollection.Confidence)} sure of this cause";
        return i.Escalated
            ? "Worked out from the evidence, because the evidence did not support the answer from memory"
            : $"Worked out from the evidence ({i.Why})";
    }

    private static string ModelOf(ModelPart? model) =>
        model switch
        {
            null => "No model took part",
            { Verdict: ModelVerdict.Failed } => model.Description,
            _ => FormattableString.Invariant(
                $"{model.Description} ({model.PromptTokens} + {model.CompletionTokens} tokens)"
            ),
        };

    private static AnswerLine WithCode(string code) => new($"{Fault(code)} ({code})");

    private static IEnumerable<AnswerLine> More(int count) => count > 0 ? [new($"and {count} more")] : [];
}
