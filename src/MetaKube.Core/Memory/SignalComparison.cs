using MetaKube.Faults;
using MetaKube.Model;

namespace MetaKube.Memory;

/// <summary>
/// Compares a case whose findings name no fault, or a vague one, with memories of open causes: by the signals that both
/// show, which take the place of the structural keys.
/// </summary>
internal sealed class SignalComparison : ICaseComparison
{
    /// <summary>The strongest signals of one case that the other has to show.</summary>
    private const int Leading = 3;

    /// <summary>The factor for two cases that ended with different exit codes.</summary>
    private const double OtherExit = 0.8;

    /// <summary>The relevance of a memory whose strongest signal the case does not show.</summary>
    private const double WithoutStrongest = 0.5;

    private readonly IReadOnlyList<SignalTemplate> signals;

    public SignalComparison(SymptomSignature signature) => signals = signature.Signals;

    public bool IsGrounded => true;

    public bool CanNameOpenCauses => true;

    public bool IsConclusive => signals.Any(signal => signal.IsSpecific);

    /// <summary>
    /// True if a case is compared by its signals: its findings name no fault, or only vague ones that say no more than
    /// that something failed, and a signal is specific.
    /// </summary>
    public static bool Applies(IEnumerable<string> keys, IReadOnlyList<SignalTemplate> signals) =>
        signals.Any(signal => signal.IsSpecific) && keys.All(IsVague);

    /// <summary>True if a structural key is of a fault that says no more than that something failed.</summary>
    public static bool IsVague(string key) => FaultCatalogue.Find(key[..key.IndexOf('@')]) is { IsVague: true };

    public (double Similarity, double Relevance) With(Episode episode, double embeddingSimilarity) =>
        With(episode.Signals);

    public (double Similarity, double Relevance) With(Pattern pattern) => With(pattern.Signals ?? []);

    private (double Similarity, double Relevance) With(IReadOnlyList<SignalTemplate> remembered)
    {
        var (now, then) = (Specific(signals), Specific(remembered));
        if (now.Count == 0 || then.Count == 0)
            return (0, 0);
        var similarity = Math.Sqrt(Share(now, then) * Share(then, now));
        var (exits, exitsThen) = (Exits(signals), Exits(remembered));
        if (exits.Count > 0 && exitsThen.Count > 0 && !exits.Overlaps(exitsThen))
            similarity *= OtherExit;
        return (similarity, now.Exists(then[0].IsSame) ? 1 : WithoutStrongest);
    }

    /// <summary>The share of the strongest signals of one case that the other shows.</summary>
    private static double Share(List<SignalTemplate> of, List<SignalTemplate> among) =>
        of.Take(Leading).Average(signal => among.Exists(signal.IsSame) ? 1.0 : 0);

    private static List<SignalTemplate> Specific(IReadOnlyList<SignalTemplate> signals) =>
        [.. signals.Where(signal => signal.IsSpecific)];

    private static HashSet<string> Exits(IReadOnlyList<SignalTemplate> signals) =>
        [.. signals.Where(signal => signal.Place == SignalTemplate.Exit).Select(signal => signal.Text)];
}
