using System;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using MetaKube.Fakes.Teams;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace MetaKube.Tests.WebConsole;

/// <summary>
/// An OpenID Connect provider over real HTTP (authorization code with PKCE) at which one person is signed in.
/// </summary>
internal sealed class IdentityProvider : IAsyncDisposable
{
    public const string Client = "metakube-console",
        Secret = "a-secret-of-the-client";

    private readonly WebApplication server;
    private readonly ConcurrentDictionary<string, (string Challenge, string Nonce)> codes = new();

    private IdentityProvider(WebApplication server)
    {
        this.server = server;
        Issuer = new(() => Url);
    }

    public string Url => server.Urls.First();

    public TokenIssuer Issuer { get; }

    /// <summary>The claims about the person.</summary>
    public JsonObject Person { get; set; } =
        new()
        {
            ["sub"] = "ada-1",
            ["email"] = "ada@example.com",
            ["email_verified"] = true,
        };

    /// <summary>The signing algorithm.</summary>
    public Func<JsonObject, TokenIssuer, string> Signs { get; set; } = static (claims, issuer) => issuer.Token(claims);

    public static async Task<IdentityProvider> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var provider = new IdentityProvider(app);
        app.MapGet("/.well-known/openid-configuration", () => provider.Issuer.Metadata(provider.Url, "/keys"));
        app.MapGet("/keys", () => provider.Issuer.Keys());
        app.MapGet(
            "/authorize",
            (HttpContext http) =>
            {
                var query = http.Request.Query;
                if (query["client_id"] != Client || query["code_challenge_method"] != "S256")
                    return Results.BadRequest();
                var code = Guid.NewGuid().ToString("N");
                provider.codes[code] = (query["code_challenge"]!, query["nonce"]!);
                return Results.Redirect(
                    $"{query["redirect_uri"]}?code={code}&state={Uri.EscapeDataString(query["state"]!)}"
                );
            }
        );
        app.MapPost(
            "/token",
            async (HttpContext http) =>
            {
                var form = await http.Request.ReadFormAsync();
                if (
                    form["client_secret"] != Secret
                    || !provider.codes.TryRemove(form["code"].ToString(), out var asked)
                )
                    return Results.BadRequest();
                if (
                    TokenIssuer.Encode(SHA256.HashData(Encoding.ASCII.GetBytes(form["code_verifier"].ToString())))
                    != asked.Challenge
                )
                    return Results.BadRequest();
                var claims = (JsonObject)provider.Person.DeepClone();
                (claims["iss"], claims["aud"], claims["nonce"], claims["iat"]) = (
                    provider.Url,
                    Client,
                    asked.Nonce,
                    TimeProvider.System.GetUtcNow().ToUnixTimeSeconds()
                );
                return Results.Text(
                    new JsonObject
                    {
                        ["access_token"] = "unused",
                        ["token_type"] = "Bearer",
                        ["id_token"] = provider.Signs(claims, provider.Issuer),
                    }.ToJsonString(),
                    "application/json"
                );
            }
        );
        await app.StartAsync();
        return provider;
    }

    public async ValueTask DisposeAsync()
    {
        Issuer.Dispose();
        await server.DisposeAsync();
    }
}
