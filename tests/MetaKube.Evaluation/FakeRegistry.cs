using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace MetaKube.Evaluation;

/// <summary>
/// An image registry that refuses each request, in the three ways that the scenarios need. containerd uses plain HTTP
/// with localhost.
/// </summary>
internal static class FakeRegistry
{
    public const int Port = 15000;

    public static async Task<WebApplication> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls($"http://127.0.0.1:{Port}");
        var app = builder.Build();
        app.MapGet("/v2/", () => Results.Ok());
        app.MapMethods(
            "/v2/{**path}",
            ["GET", "HEAD"],
            (string path, HttpContext context) =>
            {
                if (path.StartsWith("limited/", StringComparison.Ordinal))
                    return Error(429, "TOOMANYREQUESTS", "You have reached your pull rate limit.");
                if (path.StartsWith("private/", StringComparison.Ordinal))
                {
                    context.Response.Headers.WWWAuthenticate = "Basic realm=\"registry\"";
                    return Error(401, "UNAUTHORIZED", "authentication required");
                }
                return Error(404, "MANIFEST_UNKNOWN", "manifest unknown");
            }
        );
        await app.StartAsync();
        return app;
    }

    private static IResult Error(int status, string code, string message) =>
        Results.Json(new { errors = new[] { new { code, message } } }, statusCode: status);
}
