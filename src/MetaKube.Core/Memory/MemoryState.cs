namespace MetaKube.Memory;

/// <summary>The result of a consolidation of all episodes.</summary>
/// <param name="Calibration">Maps the factors of a memory to a confidence.</param>
/// <param name="Controller">The threshold above which memory answers.</param>
/// <param name="DocumentFrequency">How many faults show a feature; features of many faults weigh less.</param>
/// <param name="Consolidated">The consolidation that this state follows from, or null before the first.</param>
public sealed record MemoryState(
    Calibration Calibration,
    ControllerState Controller,
    DocumentFrequency DocumentFrequency,
    Consolidated? Consolidated
)
{
    public static readonly MemoryState Initial = new(
        Calibration.Prior,
        ControllerState.Initial,
        DocumentFrequency.None,
        null
    );
}
