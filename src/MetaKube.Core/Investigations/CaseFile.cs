using MetaKube.Faults;
using MetaKube.Memory;
using MetaKube.Model;
using MetaKube.Reasoning;

namespace MetaKube.Investigations;

/// <summary>
/// The findings, objects and possible faults of one case by short ids. A model can cite, request and answer only these.
/// </summary>
internal sealed class CaseFile
{
    private const int MostResources = 40,
        MostFaults = 30;

    /// <summary>The confidence from which a remembered fault is a possible cause.</summary>
    private const double Mentionable = 0.1;

    private readonly List<Finding> findings;
    private readonly List<ResourceRef> resources = [];
    private readonly List<string> faults = [];
    private readonly Topology topology;

    /// <param name="reasoning">The case with its hypotheses.</param>
    /// <param name="recollection">The memories; their faults become possible causes.</param>
    /// <param name="mostFindings">The limit of findings; the most decisive are kept.</param>
    public CaseFile(CausalReasoning reasoning, Recollection recollection, int mostFindings)
    {
        var evidence = reasoning.Evidence;
        topology = evidence.Topology;
        Hypotheses = [.. reasoning.Roots.Select(root => (root, reasoning.Score(root)))];
        var roots = reasoning.Roots.SelectMany(root =>
            root.Findings.OrderByDescending(finding => finding.Weight).Take(3)
        );
        var changes = evidence.Findings.Where(finding => finding.IsChange);
        findings =
        [
            .. roots
                .Concat(reasoning.Abnormal.OrderByDescending(finding => finding.Weight))
                .Concat(changes)
                .Distinct()
                .Take(mostFindings),
        ];
        if (evidence.Target.Object is { } target)
            AddResource(target);
        foreach (var root in reasoning.Roots)
            AddResource(root.Resource);
        foreach (var finding in findings)
            AddResourcesOf(finding);
        if (evidence.Target.Object is not null)
            foreach (
                var resource in topology
                    .Reach(evidence.Target.Object)
                    .OrderBy(way => way.Value.Hops)
                    .Select(way => way.Key)
            )
                AddResource(resource);
        foreach (var fault in reasoning.Roots.Concat(reasoning.Hypotheses).Select(hypothesis => hypothesis.Fault.Code))
            AddFault(fault);
        foreach (var memory in recollection.Memories.Where(memory => memory.Confidence >= Mentionable))
            AddFault(memory.Fault);
    }

    public IReadOnlyList<Finding> Findings => findings;

    public IReadOnlyList<ResourceRef> Resources => resources;

    /// <summary>Fault codes; <see cref="Diagnosis.Unknown"/> is always possible as well.</summary>
    public IReadOnlyList<string> Faults => faults;

    /// <summary>The roots with their scores, 0 to 1, highest first.</summary>
    public IReadOnlyList<(Hypothesis Hypothesis, double Score)> Hypotheses { get; }

    public string IdOf(ResourceRef resource) =>
        resources.IndexOf(resource.Object) is >= 0 and var i ? $"r{i + 1}" : "r?";

    public ResourceRef? Resource(string? id) =>
        resources.Select((resource, i) => (resource, Id: $"r{i + 1}")).FirstOrDefault(pair => pair.Id == id).resource;

    public Finding? Finding(string? id) => findings.Find(finding => finding.Id == id);

    /// <summary>Adds findings of the model's requests.</summary>
    public void Add(IEnumerable<Finding> found)
    {
        foreach (var finding in found)
        {
            findings.Add(finding);
            AddResourcesOf(finding);
            if (finding.Fault is { } fault)
                AddFault(fault);
        }
    }

    private void AddResourcesOf(Finding finding)
    {
        AddResource(finding.Resource);
        AddResource(topology.Controller(finding.Resource));
        if (finding.About is { } about)
            AddResource(about);
    }

    private void AddResource(ResourceRef resource)
    {
        if (resources.Count < MostResources && !resources.Contains(resource.Object))
            resources.Add(resource.Object);
    }

    private void AddFault(string code)
    {
        if (faults.Count < MostFaults && FaultCatalogue.Find(code) is not null && !faults.Contains(code))
            faults.Add(code);
    }
}
