using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace MetaKube.ChatOps.Configuration;

/// <summary>How memory remembers.</summary>
internal sealed class MemoryOptions
{
    /// <summary>Episodes that are kept; beyond it those of least value are forgotten.</summary>
    [Range(10, 10_000_000)]
    public int Capacity { get; set; } = 5000;

    /// <summary>Days after which an episode is forgotten, whatever it is worth; 0 for never.</summary>
    [Range(0, 36_500)]
    public int KeepDays { get; set; }

    /// <summary>Whether a case in one cluster may recall what happened in another.</summary>
    public bool Shared { get; set; } = true;

    /// <summary>
    /// How often the analytical pathway also runs where memory answers, to learn whether it would have been needed.
    /// </summary>
    [Range(0.0, 1.0)]
    public double ExplorationRate { get; set; } = 0.1;
}

[OptionsValidator]
internal sealed partial class MemoryOptionsValidator : IValidateOptions<MemoryOptions>;
