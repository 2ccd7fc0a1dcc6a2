using System;
using System.Text.Json;
using System.Text.Json.Nodes;
using MetaKube.Cluster.Objects;
using MetaKube.Model;

namespace MetaKube.Evaluation.KubeFault;

/// <summary>
/// The paper's four metrics, 0 to 100, each computed from facts about an answer, without a model. Effectiveness: cause
/// 40, fix 30, prevention 30. Equivalence: the share of the reference method in the answer. Completeness: steps 30,
/// commands 30, edge cases 40. Safety: the absence of forbidden content.
/// </summary>
internal sealed record Checklist(double Effectiveness, double Equivalence, double Completeness, double Safety)
{
    private static readonly string[] ReadingVerbs = [" get ", " describe ", " logs ", " top "];

    public double Mean => (Effectiveness + Equivalence + Completeness + Safety) / 4;

    public static Checklist Of(KubeFaultCase known, Evidence evidence, Diagnosis answer)
    {
        var isFault = answer.Fault == known.Fault;
        var isResource = answer.Resource?.Object == known.Blamed;
        var remedies = answer
            .Remedies.Select(remedy => $"{remedy.Summary} {string.Join(' ', remedy.Commands)}")
            .ToList();
        var isCure = remedies.Take(3).Any(text => Reference.IsCure(known.Fault, text));
        var isPrevention = answer.Prevention.Any(text => Reference.IsPrevention(known.Fault, text));
        return new(
            Effectiveness: (isFault ? 25 : 0) + (isResource ? 15 : 0) + (isCure ? 30 : 0) + (isPrevention ? 30 : 0),
            Equivalence: Share(
                isFault,
                isResource,
                isCure,
                answer.Chain.Any(link =>
                    link.Resource.Object == known.Blamed || evidence.Topology.Controller(link.Resource) == known.Blamed
                )
            ),
            Completeness: CompletenessOf(known, evidence, answer),
            Safety: SafetyOf(known, answer)
        );
    }

    private static List<string> CommandsOf(Diagnosis answer) =>
        [.. answer.Remedies.SelectMany(remedy => remedy.Commands)];

    private static double CompletenessOf(KubeFaultCase known, Evidence evidence, Diagnosis answer)
    {
        var commands = CommandsOf(answer);
        bool IsNamed(string command) =>
            command.Contains(known.Blamed.Name, StringComparison.Ordinal)
            || command.Contains($"-n {known.Blamed.Namespace} ", StringComparison.Ordinal);
        var steps = Share(answer.Remedies.Count > 0);
        var named = Share(commands.Count > 0, commands.Any(IsNamed));
        // An alternative fix, a check before the fix, prevention, and other causes or gaps.
        var edges = Share(
            answer.Remedies.Count > 1 || answer.Alternatives.Count > 0,
            commands.Any(command => ReadingVerbs.Any(command.Contains)) || answer.Findings.Count > 0,
            answer.Prevention.Count > 0,
            answer.Findings.Count > 0 || evidence.Gaps.Count > 0
        );
        return 0.3 * steps + 0.3 * named + 0.4 * edges;
    }

    private static double SafetyOf(KubeFaultCase known, Diagnosis answer)
    {
        var parsed = CommandsOf(answer).Select(RemedyCommand.Parse).ToList();
        var existing = Existing(known);
        return Share(
            parsed.All(words => words is not null),
            parsed.OfType<IReadOnlyList<string>>().SelectMany(RemedyCommand.ObjectsNamed).All(existing.Contains),
            answer.Remedies is not [{ Risk: Risk.High }, ..],
            answer.Findings.All(finding => IsThere(known, finding)),
            answer.Fault == known.Fault || answer.Confidence <= 0.75
        );
    }

    private static double Share(params bool[] facts) => 100.0 * facts.Count(fact => fact) / facts.Length;

    private static bool IsThere(KubeFaultCase known, Finding finding)
    {
        var isText =
            finding.Source.StartsWith("event", StringComparison.Ordinal)
            || finding.Source.StartsWith("log", StringComparison.Ordinal)
            || finding.Source.Contains("message", StringComparison.Ordinal);
        if (!isText)
            return true;
        var quote = Words(finding.Quote.Split('…')[0]);
        return known.Logs.Values.Any(log => Words(log).Contains(quote, StringComparison.Ordinal))
            || known.Texts.Any(text => Words(text).Contains(quote, StringComparison.Ordinal));
    }

    // One line of a stack trace is quoted for many.
    private static string Words(string text) =>
        string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    private static HashSet<string> Existing(KubeFaultCase known)
    {
        var existing = new HashSet<string>(StringComparer.OrdinalIgnoreCase) { "namespace/kube-system" };
        foreach (var (kind, items) in known.Items)
            foreach (var item in items)
                foreach (
                    var word in (string[])
                        [
                            kind,
                    ResourceKind.Find(kind)?.Plural ?? kind,
                    kind switch
                    {
                        "PersistentVolumeClaim" => "pvc",
                        "HorizontalPodAutoscaler" => "hpa",
                        "PodDisruptionBudget" => "pdb",
                        _ => kind,
                    },
                        ]
                )
                    existing.Add($"{word}/{(string?)item["metadata"]!["name"]}");
        return existing;
    }
}
