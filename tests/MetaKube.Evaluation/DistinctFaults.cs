using MetaKube.Cluster;
using MetaKube.Fakes;
using MetaKube.Model;

namespace MetaKube.Evaluation;

/// <summary>Recorded failures that can stand beside each other in one cluster.</summary>
internal static class DistinctFaults
{
    /// <summary>
    /// The first scenarios with different faults for which the object's name alone leads to the cause. Each keeps its
    /// namespace, so that they do not affect each other.
    /// </summary>
    public static async Task<IReadOnlyList<Scenario>> ChooseAsync(int count)
    {
        var chosen = new List<Scenario>();
        foreach (var scenario in Recorded())
        {
            if (chosen.Count == count || chosen.Any(one => one.Fault == scenario.Fault))
                continue;
            if (await IsFoundByNameAsync(scenario))
                chosen.Add(scenario);
        }
        return chosen.Count == count
            ? chosen
            : throw new InvalidOperationException($"There are only {chosen.Count} scenarios to choose from.");
    }

    private static IEnumerable<Scenario> Recorded() =>
        Scenario
            .LoadAll()
            .Where(scenario => scenario is { IsComposed: false, Exclusive: false, Resource.Kind: "Deployment" })
            .Where(scenario => scenario.Resource!.Namespace is not null && Directory.Exists(scenario.Dump))
            .OrderBy(scenario => scenario.Name, StringComparer.Ordinal);

    private static async Task<bool> IsFoundByNameAsync(Scenario scenario)
    {
        var resource = scenario.Resource!;
        var investigation = await MemorylessInvestigation.RunAsync(
            new DumpEvidence(scenario.Dump),
            $"Rule: deployment {resource.Name}",
            resource.Namespace,
            default
        );
        var diagnosis = investigation.Diagnosis;
        return diagnosis.NamesACause
            && diagnosis.Fault == scenario.Fault
            && diagnosis.Resource?.Object == resource.Object;
    }
}
