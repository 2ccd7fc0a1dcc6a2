using System.Text.Json.Serialization;
using MetaKube.Investigations;
using MetaKube.Memory;
using MetaKube.Model;

namespace MetaKube.Chat;

/// <summary>
/// An answer in words and in one order, before a terminal, a page or a chat gives it a form. Renderers add no text of
/// their own. All strings are untrusted plain text: names, quotes and commands may come from a cluster.
/// </summary>
public sealed record AnswerView
{
    private const int MostChoices = 4,
        ButtonLines = 2;

    private const int NotesShown = 3,
        LongestBriefNote = 160;

    public required string Investigation { get; init; }

    public required string Cluster { get; init; }

    public required AnswerKind Kind { get; init; }

    /// <summary>
    /// A code of the fault catalogue, <see cref="OpenCause.Fault"/>, <see cref="Diagnosis.Unknown"/> or
    /// <see cref="Diagnosis.None"/>.
    /// </summary>
    public required string Fault { get; init; }

    /// <summary>
    /// One or two sentences that precede the verdict where words of the question name no object, or several; else null.
    /// </summary>
    public string? Remark { get; init; }

    /// <summary>The first line of each answer: the object and its cause in one sentence, without a full stop.</summary>
    public required string Verdict { get; init; }

    /// <summary>The root cause in one sentence; null where the verdict says it.</summary>
    public string? Cause { get; init; }

    /// <summary>The confidence in words.</summary>
    public required string Certainty { get; init; }

    /// <summary>The confidence from 0 to 1; null where nothing was decided.</summary>
    public double? Confidence { get; init; }

    /// <summary>The objects to choose from where the question fits several.</summary>
    public IReadOnlyList<ResourceRef> Choices { get; init; } = [];

    /// <summary>The feedback of people, in the order in which they gave it.</summary>
    public IReadOnlyList<Opinion> Opinions { get; init; } = [];

    /// <summary>The sections that have lines, in the order of <see cref="AnswerSectionKind"/>.</summary>
    public required IReadOnlyList<AnswerSection> Sections { get; init; }

    /// <summary>True if a language model contributed to the answer.</summary>
    public bool IsByModel { get; init; }

    /// <summary>True if the bot can make one of the fixes itself.</summary>
    public bool OffersChange { get; init; }

    /// <summary>The line below the cause where there is room for it.</summary>
    [JsonIgnore]
    public string Context => $"{Certainty} · cluster {Cluster}";

    /// <summary>The line at the end of a chat's first message.</summary>
    [JsonIgnore]
    public string SmallPrint => Kind == AnswerKind.Cause ? $"{Certainty} · {Fault} · {Cluster}" : Context;

    /// <summary>The fault code and the investigation's id, for people who look them up: shown small.</summary>
    [JsonIgnore]
    public string Reference =>
        Confidence is { } confidence
            ? $"{Fault} · {AnswerWording.Percent(confidence)} · {Investigation}"
            : $"{Fault} · {Investigation}";

    /// <summary>The sections that a chat shows at once, each with the lines to show.</summary>
    [JsonIgnore]
    public IEnumerable<AnswerSection> Summary =>
        Sections.Where(section => section.Brief.Count > 0).Select(section => section with { Lines = section.Brief });

    /// <summary>The sections that a chat shows on demand: those of which the summary does not show all.</summary>
    [JsonIgnore]
    public IEnumerable<AnswerSection> Details => Sections.Where(section => !section.IsBriefWhole);

    /// <summary>True if memory keeps the answer, so that it can be given feedback.</summary>
    public bool TakesFeedback { get; init; } = true;

    [JsonIgnore]
    public CardButtons Buttons
    {
        get
        {
            var buttons = new List<CardButton>();
            buttons.AddRange(
                Choices
                    .Take(MostChoices)
                    .Select(choice => new CardButton(CardVerb.Ask, AnswerWording.NameOf(choice), Value: $"{choice}"))
            );
            if (OffersChange)
                buttons.Add(new(CardVerb.Propose, "Show the change"));
            if (Kind == AnswerKind.Cause)
                buttons.Add(new(CardVerb.Fixed, "This fixed it", IsPrimary: true));
            if (Kind != AnswerKind.Undetermined && TakesFeedback)
                buttons.Add(new(CardVerb.Wrong, Kind == AnswerKind.Healthy ? "It is not well" : "Not the cause"));
            if (Details.Any())
                buttons.Add(new(CardVerb.Details, "Details"));
            buttons.Add(new(CardVerb.Deeper, "Dig deeper"));
            if (TakesFeedback)
                buttons.Add(new(CardVerb.WhatFixedIt, "What fixed it?"));
            return new(Investigation, buttons);
        }
    }

    /// <summary>The view of an investigation.</summary>
    /// <param name="investigation">The investigation.</param>
    /// <param name="maySee">True if an earlier incident at an object may be shown; null shows all of them.</param>
    /// <param name="links">Addresses of earlier answers by the ids of their investigations.</param>
    /// <param name="own">Ids of recalled episodes of the incident itself, which is not similar to itself.</param>
    public static AnswerView Of(
        Investigation investigation,
        Func<ResourceRef?, bool>? maySee = null,
        IReadOnlyDictionary<string, Uri>? links = null,
        IReadOnlySet<string>? own = null
    ) =>
        Of(
            investigation.Id,
            investigation.Cluster,
            investigation.Target,
            investigation.Diagnosis,
            AnswerSections.Of(investigation, episode => IsShown(episode, maySee, own), links),
            investigation.TargetRemark
        ) with
        {
            Choices = [.. investigation.Choices.Where(choice => maySee?.Invoke(choice) != false)],
            IsByModel = investigation.Model is { Verdict: not ModelVerdict.Failed },
            TakesFeedback = investigation.IsKept,
        };

    /// <summary>The same answer with the latest notes of people about its object or its fault.</summary>
    /// <param name="notes">The notes, oldest first.</param>
    public AnswerView WithNotes(IReadOnlyList<Note> notes)
    {
        var lines = notes.TakeLast(NotesShown).Select(note => new AnswerLine(note.In(Cluster))).ToList();
        if (lines.Count == 0)
            return this;
        var section = new AnswerSection(AnswerSectionKind.Notes, "Notes", lines)
        {
            Brief = [new(ChatText.Cut(lines[^1].Text, LongestBriefNote))],
        };
        return this with { Sections = [.. Sections.Append(section).OrderBy(one => one.Kind)] };
    }

    private static bool IsShown(RecalledEpisode episode, Func<ResourceRef?, bool>? maySee, IReadOnlySet<string>? own) =>
        own?.Contains(episode.Id) != true && maySee?.Invoke(episode.Episode.Resource) != false;

    /// <summary>The view of a report, which lacks changes, earlier incidents and how the answer was found.</summary>
    public static AnswerView Of(InvestigationReport report)
    {
        var diagnosis = report.Diagnosis.ToDiagnosis();
        OtherProblem[] others =
        [
            .. report.Others.Select(other => new OtherProblem(
                other.Fault,
                other.Resource.ToResource(),
                other.RootCause
            )),
        ];
        return Of(
            report.Investigation,
            report.Cluster,
            report.Target?.ToResource(),
            diagnosis,
            AnswerSections.Of(
                diagnosis,
                others,
                // Reports of earlier versions hold no signals.
                [.. (report.Signals ?? []).Select(signal => signal.ToSignal())],
                report.Knowledge ?? [],
                report.Gaps,
                isAboutObject: report.Target is not null
            ),
            report.TargetRemark
        );
    }

    /// <summary>
    /// The same answer without its longest section, or null where none is left: first details are dropped, then the
    /// rest, and the fix and the signals last.
    /// </summary>
    public AnswerView? Shortened()
    {
        var dropped = Sections
            .OrderByDescending(section => section.Kind > AnswerSectionKind.OtherProblems)
            .ThenBy(section => section.Kind is AnswerSectionKind.Fix or AnswerSectionKind.Signals)
            .ThenByDescending(section => section.Length)
            .FirstOrDefault();
        return dropped is null ? null : this with { Sections = [.. Sections.Where(section => section != dropped)] };
    }

    private static AnswerView Of(
        string investigation,
        string cluster,
        ResourceRef? target,
        Diagnosis diagnosis,
        IReadOnlyList<AnswerSection> sections,
        string? remark
    )
    {
        var (verdict, rest) = VerdictSentence.Of(diagnosis, target, cluster);
        var hasSigns = sections.Any(section => section is { Kind: AnswerSectionKind.Signals, Brief.Count: > 0 });
        var view = new AnswerView
        {
            Investigation = investigation,
            Cluster = cluster,
            Kind = AnswerWording.KindOf(diagnosis),
            Fault = OpenCause.Reported(diagnosis.Fault),
            Remark = remark,
            Verdict = verdict,
            Cause = hasSigns ? null : rest,
            Certainty = AnswerWording.Certainty(diagnosis),
            Confidence = diagnosis.NamesACause ? diagnosis.Confidence : null,
            Sections = sections,
        };
        return view.FitToPhone();
    }

    /// <summary>Leaves out brief lines, the least important first, until the first message fits a phone.</summary>
    private AnswerView FitToPhone()
    {
        var view = this;
        while (view.Lines + ButtonLines > PhoneScreen.Height && view.WithoutLastBrief() is { } shorter)
            view = shorter;
        return view;
    }

    /// <summary>The lines of the first message on a phone, without its buttons.</summary>
    private int Lines =>
        new[] { Remark, Verdict, Cause, SmallPrint }.OfType<string>().Sum(PhoneScreen.LinesOf)
        + Summary.Sum(section => section.Lines.Sum(line => LinesOf(section, line)));

    private static int LinesOf(AnswerSection section, AnswerLine line) =>
        PhoneScreen.LinesOf($"{section.Title}: {line.Text}") + line.Verbatim.Sum(PhoneScreen.LinesOf);

    private AnswerView? WithoutLastBrief()
    {
        var last = Sections
            .Where(section => section.Brief.Count > 0)
            .OrderByDescending(section => section.Kind > AnswerSectionKind.Fix)
            .ThenByDescending(section => section.Brief.Sum(line => LinesOf(section, line)))
            .FirstOrDefault();
        if (last is null)
            return null;
        var brief = last.Brief[^1] is { Verbatim.Count: > 0 } line
            ? [.. last.Brief.SkipLast(1), line with { Verbatim = [] }]
            : last.Brief.SkipLast(1).ToList();
        return this with
        {
            Sections = [.. Sections.Select(section => section == last ? section with { Brief = brief } : section)],
        };
    }
}
