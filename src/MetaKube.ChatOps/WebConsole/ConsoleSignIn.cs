using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using MetaKube.ChatOps.Configuration;
using MetaKube.Redis;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;

namespace MetaKube.ChatOps.WebConsole;

/// <summary>
/// Signs people in to the console: with its token, or through an OpenID Connect provider (authorization code flow with
/// PKCE).
/// </summary>
internal static partial class ConsoleSignIn
{
    public const string Page = "/sign-in",
        Provider = "/sign-in/provider";

    private const string Cookie = CookieAuthenticationDefaults.AuthenticationScheme,
        OpenId = OpenIdConnectDefaults.AuthenticationScheme,
        Name = "name",
        Operator = "operator";

    private static readonly TimeSpan Lifetime = TimeSpan.FromHours(12);

    public static void AddConsoleSignIn(
        this IServiceCollection services,
        ConsoleOptions options,
        IRedisConnection connection,
        RedisKeys keys
    )
    {
        // Every replica can read the cookie, also after a restart. The fingerprint in the application's name makes
        // cookies invalid when the token, the provider or the list of people changes.
        services
            .AddDataProtection()
            .SetApplicationName($"metakube {Fingerprint(options)}")
            .PersistKeysToRedis(connection, keys);
        var secure = options.Address?.Scheme == "https" ? CookieSecurePolicy.Always : CookieSecurePolicy.SameAsRequest;
        var authentication = services
            .AddAuthentication(Cookie)
            .AddCookie(cookie =>
            {
                cookie.Cookie.Name = "metakube";
                cookie.Cookie.SecurePolicy = secure;
                cookie.Cookie.SameSite = SameSiteMode.Lax;
                cookie.ExpireTimeSpan = Lifetime;
                cookie.SlidingExpiration = false;
            });
        if (options.Authority is { } authority)
            authentication.AddOpenIdConnect(openId =>
            {
                Configure(openId, options, authority, secure);
                AddEvents(openId, options);
            });
    }

    private static void Configure(
        OpenIdConnectOptions openId,
        ConsoleOptions options,
        Uri authority,
        CookieSecurePolicy secure
    )
    {
        openId.Authority = authority.AbsoluteUri;
        openId.ClientId = options.ClientId;
        openId.RequireHttpsMetadata = authority.Scheme == "https";
        if (options.ClientSecret.Length > 0)
            openId.ClientSecret = options.ClientSecret;
        // The provider answers by a redirect with a query. A posted form would come from another site: ConsoleAccess
        // would refuse it, and its cookies would need SameSite=None.
        openId.ResponseType = OpenIdConnectResponseType.Code;
        openId.ResponseMode = OpenIdConnectResponseMode.Query;
        openId.UsePkce = true;
        openId.MapInboundClaims = false;
        foreach (var cookie in (CookieBuilder[])[openId.CorrelationCookie, openId.NonceCookie])
        {
            cookie.SameSite = SameSiteMode.Lax;
            cookie.SecurePolicy = secure;
        }
        openId.CallbackPath = "/sign-in/back";
        openId.Scope.Add("email");
    }

    private static void AddEvents(OpenIdConnectOptions openId, ConsoleOptions options)
    {
        if (options.Address is { } address)
            openId.Events.OnRedirectToIdentityProvider = context =>
            {
                context.ProtocolMessage.RedirectUri = new Uri(address, openId.CallbackPath.Value).AbsoluteUri;
                return Task.CompletedTask;
            };
        openId.Events.OnTokenValidated = context =>
        {
            if (UserOf(context.Principal!, options) is { } user)
                context.Principal = Person(user);
            else
                context.Fail("The person is not among Console:Users, and in none of Console:Groups.");
            return Task.CompletedTask;
        };
        openId.Events.OnRemoteFailure = context =>
        {
            LogRefused(
                context.HttpContext.RequestServices.GetRequiredService<ILogger<ConsoleAccess>>(),
                context.Failure?.Message ?? "no reason given"
            );
            context.Response.Redirect($"{Page}?refused=1");
            context.HandleResponse();
            return Task.CompletedTask;
        };
    }

    /// <summary>Signs the caller in if the token is right.</summary>
    /// <returns>False when it is wrong, or when none is configured.</returns>
    public static async Task<bool> TrySignInAsync(HttpContext http, ConsoleOptions options, string token)
    {
        if (options.Token.Length == 0 || !SharedSecret.Matches(token, options.Token))
            return false;
        await http.SignInAsync(Cookie, Person(Operator));
        return true;
    }

    public static Task SignOutAsync(HttpContext http) => http.SignOutAsync(Cookie);

    /// <summary>Redirects to the provider, which redirects back to the first page.</summary>
    public static IResult Challenge() => Results.Challenge(new() { RedirectUri = "/" }, [OpenId]);

    /// <summary>The name of the signed-in person, as the provider gave it.</summary>
    public static string UserOf(HttpContext http) => http.User.FindFirstValue(Name) ?? Operator;

    private static string Fingerprint(ConsoleOptions options) =>
        Convert.ToHexStringLower(
            SHA256.HashData(
                Encoding.UTF8.GetBytes(
                    string.Join(
                        '\n',
                        [
                            options.Token,
                            options.Authority?.AbsoluteUri ?? "",
                            options.ClientId,
                            options.GroupsClaim,
                            .. options.Users,
                            "",
                            .. options.Groups,
                        ]
                    )
                )
            )
        );

    private static ClaimsPrincipal Person(string user) =>
        new(new ClaimsIdentity([new(Name, user)], Cookie, Name, null));

    /// <summary>
    /// The person's name in the console, or null where the person may not sign in. A mail address counts only if the
    /// provider has verified it; otherwise a person could claim somebody else's.
    /// </summary>
    private static string? UserOf(ClaimsPrincipal person, ConsoleOptions options)
    {
        var subject = person.FindFirstValue("sub");
        var mail = string.Equals(person.FindFirstValue("email_verified"), "true", StringComparison.OrdinalIgnoreCase)
            ? person.FindFirstValue("email")
            : null;
        var isKnown =
            options.Users.Contains("*")
            || subject is not null && options.Users.Contains(subject)
            || mail is not null && options.Users.Contains(mail, StringComparer.OrdinalIgnoreCase)
            || person.FindAll(options.GroupsClaim).Any(group => options.Groups.Contains(group.Value));
        // "operator" is reserved for people who signed in with the token.
        return isKnown && (mail ?? subject) is { } name && name != Operator ? name : null;
    }

    [LoggerMessage(LogLevel.Warning, "Signing in to the console failed: {Why}")]
    private static partial void LogRefused(ILogger logger, string why);
}
