using MetaKube.Model;

namespace MetaKube.Memory;

/// <summary>
/// Gives open causes of equal meaning one code, so that what several people said of one cause counts together. It is a
/// pure function of the causes: which of them a memory holds may change, and nothing has to be rewritten.
/// </summary>
internal sealed class CauseMeanings
{
    private readonly Dictionary<string, string> codes = [];
    private readonly List<OpenCause> causes = [];

    /// <param name="named">The causes; of equal ones the first gives the code.</param>
    private CauseMeanings(IEnumerable<OpenCause> named)
    {
        var distinct = new List<(CauseMeaning Meaning, string Code)>();
        foreach (var cause in named)
        {
            var code = cause.Code;
            if (codes.ContainsKey(code))
                continue;
            causes.Add(cause);
            var meaning = CauseMeaning.Of(cause.Words);
            var same = distinct.Find(known => known.Meaning.Equals(meaning));
            codes[code] = same.Code ?? code;
            if (same.Code is null)
                distinct.Add((meaning, code));
        }
    }

    /// <summary>The meanings of the causes of one episode: its own answer's words come first.</summary>
    public static CauseMeanings Of(Episode episode) => new(episode.OpenCauses);

    /// <summary>The meanings of the causes of a memory: the earliest words come first.</summary>
    public static CauseMeanings Of(IEnumerable<Episode> episodes, IEnumerable<Pattern> patterns) =>
        new(
            episodes
                .SelectMany(episode => episode.OpenCauses)
                .Concat(patterns.SelectMany(pattern => pattern.Opens ?? []))
                .OrderBy(cause => cause.At)
                .ThenBy(cause => cause.Words, StringComparer.Ordinal)
        );

    /// <summary>True if there is no open cause, so that nothing changes.</summary>
    public bool IsEmpty => codes.Count == 0;

    /// <summary>The causes, each code once.</summary>
    public IReadOnlyList<OpenCause> Causes => causes;

    public string CodeOf(string fault) => codes.GetValueOrDefault(fault, fault);

    /// <summary>The words of an open cause, or null for any other fault.</summary>
    public string? WordsOf(string fault) => causes.Find(cause => cause.Code == fault)?.Words;

    /// <summary>The episode with the codes of these meanings.</summary>
    public Episode Apply(Episode episode)
    {
        if (IsEmpty || !episode.OpenCauses.Any() && !OpenCause.IsCode(episode.Prediction?.MemoryFault))
            return episode;
        return episode with
        {
            Answer = CodeOf(episode.Answer),
            Fault = CodeOf(episode.Fault),
            FailedFaults = [.. episode.FailedFaults.Select(CodeOf).Distinct()],
            Prediction = episode.Prediction is null ? null : Apply(episode.Prediction),
        };
    }

    private Prediction Apply(Prediction prediction) =>
        prediction with
        {
            MemoryFault = OptionalCodeOf(prediction.MemoryFault),
            AnalyticalFault = OptionalCodeOf(prediction.AnalyticalFault),
        };

    private string? OptionalCodeOf(string? fault) => fault is null ? null : CodeOf(fault);

    /// <summary>The pattern with the codes of these meanings.</summary>
    public Pattern Apply(Pattern pattern) =>
        IsEmpty || pattern.Opens is not { Count: > 0 }
            ? pattern
            : pattern with
            {
                Fault = CodeOf(pattern.Fault),
                FailedFaults = [.. pattern.FailedFaults.Select(CodeOf).Distinct()],
                Supports = Apply(pattern.Supports),
            };

    /// <summary>The sums of observations with the codes of these meanings.</summary>
    public Dictionary<string, Support> Apply(IEnumerable<KeyValuePair<string, Support>> supports) =>
        Support.Sum(supports.Select(entry => new KeyValuePair<string, Support>(CodeOf(entry.Key), entry.Value)));
}
