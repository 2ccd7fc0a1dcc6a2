using System.Globalization;
using MetaKube.Investigations;
using MetaKube.Memory;
using MetaKube.Model;

namespace MetaKube.Chat;

/// <summary>
/// An answer in words, before a terminal or a chat gives it a shape. Names, quotes and commands in it are untrusted
/// text.
/// </summary>
public sealed record DiagnosisCard
{
    private const int SimilarShown = 3,
        GapsShown = 8,
        FixesShown = 3,
        QuotesShown = 8,
        OthersShown = 5;

    private const double Alike = 0.5;

    public required string Investigation { get; init; }

    /// <summary>A catalogue code, "unknown" or "none".</summary>
    public required string Fault { get; init; }

    /// <summary>The verdict and its object.</summary>
    public required string Title { get; init; }

    public required string RootCause { get; init; }

    /// <summary>In words and number.</summary>
    public required string Certainty { get; init; }

    public required string Cluster { get; init; }

    /// <summary>From the cause to what was asked about.</summary>
    public required IReadOnlyList<string> Chain { get; init; }

    public required IReadOnlyList<CardQuote> Evidence { get; init; }

    public required IReadOnlyList<CardFix> Fixes { get; init; }

    public required IReadOnlyList<string> Prevention { get; init; }

    public required IReadOnlyList<string> Alternatives { get; init; }

    public required IReadOnlyList<string> Others { get; init; }

    public required IReadOnlyList<string> TriedBefore { get; init; }

    public required IReadOnlyList<CardIncident> Similar { get; init; }

    public required IReadOnlyList<string> Gaps { get; init; }

    /// <summary>Which pathway, whether a model took part, and how long it took.</summary>
    public required string Way { get; init; }

    /// <summary>Whether a model wrote part of it.</summary>
    public bool IsByModel { get; init; }

    /// <summary>What everybody wants to know, after the title, the cause and how certain it is.</summary>
    public IReadOnlyList<CardPart> Answer =>
        Parts(
            new(
                "Fix",
                CardPartStyle.Steps,
                [
                    .. Fixes
                        .Take(FixesShown)
                        .Select((fix, n) => new CardLine($"{n + 1}. {fix.Summary} (risk: {fix.Risk})", fix.Commands)),
                ]
            ),
            List("It might be", Fault == Diagnosis.Unknown ? Alternatives : []),
            List("Other problems", Others.Take(OthersShown))
        );

    /// <summary>What is behind it, before the way in which it was found.</summary>
    public IReadOnlyList<CardPart> Details =>
        Parts(
            new(
                "How it came about",
                CardPartStyle.Chain,
                [.. Chain.Select((link, n) => new CardLine($"{(n == 0 ? "" : "↳ ")}{link}", []))]
            ),
            new(
                "Evidence",
                CardPartStyle.Quotes,
                [.. Evidence.Take(QuotesShown).Select(one => new CardLine(one.Where, [one.Quote]))]
            ),
            List("Prevent", Prevention),
            List("It might also be", Fault == Diagnosis.Unknown ? [] : Alternatives),
            List("Tried before without success", TriedBefore),
            new(
                "Similar incidents",
                CardPartStyle.List,
                [.. Similar.Select(incident => new CardLine($"{incident.Id}, {incident.Says}", [], incident.Id))]
            ),
            List("Could not be read", Gaps)
        );

    /// <summary>Whether one of the fixes can be made from here.</summary>
    public bool OffersChange { get; init; }

    public IReadOnlyList<CardButton> Buttons =>
        [
            .. OffersChange ? (CardButton[])[new(CardVerb.Propose, "Show the change")] : [],
            .. Fault is Diagnosis.None or Diagnosis.Unknown
                ? (CardButton[])[]
                : [new(CardVerb.Fixed, "This fixed it", IsPrimary: true)],
            .. Fault == Diagnosis.Unknown ? (CardButton[])[] : [new(CardVerb.Wrong, "Not it")],
            new(CardVerb.Deeper, "Dig deeper"),
            new(CardVerb.What, "What fixed it?"),
        ];

    private static IReadOnlyList<CardPart> Parts(params CardPart[] parts) =>
        [.. parts.Where(part => part.Lines.Count > 0)];

    private static CardPart List(string title, IEnumerable<string> lines) =>
        new(title, CardPartStyle.List, [.. lines.Select(line => new CardLine(line, []))]);

    /// <summary>The card of an investigation.</summary>
    /// <param name="i">The investigation.</param>
    /// <param name="isShown">Whether an earlier case at this object may be mentioned; all may where it is null.</param>
    public static DiagnosisCard Of(Investigation i, Func<ResourceRef?, bool>? isShown = null)
    {
        var d = i.Diagnosis;
        var where = d.Resource ?? i.Target;
        return new()
        {
            Investigation = i.Id,
            Fault = d.Fault,
            Title = d.Fault switch
            {
                Diagnosis.None => $"Nothing wrong: {where?.ToString() ?? i.Cluster}",
                Diagnosis.Unknown => $"Not decided{(where is null ? "" : $": {where}")}",
                _ => $"{d.Fault}: {where}",
            },
            RootCause = d.RootCause,
            Certainty = Sure(d),
            Cluster = i.Cluster,
            Chain = d.Chain.Count > 1 ? [.. d.Chain.Select(link => $"{link.Resource}: {link.Description}")] : [],
            Evidence =
            [
                .. d.Findings.Select(finding => new CardQuote($"{finding.Resource}, {finding.Source}", finding.Quote)),
            ],
            Fixes =
            [
                .. d.Remedies.Select(remedy => new CardFix(
                    remedy.Summary,
                    remedy.Risk.ToString().ToLowerInvariant(),
                    remedy.Commands
                )),
            ],
            Prevention = d.Prevention,
            Alternatives = [.. d.Alternatives.Select(a => $"{a.Fault}: {a.Resource} ({Percent(a.Confidence)})")],
            Others =
            [
                .. i.Others.Select(other =>
                    $"{(other.Fault == Diagnosis.Unknown ? "not decided" : other.Fault)}: {other.Resource}. {other.RootCause}"
                ),
            ],
            TriedBefore = [.. i.Recollection.Contraindicated],
            Similar =
            [
                .. i.Recollection.Patterns.Where(p => p.Similarity > Alike).Take(1).Select(Pattern),
                .. i
                    .Recollection.Episodes.Where(e =>
                        e.Similarity > Alike && isShown?.Invoke(e.Episode.Resource) != false
                    )
                    .Take(SimilarShown)
                    .Select(Incident),
            ],
            Gaps =
            [
                .. i.Gaps.Take(GapsShown).Select(gap => $"{gap.What}: {gap.Why}"),
                .. i.Gaps.Count > GapsShown ? (string[])[$"and {i.Gaps.Count - GapsShown} more"] : [],
            ],
            Way = WayOf(i),
            IsByModel = i.Model is { Verdict: not ModelVerdict.Failed },
        };
    }

    private static CardIncident Incident(RecalledEpisode e) =>
        new(
            e.Id,
            $"{e.At.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)}: {Percent(e.Similarity)} alike, {e.Fault}, {(e.Outcome == Outcome.Pending ? "outcome not known" : e.Outcome.ToString().ToLowerInvariant())}{(e.Episode.Fix is null ? "" : $": \"{e.Episode.Fix}\"")}"
        );

    private static CardIncident Pattern(RecalledPattern p) =>
        new(
            p.Id,
            $"the pattern of {p.Pattern.Count} incidents: {Percent(p.Similarity)} alike, {p.Fault} ({Percent(p.Pattern.Reliability)} reliable)"
        );

    private static string WayOf(Investigation i)
    {
        var memory =
            i.Pathway == Pathway.Intuitive
                ? $"answered from memory (confidence {Number(i.Recollection.Confidence)} > {Number(i.Recollection.Threshold)})"
            : i.Escalated ? "worked out, because live evidence did not bear out what memory said"
            : $"worked out ({i.Why})";
        var model = i.Model switch
        {
            null => "no model took part",
            { Verdict: ModelVerdict.Failed } failed => failed.Description,
            var part => FormattableString.Invariant(
                $"{part.Description} ({part.PromptTokens} + {part.CompletionTokens} tokens)"
            ),
        };
        return FormattableString.Invariant(
            $"{memory}; {model}; read in {i.Timings.CollectMs:0} ms, recalled in {i.Timings.RecallMs:0} ms, reasoned in {i.Timings.ReasonMs:0} ms"
        );
    }

    private static string Sure(Diagnosis d) =>
        d.Fault == Diagnosis.Unknown
            ? "not sure"
            : d.Confidence switch
            {
                >= 0.9 => $"almost certain ({Percent(d.Confidence)})",
                >= 0.75 => $"likely ({Percent(d.Confidence)})",
                >= 0.5 => $"probable ({Percent(d.Confidence)})",
                _ => $"a guess ({Percent(d.Confidence)})",
            };

    private static string Percent(double share) =>
        $"{Math.Round(share * 100).ToString(CultureInfo.InvariantCulture)} %";

    private static string Number(double value) => value.ToString("0.00", CultureInfo.InvariantCulture);
}

/// <summary>Where something was read, and the words found there.</summary>
public sealed record CardQuote(string Where, string Quote);

public sealed record CardFix(string Summary, string Risk, IReadOnlyList<string> Commands);

/// <summary>An earlier case, by the id of its episode or pattern.</summary>
public sealed record CardIncident(string Id, string Says);
