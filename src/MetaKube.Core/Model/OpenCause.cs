using System.Globalization;
using System.Text.Json.Serialization;

namespace MetaKube.Model;

/// <summary>A cause in words, for a failure that the fault catalogue does not have.</summary>
/// <param name="Words">One sentence without a full stop, redacted, without links, mentions and markup.</param>
/// <param name="By">The person who named it: "cli:ada", or a platform and its user id.</param>
/// <param name="At">The time when it was named.</param>
public sealed record OpenCause(string Words, string By, DateTimeOffset At)
{
    /// <summary>The fault that reports name for each open cause.</summary>
    public const string Fault = "open";

    private const string Prefix = "open.";

    /// <summary>
    /// The code by which memory counts it: the same for the same words in any order and form. Causes of equal meaning
    /// can have several codes.
    /// </summary>
    [JsonIgnore]
    public string Code => CodeOf(Words);

    /// <summary>The source in words, to be followed by a colon: "Ada said on 12 Nov 2026".</summary>
    [JsonIgnore]
    public string Source => $"{Person.NameOf(By)} said on {At.ToString("d MMM yyyy", CultureInfo.InvariantCulture)}";

    /// <summary>The cause as an answer states it.</summary>
    [JsonIgnore]
    public string Sentence => $"{Source}: \"{Words}\".";

    public static string CodeOf(string words) => Prefix + CauseMeaning.Of(words).Tag;

    /// <summary>True if a fault code is that of an open cause.</summary>
    public static bool IsCode(string? code) => code?.StartsWith(Prefix, StringComparison.Ordinal) == true;

    /// <summary>The fault as reports name it: a code of the catalogue, or <see cref="Fault"/>.</summary>
    public static string Reported(string code) => IsCode(code) ? Fault : code;
}
