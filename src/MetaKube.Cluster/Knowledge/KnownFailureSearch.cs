using MetaKube.Cluster.Objects;
using MetaKube.Cluster.Signals;
using MetaKube.Faults;
using MetaKube.Model;

namespace MetaKube.Cluster.Knowledge;

/// <summary>Finds the known failures of a library that a snapshot shows.</summary>
internal sealed class KnownFailureSearch(KnowledgeLibrary library, ClusterSnapshot snapshot, Topology topology)
{
    private const int LongestSummary = 400,
        LongestFact = 200,
        Vague = 2;

    private const double Margin = 0.01,
        MostWeight = 0.97;

    private const string Told = "the question";

    /// <summary>The share of its weight that a fact has when it is told instead of read.</summary>
    private const double ToldFactor = 0.8;

    /// <summary>The known failures and the facts for runbooks.</summary>
    /// <param name="asked">The object that the question is about, if there is one.</param>
    /// <param name="question">The question: it may quote a message of the object that it is about.</param>
    /// <param name="raw">The signals and logs of the snapshot.</param>
    /// <param name="inspected">The findings of the inspectors.</param>
    public KnowledgeFound Find(
        ResourceRef? asked,
        string question,
        RawSignals raw,
        IReadOnlyList<Finding> inspected
    )
    {
        var observations = new ObservationReader(snapshot, topology).Read(raw);
        if (asked is not null)
            observations.Add(
                new(ObservationKind.Log, asked, Told, Blanks.Collapse(question)) { Factor = ToldFactor }
            );
        var shown = library.Search(observations, topology.Controller);
        var byLine = inspected
            .Where(finding => finding.Fault is not null)
            .ToLookup(finding => (finding.Resource.Object, finding.Quote));
        var findings = TeamFirst([.. library.FailuresOf(shown).Select(match => Aligned(Of(match), byLine))])
            .GroupBy(finding => (finding.Fault, finding.Resource))
            .Select(group => group.MaxBy(finding => finding.Weight)!)
            .Select((finding, i) => finding with { Id = $"f{inspected.Count + i + 1}" })
            .ToList();
        return new(
            findings,
            [.. findings.Select(finding => Edge(asked, finding)).OfType<TopologyEdge>()],
            new RunbookSigns(library, snapshot, topology).Read(shown, observations, question)
        );
    }

    /// <summary>A failure that the team described comes before those of ours at the same object.</summary>
    private IEnumerable<Finding> TeamFirst(IReadOnlyList<Finding> findings)
    {
        var ours = findings
            .Where(finding => !IsOfTheTeam(finding))
            .GroupBy(finding => finding.Resource.Object)
            .ToDictionary(group => group.Key, group => group.Max(finding => finding.Weight));
        return findings.Select(finding =>
            IsOfTheTeam(finding) && ours.TryGetValue(finding.Resource.Object, out var best)
                ? finding with
                {
                    Weight = Math.Min(Math.Max(finding.Weight, best + Margin), MostWeight),
                }
                : finding
        );
    }

    private bool IsOfTheTeam(Finding finding) =>
        library.Find(KnownFailure.Prefix + finding.Knowledge) is { IsOfTheTeam: true };

    private Finding Of(FailureMatch match)
    {
        var redaction = snapshot.Redaction;
        var seen = match.Decisive;
        var resource = seen.Resource ?? TextOf(seen);
        var isTold = seen.Source == Told;
        var facts = match.Slots.ToDictionary(slot => slot.Key, slot => redaction.Quote(slot.Value, LongestFact));
        return new()
        {
            Fault = match.Failure.Code,
            Knowledge = match.Failure.Id,
            Resource = resource,
            Summary =
                redaction.Sentence(match.CauseAt(resource), LongestSummary) + (isTold ? $" (as told in {Told})" : ""),
            Source = seen.Source,
            Quote = isTold ? redaction.Quote(seen.Text) : Quote(seen.Text, resource),
            IsTold = isTold,
            Weight = match.Failure.Weight * seen.Factor,
            At = seen.At,
            Facts = facts,
        };
    }

    /// <summary>
    /// A finding that an inspector read from the same line is about the same failure. The inspector names objects and
    /// values, so its fault and its sentence stay, unless its fault is vague: then the known failure says more.
    /// </summary>
    private static Finding Aligned(Finding known, ILookup<(ResourceRef, string), Finding> inspected)
    {
        var same = inspected[(known.Resource.Object, known.Quote)].MaxBy(finding => finding.Weight);
        if (same is null)
            return known;
        if (FaultCatalogue.Get(same.Fault!).Vagueness < Vague)
            return known with
            {
                Fault = same.Fault,
                Resource = same.Resource,
                Weight = Math.Min(known.Weight, same.Weight - Margin),
            };
        return known with
        {
            Fault = KnownFailure.IsCode(known.Fault!) ? same.Fault : known.Fault,
            Resource = same.Resource,
            Weight = Math.Min(Math.Max(known.Weight, same.Weight + Margin), MostWeight),
        };
    }

    private string Quote(string text, ResourceRef resource) =>
        snapshot.Pasted?.Quote(text, resource) ?? snapshot.Redaction.Quote(text);

    /// <summary>The pasted text that holds an observation of no known object.</summary>
    private ResourceRef TextOf(Observation seen) =>
        snapshot.UnplacedLogs.Find(log => log.Pod.Metadata.Name == seen.Source)?.Owner
        ?? new(ResourceRef.Log, null, seen.Source);

    /// <summary>A text of no known object bears on whatever was asked about.</summary>
    private static TopologyEdge? Edge(ResourceRef? asked, Finding finding) =>
        asked is not null && finding.Resource.Kind == ResourceRef.Log
            ? new(asked, finding.Resource.Object, Relation.DependsOn)
            : null;
}
