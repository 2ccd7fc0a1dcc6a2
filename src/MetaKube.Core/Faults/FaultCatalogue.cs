namespace MetaKube.Faults;

/// <summary>All root causes that the bot knows, by code.</summary>
public static class FaultCatalogue
{
    private static readonly Dictionary<string, Fault> ByCode = new IReadOnlyList<Fault>[]
    {
        ImageFaults.All,
        ConfigurationFaults.All,
        ResourceFaults.All,
        SchedulingFaults.All,
        NetworkFaults.All,
        SystemFaults.All,
        ApplicationFaults.All,
    }
        .SelectMany(faults => faults)
        .ToDictionary(fault => fault.Code);

    public static IReadOnlyCollection<Fault> All => ByCode.Values;

    /// <summary>The fault with this code, or null if the catalogue has none.</summary>
    public static Fault? Find(string? code) =>
        code is not null && ByCode.TryGetValue(code, out var fault) ? fault : null;

    /// <summary>The fault with this code.</summary>
    /// <exception cref="KeyNotFoundException">The catalogue has no such code.</exception>
    public static Fault Get(string code) =>
        Find(code) ?? throw new KeyNotFoundException($"The fault catalogue has no code '{code}'.");
}
