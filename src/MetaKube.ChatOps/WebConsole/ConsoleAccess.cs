using System.Net;
using Microsoft.AspNetCore.Http;

namespace MetaKube.ChatOps.WebConsole;

/// <summary>
/// Admits requests to the console: those of signed-in people, or, where no sign-in is configured, those of browsers on
/// this machine.
/// </summary>
internal sealed class ConsoleAccess(ConsoleOptions options) : IEndpointFilter
{
    private const string ContentPolicy =
        "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'none'; "
        + "frame-ancestors 'none'";

    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        http.Response.Headers.ContentSecurityPolicy = ContentPolicy;
        http.Response.Headers.XContentTypeOptions = "nosniff";
        http.Response.Headers["Referrer-Policy"] = "same-origin";
        http.Response.Headers.CacheControl = "no-store";
        // A page of another site can make the browser send forms here with the person's cookie.
        if (http.Request.Method != HttpMethods.Get && !IsSameOrigin(http.Request))
            return Results.StatusCode(StatusCodes.Status403Forbidden);
        if (!options.NeedsSignIn)
            return IsLocal(http)
                ? await next(context)
                : Results.Text(
                    "Only browsers on this machine may use the console; "
                        + "Console:Token or Console:Authority lets others sign in.",
                    statusCode: StatusCodes.Status403Forbidden
                );
        if (http.Request.Path.StartsWithSegments(ConsoleSignIn.Page) || http.User.Identity is { IsAuthenticated: true })
            return await next(context);
        return http.Request.Method == HttpMethods.Get
            ? Results.LocalRedirect(ConsoleSignIn.Page)
            : Results.StatusCode(StatusCodes.Status401Unauthorized);
    }

    /// <summary>
    /// True for a request from this machine that names it as localhost or a loopback address. The check of the name
    /// prevents DNS rebinding.
    /// </summary>
    private static bool IsLocal(HttpContext http) =>
        http.Connection.RemoteIpAddress is { } address
        && IPAddress.IsLoopback(address)
        && (
            http.Request.Host.Host == "localhost"
            || IPAddress.TryParse(http.Request.Host.Host.Trim('[', ']'), out var name) && IPAddress.IsLoopback(name)
        )
        // A reverse proxy on this machine forwards requests of other machines.
        && !http.Request.Headers.ContainsKey("X-Forwarded-For")
        && !http.Request.Headers.ContainsKey("Forwarded");

    private static bool IsSameOrigin(HttpRequest request) =>
        request.Headers["Sec-Fetch-Site"].ToString() is "same-origin" or "none"
        || Uri.TryCreate(request.Headers.Origin.ToString(), UriKind.Absolute, out var origin)
            && origin.Authority == request.Host.Value;
}
