using k8s;
using k8s.Models;
using MetaKube.Cluster.Objects;
using MetaKube.Faults;
using MetaKube.Model;

namespace MetaKube.Cluster.Knowledge;

/// <summary>Finds the facts of a snapshot for which the team's runbooks are meant.</summary>
internal sealed class RunbookSigns(KnowledgeLibrary library, ClusterSnapshot snapshot, Topology topology)
{
    /// <summary>Objects of one runbook's labels that are kept; a label of all objects tells nothing.</summary>
    private const int MostLabelled = 1000;

    /// <param name="shown">The signs that the observations show.</param>
    /// <param name="observations">The observations.</param>
    /// <param name="question">The question: it names the alert that asks it.</param>
    public IReadOnlyList<RunbookSign> Read(
        IReadOnlyList<SignMatch> shown,
        IReadOnlyList<Observation> observations,
        string question
    )
    {
        if (library.Runbooks.Count == 0)
            return [];
        var bySigns = shown.ToLookup(match => match.Signs);
        // The name of an alert stands in the question, or in text that belongs to no object.
        List<string> texts =
        [
            question,
            .. observations.Where(seen => seen is { IsText: true, Resource: null }).Select(seen => seen.Text),
        ];
        return
        [
            .. library
                .Runbooks.Where(runbook => runbook.When is not null)
                .SelectMany(runbook => bySigns[runbook.When!].Select(match => Of(runbook, match))),
            .. Alerts(texts),
            .. library.Runbooks.Where(runbook => runbook.Labels.Count > 0).SelectMany(Labelled),
        ];
    }

    private RunbookSign Of(Runbook runbook, SignMatch match) =>
        new(
            runbook.Name,
            RunbookSignKind.When,
            match.Decisive.Resource,
            snapshot.Redaction.Quote(match.Decisive.Text)
        );

    private IEnumerable<RunbookSign> Alerts(List<string> texts)
    {
        var wanted = library
            .Runbooks.SelectMany(runbook => runbook.Alerts.Select(alert => (runbook.Name, Alert: alert)))
            .ToLookup(pair => pair.Alert, pair => pair.Name, StringComparer.OrdinalIgnoreCase);
        if (wanted.Count == 0)
            return [];
        return texts
            .SelectMany(text => text.Split([' ', ':', '"', '\'', ',', ';', '=', '(', ')', '[', ']', '{', '}']))
            .Distinct(StringComparer.OrdinalIgnoreCase)
            .SelectMany(word =>
                wanted[word].Select(name => new RunbookSign(name, RunbookSignKind.Alert, null, word))
            );
    }

    private IEnumerable<RunbookSign> Labelled(Runbook runbook) =>
        snapshot
            .Everything.Where(item => item.Object is IMetadata<V1ObjectMeta> { Metadata.Labels: { } labels }
                && runbook.Labels.All(label => labels.TryGetValue(label.Key, out var value) && value == label.Value))
            .Select(item => topology.Controller(item.Ref))
            .Distinct()
            .Take(MostLabelled)
            .Select(workload => new RunbookSign(runbook.Name, RunbookSignKind.Labels, workload, ""));
}
