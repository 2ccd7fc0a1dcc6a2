using MetaKube.Cluster;
using MetaKube.Fakes;
using MetaKube.Model;

namespace MetaKube.Evaluation;

/// <summary>Recorded failures that can stand beside each other in one cluster.</summary>
internal static class DistinctFaults
{
    /// <summary>
    /// The first scenarios with different faults of which the object's name alone leads to the cause; each keeps its
    /// namespace, so that they are apart.
    /// </summary>
    public static async Task<IReadOnlyList<Scenario>> ChooseAsync(int count)
    {
        var chosen = new List<Scenario>();
        foreach (
            var scenario in Scenario
                .LoadAll()
                .Where(scenario =>
                    scenario
                        is
                    {
                        IsComposed: false,
                        Exclusive: false,
                        Resource.Kind: "Deployment",
                        Resource.Namespace: not null
                    }
                    && Directory.Exists(scenario.Dump)
                )
                .OrderBy(scenario => scenario.Name, StringComparer.Ordinal)
        )
        {
            if (chosen.Count == count || chosen.Any(one => one.Fault == scenario.Fault))
                continue;
            var diagnosis = (
                await MemorylessInvestigation.RunAsync(
                    new DumpEvidence(scenario.Dump),
                    $"Rule: deployment {scenario.Resource!.Name}",
                    scenario.Resource.Namespace,
                    default
                )
            ).Diagnosis;
            if (
                diagnosis.NamesACause
                && diagnosis.Fault == scenario.Fault
                && diagnosis.Resource?.Object == scenario.Resource.Object
            )
                chosen.Add(scenario);
        }
        return chosen.Count == count
            ? chosen
            : throw new InvalidOperationException($"There are only {chosen.Count} scenarios to choose from.");
    }
}
