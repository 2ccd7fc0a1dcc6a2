using System.Text.Json.Serialization;
using MetaKube.Investigations;
using MetaKube.Model;

namespace MetaKube.Chat;

/// <summary>
/// An answer in words and in one order, before a terminal, a page or a chat gives it a form. Renderers add no text of
/// their own. All strings are untrusted plain text: names, quotes and commands may come from a cluster.
/// </summary>
public sealed record AnswerView
{
    public required string Investigation { get; init; }

    public required string Cluster { get; init; }

    public required AnswerKind Kind { get; init; }

    /// <summary>
    /// A code of the fault catalogue, <see cref="OpenCause.Fault"/>, <see cref="Diagnosis.Unknown"/> or
    /// <see cref="Diagnosis.None"/>.
    /// </summary>
    public required string Fault { get; init; }

    /// <summary>
    /// The first line of each answer: the object and its problem. A remark precedes it where words of the question name
    /// no object.
    /// </summary>
    public required string Verdict { get; init; }

    /// <summary>The root cause in one sentence.</summary>
    public required string Cause { get; init; }

    /// <summary>The confidence in words and as a percentage.</summary>
    public required string Certainty { get; init; }

    /// <summary>The sections that have lines, in the order of <see cref="AnswerSectionKind"/>.</summary>
    public required IReadOnlyList<AnswerSection> Sections { get; init; }

    /// <summary>True if a language model contributed to the answer.</summary>
    public bool IsByModel { get; init; }

    /// <summary>True if the bot can make one of the fixes itself.</summary>
    public bool OffersChange { get; init; }

    /// <summary>The line below the cause.</summary>
    [JsonIgnore]
    public string Context => $"{Certainty} · cluster {Cluster}";

    /// <summary>The fault code and the investigation's id, for people who look them up: shown small.</summary>
    [JsonIgnore]
    public string Reference => $"{Fault} · {Investigation}";

    /// <summary>The sections that a chat shows at once.</summary>
    [JsonIgnore]
    public IEnumerable<AnswerSection> Summary => Sections.Where(section => !section.IsDetail);

    /// <summary>The sections that a chat shows apart or folded away.</summary>
    [JsonIgnore]
    public IEnumerable<AnswerSection> Details => Sections.Where(section => section.IsDetail);

    /// <summary>True if memory keeps the answer, so that it can be given feedback.</summary>
    public bool TakesFeedback { get; init; } = true;

    [JsonIgnore]
    public CardButtons Buttons
    {
        get
        {
            var buttons = new List<CardButton>();
            if (OffersChange)
                buttons.Add(new(CardVerb.Propose, "Show the change"));
            if (Kind == AnswerKind.Cause)
                buttons.Add(new(CardVerb.Fixed, "This fixed it", IsPrimary: true));
            if (Kind != AnswerKind.Undetermined && TakesFeedback)
                buttons.Add(new(CardVerb.Wrong, "Not the cause"));
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
    public static AnswerView Of(
        Investigation investigation,
        Func<ResourceRef?, bool>? maySee = null,
        IReadOnlyDictionary<string, Uri>? links = null
    ) =>
        Of(
            investigation.Id,
            investigation.Cluster,
            investigation.Target,
            investigation.Diagnosis,
            AnswerSections.Of(investigation, maySee, links),
            investigation.TargetRemark
        ) with
        {
            IsByModel = investigation.Model is { Verdict: not ModelVerdict.Failed },
            TakesFeedback = investigation.IsKept,
        };

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
                report.Gaps
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
            .OrderByDescending(section => section.IsDetail)
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
    ) =>
        new()
        {
            Investigation = investigation,
            Cluster = cluster,
            Kind = AnswerWording.KindOf(diagnosis),
            Fault = OpenCause.Reported(diagnosis.Fault),
            Verdict = $"{remark} {AnswerWording.Verdict(diagnosis, target, cluster)}".Trim(),
            Cause = diagnosis.RootCause,
            Certainty = AnswerWording.Certainty(diagnosis),
            Sections = sections,
        };
}
