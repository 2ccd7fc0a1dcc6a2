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
/// An OpenID Connect provider over real HTTP (authorization code with PKCE) with one signed-in person.
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
        app.MapGet("/authorize", provider.Authorize);
        // As a RequestDelegate, the method would lose its result.
        app.MapPost("/token", (Delegate)provider.TokenAsync);
        await app.StartAsync();
        return provider;
    }

    private IResult Authorize(HttpContext http)
    {
        var query = http.Request.Query;
        if (query["client_id"] != Client || query["code_challenge_method"] != "S256")
            return Results.BadRequest();
        var code = Guid.NewGuid().ToString("N");
        codes[code] = (query["code_challenge"]!, query["nonce"]!);
        return Results.Redirect($"{query["redirect_uri"]}?code={code}&state={Uri.EscapeDataString(query["state"]!)}");
    }

    private async Task<IResult> TokenAsync(HttpContext http)
    {
        var form = await http.Request.ReadFormAsync();
        if (form["client_secret"] != Secret || !codes.TryRemove(form["code"].ToString(), out var asked))
            return Results.BadRequest();
        var challenge = TokenIssuer.Encode(SHA256.HashData(Encoding.ASCII.GetBytes(form["code_verifier"].ToString())));
        if (challenge != asked.Challenge)
            return Results.BadRequest();
        var claims = (JsonObject)Person.DeepClone();
        (claims["iss"], claims["aud"], claims["nonce"], claims["iat"]) = (
            Url,
            Client,
            asked.Nonce,
            TimeProvider.System.GetUtcNow().ToUnixTimeSeconds()
        );
        var response = new JsonObject
        {
            ["access_token"] = "unused",
            ["token_type"] = "Bearer",
            ["id_token"] = Signs(claims, Issuer),
        };
        return Results.Text(response.ToJsonString(), "application/json");
    }

    public async ValueTask DisposeAsync()
    {
        Issuer.Dispose();
        await server.DisposeAsync();
    }
}
