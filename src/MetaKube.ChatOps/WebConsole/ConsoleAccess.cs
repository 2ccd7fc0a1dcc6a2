using System.Net;
using Microsoft.AspNetCore.Http;

namespace MetaKube.ChatOps.WebConsole;

/// <summary>Who may use the console: who signed in, or where nobody has to, the browsers of this machine.</summary>
internal sealed class ConsoleAccess(ConsoleOptions options) : IEndpointFilter
{
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        http.Response.Headers.ContentSecurityPolicy =
            "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
        http.Response.Headers.XContentTypeOptions = "nosniff";
        http.Response.Headers["Referrer-Policy"] = "same-origin";
        http.Response.Headers.CacheControl = "no-store";
        // Another site's page may send forms here with the browser's rights.
        if (http.Request.Method != HttpMethods.Get && !IsSameOrigin(http.Request))
            return Results.StatusCode(StatusCodes.Status403Forbidden);
        if (!options.NeedsSignIn)
            return IsLocal(http)
                ? await next(context)
                : Results.Text(
                    "The console is for this machine's own browsers; Console:Token or Console:Authority lets others sign in.",
                    statusCode: StatusCodes.Status403Forbidden
                );
        if (http.Request.Path.StartsWithSegments(ConsoleSignIn.Page) || http.User.Identity is { IsAuthenticated: true })
            return await next(context);
        return http.Request.Method == HttpMethods.Get
            ? Results.LocalRedirect(ConsoleSignIn.Page)
            : Results.StatusCode(StatusCodes.Status401Unauthorized);
    }

    /// <summary>
    /// From this machine, by one of its own names: a page of elsewhere whose name was made to lead here has another.
    /// </summary>
    private static bool IsLocal(HttpContext http) =>
        http.Connection.RemoteIpAddress is { } address
        && IPAddress.IsLoopback(address)
        && (
            http.Request.Host.Host == "localhost"
            || IPAddress.TryParse(http.Request.Host.Host.Trim('[', ']'), out var name) && IPAddress.IsLoopback(name)
        )
        // What a proxy passes on comes from who knows where.
        && !http.Request.Headers.ContainsKey("X-Forwarded-For")
        && !http.Request.Headers.ContainsKey("Forwarded");

    private static bool IsSameOrigin(HttpRequest request) =>
        request.Headers["Sec-Fetch-Site"].ToString() is "same-origin" or "none"
        || Uri.TryCreate(request.Headers.Origin.ToString(), UriKind.Absolute, out var origin)
            && origin.Authority == request.Host.Value;
}
