using MetaKube.Faults;
using MetaKube.Model;

namespace MetaKube.Reasoning;

/// <summary>
/// A candidate root cause: a fault at a resource, the findings that support it, and its weight, 0 to 1.
/// </summary>
public sealed record Hypothesis(Fault Fault, ResourceRef Resource, IReadOnlyList<Finding> Findings, double Weight)
{
    /// <summary>The structural key by which memory compares cases.</summary>
    public string Key => $"{Fault.Code}@{Resource.Kind}";

    /// <summary>The finding with the highest weight; of equal ones the latest.</summary>
    public Finding Decisive => Findings.MaxBy(finding => (finding.Weight, finding.At))!;
}
