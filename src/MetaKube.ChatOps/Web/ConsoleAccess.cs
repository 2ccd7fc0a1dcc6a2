using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using MetaKube.ChatOps.Configuration;
using Microsoft.AspNetCore.Http;

namespace MetaKube.ChatOps.Web;

/// <summary>Who may use the console: with a token who signed in with it, without one the browsers of this machine.</summary>
internal sealed class ConsoleAccess(ConsoleOptions options, TimeProvider time) : IEndpointFilter
{
    public const string SignIn = "/sign-in";

    private const string Cookie = "metakube";

    private static readonly TimeSpan Lasts = TimeSpan.FromHours(12);

    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        http.Response.Headers.ContentSecurityPolicy = "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
        http.Response.Headers.XContentTypeOptions = "nosniff";
        http.Response.Headers["Referrer-Policy"] = "same-origin";
        http.Response.Headers.CacheControl = "no-store";
        // Another site's page may send forms here with the browser's rights.
        if (http.Request.Method != HttpMethods.Get && !IsSameOrigin(http.Request)) return Results.StatusCode(StatusCodes.Status403Forbidden);
        if (options.Token.Length == 0)
            return IsLocal(http) ? await next(context) : Results.Text("The console is for this machine's own browsers; Console:Token lets others sign in.", statusCode: StatusCodes.Status403Forbidden);
        if (http.Request.Path == SignIn || IsSigned(http.Request.Cookies[Cookie])) return await next(context);
        return http.Request.Method == HttpMethods.Get ? Results.LocalRedirect(SignIn) : Results.StatusCode(StatusCodes.Status401Unauthorized);
    }

    /// <summary>Signs in, or says that the token is another.</summary>
    public bool TrySignIn(HttpContext http, string token)
    {
        if (options.Token.Length == 0 || !SharedSecret.Matches(token, options.Token)) return false;
        var end = (time.GetUtcNow() + Lasts).ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        http.Response.Cookies.Append(Cookie, $"{end}.{Sign(end)}", new() { HttpOnly = true, SameSite = SameSiteMode.Strict, Secure = http.Request.IsHttps, MaxAge = Lasts, Path = "/" });
        return true;
    }

    public static void SignOut(HttpContext http) => http.Response.Cookies.Delete(Cookie);

    private bool IsSigned(string? cookie) => cookie?.Split('.') is [var end, var signature]
        && SharedSecret.Matches(signature, Sign(end))
        && long.TryParse(end, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && DateTimeOffset.FromUnixTimeSeconds(seconds) > time.GetUtcNow();

    private string Sign(string text) => Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(options.Token), Encoding.ASCII.GetBytes($"console {text}")));

    /// <summary>From this machine, by one of its own names: a page of elsewhere whose name was made to lead here has another.</summary>
    private static bool IsLocal(HttpContext http) => http.Connection.RemoteIpAddress is { } address && IPAddress.IsLoopback(address)
        && (http.Request.Host.Host == "localhost" || IPAddress.TryParse(http.Request.Host.Host.Trim('[', ']'), out var name) && IPAddress.IsLoopback(name))
        // What a proxy passes on comes from who knows where.
        && !http.Request.Headers.ContainsKey("X-Forwarded-For") && !http.Request.Headers.ContainsKey("Forwarded");

    private static bool IsSameOrigin(HttpRequest request) =>
        request.Headers["Sec-Fetch-Site"].ToString() is "same-origin" or "none" || Uri.TryCreate(request.Headers.Origin.ToString(), UriKind.Absolute, out var origin) && origin.Authority == request.Host.Value;
}
