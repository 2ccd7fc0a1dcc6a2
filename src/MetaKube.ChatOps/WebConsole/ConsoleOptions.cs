using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace MetaKube.ChatOps.WebConsole;

/// <summary>
/// The console in the browser. Without a token and an authority it is for this machine's own browsers alone.
/// </summary>
internal sealed class ConsoleOptions : IValidatableObject
{
    private const int ShortestToken = 16;

    /// <summary>What who looks at it signs in with.</summary>
    public string Token { get; set; } = "";

    /// <summary>Whether there is one.</summary>
    public bool Enabled { get; set; } = true;

    /// <summary>Who knows the people that may sign in: the issuer of an OpenID Connect provider.</summary>
    public Uri? Authority { get; set; }

    /// <summary>The client that the provider knows the console by.</summary>
    public string ClientId { get; set; } = "";

    public string ClientSecret { get; set; } = "";

    /// <summary>
    /// Of those whom the provider knows, who may sign in: subjects (sub) or verified mail addresses; <c>*</c> for all.
    /// </summary>
    [Required]
    public string[] Users { get; set; } = [];

    /// <summary>And whoever is in one of these groups.</summary>
    [Required]
    public string[] Groups { get; set; } = [];

    /// <summary>The claim that names them.</summary>
    [Required]
    public string GroupsClaim { get; set; } = "groups";

    /// <summary>Where browsers find the console, if something stands between; the provider leads back there.</summary>
    public Uri? Address { get; set; }

    public bool NeedsSignIn => Token.Length > 0 || Authority is not null;

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Token.Length is > 0 and < ShortestToken)
            yield return new($"Console:Token has less than {ShortestToken} characters: it could be guessed.");
        if (Address is not null && (!Address.IsAbsoluteUri || Address.Scheme is not ("http" or "https")))
            yield return new("Console:Address is no http or https address.");
        if (Authority is null)
        {
            if (ClientId.Length + ClientSecret.Length + Users.Length + Groups.Length > 0)
                yield return new("Console:Authority is missing: who knows the people that may sign in.");
            yield break;
        }
        if (!Authority.IsAbsoluteUri || Authority.Scheme is not ("http" or "https"))
            yield return new("Console:Authority is no http or https address.");
        else if (Authority.Scheme == "http" && !Authority.IsLoopback)
            yield return new("Console:Authority would be asked without encryption.");
        if (ClientId.Length == 0)
            yield return new("Console:ClientId is missing.");
        if (Users.Length + Groups.Length == 0)
            yield return new(
                "Console:Users and Console:Groups are empty: nobody could sign in (Console:Users:0=* lets in all whom the provider knows)."
            );
    }
}

[OptionsValidator]
internal sealed partial class ConsoleOptionsValidator : IValidateOptions<ConsoleOptions>;
