using MetaKube.Faults;
using MetaKube.Model;

namespace MetaKube.Reasoning;

/// <summary>
/// A candidate root cause: a fault at a resource, the findings that speak for it, and how strongly, 0 to 1.
/// </summary>
public sealed record Hypothesis(Fault Fault, ResourceRef Resource, IReadOnlyList<Finding> Findings, double Weight)
{
    /// <summary>The structural key under which memory knows it.</summary>
    public string Key => $"{Fault.Code}@{Resource.Kind}";

    /// <summary>The most decisive of its findings; the latest of equals.</summary>
    public Finding Decisive =>
        Findings.OrderByDescending(finding => finding.Weight).ThenByDescending(finding => finding.At).First();
}
