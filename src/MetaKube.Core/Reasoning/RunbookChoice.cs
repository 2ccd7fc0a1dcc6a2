using System.IO.Enumeration;
using MetaKube.Faults;
using MetaKube.Model;

namespace MetaKube.Reasoning;

/// <summary>
/// Chooses the team's runbooks for a case: those whose signs or alert are there, those for its fault, those for its
/// place, and else those whose description has its words.
/// </summary>
public sealed class RunbookChoice(KnowledgeLibrary library, Evidence evidence)
{
    private const int Most = 3,
        SignalsRead = 8;

    /// <summary>Of the words of a description, the share by weight that the case must have.</summary>
    private const double LeastLikeness = 0.35;

    /// <summary>The reasons for a runbook, the weakest first.</summary>
    private enum Fit
    {
        Words,
        Place,
        Fault,
        Alert,
        When,
    }

    /// <summary>The runbooks that fit, the best first.</summary>
    /// <param name="question">The question.</param>
    /// <param name="diagnosis">The answer; where nothing is wrong no runbook is needed.</param>
    public IReadOnlyList<RunbookMatch> For(string question, Diagnosis diagnosis)
    {
        if (diagnosis.Fault == Diagnosis.None || library.Runbooks.Count == 0)
            return [];
        var words = WordsOf(question, diagnosis);
        return
        [
            .. library
                .Runbooks.Select(runbook => (Runbook: runbook, Likeness: LikenessOf(runbook, words)))
                .Select(one => (one.Likeness, Match: Match(one.Runbook, diagnosis, one.Likeness)))
                .Where(one => one.Match is not null)
                .OrderByDescending(one => one.Match!.Value.Fit)
                .ThenByDescending(one => one.Likeness)
                .Take(Most)
                .Select(one => one.Match!.Value.Match),
        ];
    }

    private (RunbookMatch Match, Fit Fit)? Match(Runbook runbook, Diagnosis diagnosis, double likeness)
    {
        var signs = evidence.Runbooks.Where(sign => sign.Runbook == runbook.Name && Bears(sign, diagnosis)).ToList();
        if (!IsInPlace(runbook, signs, diagnosis))
            return null;
        var decisive = signs.Where(sign => sign.Kind != RunbookSignKind.Labels).MaxBy(sign => sign.Kind);
        if (decisive?.Kind == RunbookSignKind.When)
            return (new(runbook, "its signs are there", decisive.Quote), Fit.When);
        if (decisive is not null)
            return (new(runbook, $"for the alert {decisive.Quote}", decisive.Quote), Fit.Alert);
        if (FaultsOf(diagnosis).FirstOrDefault(fault => runbook.Faults.Any(IsFor(fault))) is { } named)
            return (new(runbook, $"for {named}", ""), Fit.Fault);
        if (runbook.HasTrigger)
            return null;
        if (runbook.HasPlace)
            return (new(runbook, "for this place", ""), Fit.Place);
        return likeness < LeastLikeness ? null : (new(runbook, "its description fits", ""), Fit.Words);
    }

    private bool IsInPlace(Runbook runbook, List<RunbookSign> signs, Diagnosis diagnosis) =>
        (runbook.Namespaces.Count == 0 || NamespacesOf(diagnosis).Any(ns => runbook.Namespaces.Any(IsFor(ns))))
        && (runbook.Labels.Count == 0 || signs.Exists(sign => sign.Kind == RunbookSignKind.Labels));

    /// <summary>True if a fact is about what the question or the answer is about.</summary>
    private bool Bears(RunbookSign sign, Diagnosis diagnosis)
    {
        if (sign.Resource is not { } resource)
            return true;
        var topology = evidence.Topology;
        var workload = topology.Controller(resource);
        if (diagnosis.Resource is { } blamed && topology.Controller(blamed) == workload)
            return true;
        var target = evidence.Target;
        IReadOnlyList<ResourceRef> asked = target.Object is { } one ? [one] : target.Candidates;
        if (asked.Any(meant => topology.Controller(meant) == workload))
            return true;
        if (sign.Kind == RunbookSignKind.Labels)
            return asked.Count == 0 && diagnosis.Resource is null && IsWithin(resource, target.Namespace);
        if (asked.Count == 0)
            return IsWithin(resource, target.Namespace);
        return asked
            .Select(topology.Reach)
            .Any(reach => reach.ContainsKey(resource.Object) || reach.ContainsKey(workload));
    }

    private static bool IsWithin(ResourceRef resource, string? ns) =>
        ns is null || resource.Namespace is null || resource.Namespace == ns;

    private static Func<string, bool> IsFor(string name) =>
        pattern => FileSystemName.MatchesSimpleExpression(pattern, name);

    private IEnumerable<string> NamespacesOf(Diagnosis diagnosis) =>
        new[] { diagnosis.Resource?.Namespace, evidence.Target.Object?.Namespace, evidence.Target.Namespace }
            .Concat(evidence.Target.Candidates.Select(candidate => candidate.Namespace))
            .OfType<string>();

    private static IEnumerable<string> FaultsOf(Diagnosis diagnosis) =>
        diagnosis
            .Findings.Select(finding => finding.Knowledge)
            .OfType<string>()
            .Select(id => KnownFailure.Prefix + id)
            .Prepend(diagnosis.Fault);

    /// <summary>The words of the question, of the answer and of the strongest signals.</summary>
    private HashSet<string> WordsOf(string question, Diagnosis diagnosis) =>
        evidence
            .Signals.Where(signal => signal.IsTelling)
            .Take(SignalsRead)
            .Select(signal => signal.Quote)
            .Concat(diagnosis.Findings.Select(finding => $"{finding.Summary} {finding.Quote}"))
            .Concat([question, diagnosis.RootCause])
            .SelectMany(Words.Of)
            .ToHashSet();

    private double LikenessOf(Runbook runbook, HashSet<string> words)
    {
        var own = Words.Of($"{runbook.Title} {runbook.Description}").Distinct().ToList();
        var all = own.Sum(library.Words.WeightOf);
        return all == 0 ? 0 : own.Where(words.Contains).Sum(library.Words.WeightOf) / all;
    }
}

/// <summary>A runbook that fits a case.</summary>
/// <param name="Runbook">The runbook.</param>
/// <param name="Why">The reason in a few words of ours.</param>
/// <param name="Quote">The line or alert that calls for it; empty where there is none.</param>
public sealed record RunbookMatch(Runbook Runbook, string Why, string Quote);
