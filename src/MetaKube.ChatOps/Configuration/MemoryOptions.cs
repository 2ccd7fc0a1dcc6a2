using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace MetaKube.ChatOps.Configuration;

/// <summary>Limits and sharing of memory.</summary>
internal sealed class MemoryOptions
{
    /// <summary>The most episodes that memory stores; above it the least valuable are deleted.</summary>
    [Range(10, 10_000_000)]
    public int Capacity { get; set; } = 5000;

    /// <summary>Days after which an episode is deleted, whatever its value; 0 for never.</summary>
    [Range(0, 36_500)]
    public int KeepDays { get; set; }

    /// <summary>Lets a case in one cluster recall episodes of another.</summary>
    public bool Shared { get; set; } = true;

    /// <summary>
    /// The share of cases, from 0 to 1, in which the analytical pathway also runs although memory answers. It
    /// calibrates the controller.
    /// </summary>
    [Range(0.0, 1.0)]
    public double ExplorationRate { get; set; } = 0.1;
}

[OptionsValidator]
internal sealed partial class MemoryOptionsValidator : IValidateOptions<MemoryOptions>;
