using MetaKube.Model;

namespace MetaKube.Faults;

/// <summary>The root causes by code: those of the catalogue, and the known failures of the library.</summary>
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

    /// <summary>The faults of the catalogue, without the known failures.</summary>
    public static IReadOnlyCollection<Fault> All => ByCode.Values;

    /// <summary>The fault or known failure with this code, or null if there is none.</summary>
    public static Fault? Find(string? code)
    {
        if (code is null)
            return null;
        return KnownFailure.IsCode(code) ? KnowledgeLibrary.Current.Find(code)?.Fault : ByCode.GetValueOrDefault(code);
    }

    /// <summary>True if a code names a cause: a fault, a known failure or an open cause.</summary>
    public static bool IsCause(string? code) => OpenCause.IsCode(code) || Find(code) is not null;

    /// <summary>
    /// The open cause as a fault: its title is the person's words, and it has no remedies of its own.
    /// </summary>
    public static Fault Of(OpenCause cause) => new(cause.Code, FaultCategory.Application, cause.Words, [], []);

    /// <summary>
    /// The fault with this code. A known failure that the team has removed since is one without a description: memory
    /// and a running investigation may still name it.
    /// </summary>
    /// <exception cref="KeyNotFoundException">The catalogue has no such code.</exception>
    public static Fault Get(string code)
    {
        if (Find(code) is { } fault)
            return fault;
        return KnownFailure.IsCode(code)
            ? new(code, FaultCategory.Application, $"Known failure {code[KnownFailure.Prefix.Length..]}", [], [])
            : throw new KeyNotFoundException($"The fault catalogue has no code '{code}'.");
    }
}
