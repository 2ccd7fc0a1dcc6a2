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
/// How people sign in to the console: with its token, or by an OpenID Connect provider (authorization code with PKCE).
/// </summary>
internal static partial class ConsoleSignIn
{
    public const string Page = "/sign-in",
        Provider = "/sign-in/provider";

    private const string Cookie = CookieAuthenticationDefaults.AuthenticationScheme,
        OpenId = OpenIdConnectDefaults.AuthenticationScheme,
        Name = "name",
        Operator = "operator";

    private static readonly TimeSpan Lasts = TimeSpan.FromHours(12);

    public static void AddConsoleSignIn(
        this IServiceCollection services,
        ConsoleOptions options,
        IRedisConnection connection,
        RedisKeys keys
    )
    {
        // Whichever replica answers next can read the cookie, also after a restart; under another token, provider or
        // list of people it is worth nothing.
        services
            .AddDataProtection()
            .SetApplicationName($"metakube {Fingerprint(options)}")
            .PersistKeysToRedis(connection, keys);
        var secure = options.Address?.Scheme == "https" ? CookieSecurePolicy.Always : CookieSecurePolicy.SameAsRequest;
        var authentication = services
            .AddAuthentication(Cookie)
            .AddCookie(cookie =>
            {
                (cookie.Cookie.Name, cookie.Cookie.SecurePolicy, cookie.Cookie.SameSite) = (
                    "metakube",
                    secure,
                    SameSiteMode.Lax
                );
                (cookie.ExpireTimeSpan, cookie.SlidingExpiration) = (Lasts, false);
            });
        if (options.Authority is null)
            return;
        authentication.AddOpenIdConnect(openId =>
        {
            (openId.Authority, openId.ClientId, openId.RequireHttpsMetadata) = (
                options.Authority.AbsoluteUri,
                options.ClientId,
                options.Authority.Scheme == "https"
            );
            if (options.ClientSecret.Length > 0)
                openId.ClientSecret = options.ClientSecret;
            // The answer comes as an address: a form that another site sends here would be refused, and would need
            // cookies that other sites may send.
            (openId.ResponseType, openId.ResponseMode, openId.UsePkce, openId.MapInboundClaims) = (
                OpenIdConnectResponseType.Code,
                OpenIdConnectResponseMode.Query,
                true,
                false
            );
            foreach (var cookie in (CookieBuilder[])[openId.CorrelationCookie, openId.NonceCookie])
                (cookie.SameSite, cookie.SecurePolicy) = (SameSiteMode.Lax, secure);
            openId.CallbackPath = "/sign-in/back";
            openId.Scope.Add("email");
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
        });
    }

    /// <summary>Signs in with the token, or says that it is another.</summary>
    public static async Task<bool> TrySignInAsync(HttpContext http, ConsoleOptions options, string token)
    {
        if (options.Token.Length == 0 || !SharedSecret.Matches(token, options.Token))
            return false;
        await http.SignInAsync(Cookie, Person(Operator));
        return true;
    }

    public static Task SignOutAsync(HttpContext http) => http.SignOutAsync(Cookie);

    /// <summary>Leads to the provider, and back to the first page.</summary>
    public static IResult Challenge() => Results.Challenge(new() { RedirectUri = "/" }, [OpenId]);

    /// <summary>Who uses the console, by the name that the provider vouches for.</summary>
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
    /// What the person is called here, or null where the person may not sign in. A mail address counts only where the
    /// provider has made sure of it: else anybody could take another's.
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
        // A subject of that name is not who has the token.
        return isKnown && (mail ?? subject) is { } name && name != Operator ? name : null;
    }

    [LoggerMessage(LogLevel.Warning, "Somebody could not sign in to the console: {Why}")]
    private static partial void LogRefused(ILogger logger, string why);
}
