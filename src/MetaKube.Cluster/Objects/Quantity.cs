using System.Globalization;
using k8s.Models;

namespace MetaKube.Cluster.Objects;

/// <summary>Arithmetic on Kubernetes quantities, for remedies that can be run as they are.</summary>
internal static class Quantity
{
    private const decimal Mebi = 1024 * 1024;

    /// <summary>Twice the amount, in Mi for memory and in millicores for CPU; null for null.</summary>
    public static string? Twice(ResourceQuantity? amount, bool isMemory) =>
        amount is null ? null : Format(amount.ToDecimal() * 2, isMemory);

    /// <summary>Half of the largest amount; null where there is none.</summary>
    public static string? HalfOfLargest(IEnumerable<ResourceQuantity> amounts, bool isMemory)
    {
        var largest = amounts.Select(amount => amount.ToDecimal()).DefaultIfEmpty(0).Max();
        return largest == 0 ? null : Format(largest / 2, isMemory);
    }

    /// <summary>An amount in Mi for memory, and in millicores for CPU.</summary>
    public static string Format(decimal amount, bool isMemory) =>
        isMemory
            ? $"{Math.Max(1, Math.Round(amount / Mebi)).ToString(CultureInfo.InvariantCulture)}Mi"
            : $"{Math.Max(1, Math.Round(amount * 1000)).ToString(CultureInfo.InvariantCulture)}m";
}
