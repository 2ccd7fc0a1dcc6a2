using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace MetaKube.ChatOps.WebConsole;

/// <summary>
/// The console in the browser. Without a token and an authority only browsers on this machine may use it.
/// </summary>
internal sealed class ConsoleOptions : IValidatableObject
{
    private const int ShortestToken = 16;

    /// <summary>Sign-in token, at least 16 characters.</summary>
    public string Token { get; set; } = "";

    /// <summary>Serves the console.</summary>
    public bool Enabled { get; set; } = true;

    /// <summary>The issuer of the OpenID Connect provider that people sign in with.</summary>
    public Uri? Authority { get; set; }

    /// <summary>The console's client id at the provider.</summary>
    public string ClientId { get; set; } = "";

    public string ClientSecret { get; set; } = "";

    /// <summary>
    /// People who may sign in: subjects (sub) or verified mail addresses; <c>*</c> allows everybody whom the provider
    /// knows.
    /// </summary>
    [Required]
    public string[] Users { get; set; } = [];

    /// <summary>Groups whose members may sign in.</summary>
    [Required]
    public string[] Groups { get; set; } = [];

    /// <summary>The claim that holds a person's groups.</summary>
    [Required]
    public string GroupsClaim { get; set; } = "groups";

    /// <summary>The console's address behind a reverse proxy; the provider redirects browsers to it.</summary>
    public Uri? Address { get; set; }

    public bool NeedsSignIn => Token.Length > 0 || Authority is not null;

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Token.Length is > 0 and < ShortestToken)
            yield return new($"Console:Token has less than {ShortestToken} characters: it could be guessed.");
        if (Authority is null)
        {
            if (ClientId.Length + ClientSecret.Length + Users.Length + Groups.Length > 0)
                yield return new("Console:Authority is missing: the issuer of the provider that people sign in with.");
            yield break;
        }
        if (Authority.Scheme == "http" && !Authority.IsLoopback)
            yield return new("Console:Authority needs https: http would send credentials without encryption.");
        if (ClientId.Length == 0)
            yield return new("Console:ClientId is missing.");
        if (Users.Length + Groups.Length == 0)
            yield return new(
                "Console:Users and Console:Groups are empty: nobody could sign in "
                    + "(Console:Users:0=* allows everybody whom the provider knows)."
            );
    }
}

[OptionsValidator]
internal sealed partial class ConsoleOptionsValidator : IValidateOptions<ConsoleOptions>;
