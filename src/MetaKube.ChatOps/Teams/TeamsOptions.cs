using System.ComponentModel.DataAnnotations;
using MetaKube.Chat;
using MetaKube.Memory;
using Microsoft.Extensions.Options;

namespace MetaKube.ChatOps.Teams;

/// <summary>
/// The Azure Bot. Without an app id the bot does not use Teams, unless unauthenticated development clients are allowed.
/// </summary>
internal sealed class TeamsOptions : IValidatableObject
{
    /// <summary>Hosts of the Bot Connector: the public cloud's, and those of the government clouds.</summary>
    private static readonly string[] ConnectorHosts =
    [
        "smba.trafficmanager.net",
        ".botframework.com",
        "smba.infra.gcc.teams.microsoft.com",
        "smba.infra.gov.teams.microsoft.us",
        "smba.infra.dod.teams.microsoft.us",
        ".botframework.azure.us",
        ".botframework.azure.cn",
    ];

    /// <summary>The bot's app (client) id, a GUID.</summary>
    public string AppId { get; set; } = "";

    /// <summary>
    /// The Entra tenant of the app registration; for an old multi-tenant bot <c>botframework.com</c>.
    /// </summary>
    public string TenantId { get; set; } = "";

    public string ClientSecret { get; set; } = "";

    /// <summary>The path of a file with certificate and key (PEM or PFX), in place of a secret.</summary>
    public string Certificate { get; set; } = "";

    public string CertificatePassword { get; set; } = "";

    /// <summary>True when the bot's identity is a user-assigned managed identity.</summary>
    public bool ManagedIdentity { get; set; }

    /// <summary>For development only: accepts requests from this machine without a token.</summary>
    public bool AllowUnauthenticated { get; set; }

    /// <summary>Tenants whose people may write; empty: <see cref="TenantId"/>.</summary>
    [Required]
    public string[] Tenants { get; set; } = [];

    /// <summary>Client ids of further apps that may call with a token of Entra; the bot's own app always may.</summary>
    [Required]
    public string[] Callers { get; set; } = [];

    /// <summary>
    /// Further hosts that may receive answers and the bot's token; a name that begins with a dot includes all its
    /// subdomains.
    /// </summary>
    [Required]
    public string[] ServiceHosts { get; set; } = [];

    /// <summary>The service address of conversations in which nobody has written to the bot yet.</summary>
    [Required]
    public Uri ServiceUrl { get; set; } = new("https://smba.trafficmanager.net/teams/");

    /// <summary>The OpenID metadata of the keys that sign the Bot Connector's tokens.</summary>
    [Required]
    public Uri Metadata { get; set; } = new("https://login.botframework.com/v1/.well-known/openidconfiguration");

    /// <summary>The issuer of the Bot Connector's tokens.</summary>
    [Required]
    public string Issuer { get; set; } = "https://api.botframework.com";

    /// <summary>The address of Entra.</summary>
    [Required]
    public Uri Login { get; set; } = new("https://login.microsoftonline.com/");

    /// <summary>The scope of the bot's own tokens.</summary>
    [Required]
    public string Scope { get; set; } = "https://api.botframework.com/.default";

    /// <summary>Further reactions that count as feedback, by type: fixed, wrong, helpful or unhelpful.</summary>
    [Required]
    public Dictionary<string, FeedbackKind> Reactions { get; set; } = [];

    /// <summary>The access rules; empty: no limit.</summary>
    [Required]
    public AccessRule[] Access { get; set; } = [];

    public bool IsConfigured => AppId.Length > 0 || AllowUnauthenticated;

    public bool HasCredentials => ClientSecret.Length > 0 || Certificate.Length > 0 || ManagedIdentity;

    public IReadOnlyList<string> AllowedTenants
    {
        get
        {
            if (Tenants.Length > 0)
                return Tenants;
            return TenantId.Length > 0 ? [TenantId] : [];
        }
    }

    /// <summary>True when the bot may send its token to an address.</summary>
    public bool IsConnector(Uri service)
    {
        // The development client runs on this machine.
        if (AllowUnauthenticated && service.IsLoopback)
            return service.Scheme is "http" or "https";
        return service.Scheme == "https"
            && ConnectorHosts
                .Concat(ServiceHosts)
                .Any(host =>
                    host[0] == '.'
                        ? service.Host.EndsWith(host, StringComparison.OrdinalIgnoreCase)
                        : service.Host.Equals(host, StringComparison.OrdinalIgnoreCase)
                );
    }

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (AppId.Length == 0)
        {
            if (TenantId.Length > 0 || HasCredentials)
                yield return new("Teams:AppId is missing.");
            yield break;
        }
        // The app id is the audience that tokens are checked against: a value that is no GUID is a wrong setting.
        if (!Guid.TryParse(AppId, out _))
            yield return new("Teams:AppId is no GUID; it is the bot's app (client) id.");
        if (TenantId.Length == 0)
            yield return new("Teams:TenantId is missing.");
        if (TenantId.Length > 0 && !Guid.TryParse(TenantId, out _) && Tenants.Length == 0)
            yield return new(
                "Teams:TenantId is no GUID; an old multi-tenant bot also needs Teams:Tenants, whose people may write."
            );
        if (!HasCredentials && !AllowUnauthenticated)
            yield return new("Teams needs Teams:ClientSecret, Teams:Certificate or Teams:ManagedIdentity to answer.");
        if ((ClientSecret.Length > 0 ? 1 : 0) + (Certificate.Length > 0 ? 1 : 0) + (ManagedIdentity ? 1 : 0) > 1)
            yield return new("Teams:ClientSecret, Teams:Certificate and Teams:ManagedIdentity exclude each other.");
        if (HasCredentials && Login.Scheme != "https")
            yield return new("Teams:Login would send the bot's credentials without encryption.");
        if (Certificate.Length > 0 && !File.Exists(Certificate))
            yield return new($"Teams:Certificate: there is no file {Certificate}.");
        if (ServiceHosts.Any(host => host.Trim('.', '*', ' ').Length == 0))
            yield return new("Teams:ServiceHosts has an entry that would allow every host.");
        if (!IsConnector(ServiceUrl))
            yield return new("Teams:ServiceUrl is not at a host of the Bot Connector; name it in Teams:ServiceHosts.");
    }
}

[OptionsValidator]
internal sealed partial class TeamsOptionsValidator : IValidateOptions<TeamsOptions>;
