using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace MetaKube.ChatOps.Web;

/// <summary>The console in the browser.</summary>
internal sealed class ConsoleOptions : IValidatableObject
{
    private const int ShortestToken = 16;

    /// <summary>What who looks at it signs in with. Without one it is for this machine's own browsers alone.</summary>
    public string Token { get; set; } = "";

    /// <summary>Whether there is one.</summary>
    public bool Enabled { get; set; } = true;

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Token.Length is > 0 and < ShortestToken) yield return new($"Console:Token has less than {ShortestToken} characters: it could be guessed.");
    }
}

[OptionsValidator]
internal sealed partial class ConsoleOptionsValidator : IValidateOptions<ConsoleOptions>;
