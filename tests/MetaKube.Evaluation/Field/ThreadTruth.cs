namespace MetaKube.Evaluation.Field;

/// <summary>The truth.json of a failure from a public thread.</summary>
internal sealed record ThreadTruth
{
    /// <summary>In words.</summary>
    public string Cause { get; init; } = "";

    /// <summary>Null where the catalogue has no code for the cause.</summary>
    public string? Fault { get; init; }

    /// <summary>Further codes that are right.</summary>
    public IReadOnlyList<string> Also { get; init; } = [];

    /// <summary>The pattern of an answer in words that is right, or null.</summary>
    public string? Says { get; init; }

    /// <summary>The pattern of the decisive line, which the answer has to quote; null where there is none.</summary>
    public string? Shown { get; init; }
}
