using System.Text.Json;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace MetaKube.ChatOps.Teams;

/// <summary>
/// Verifies the bearer tokens of requests: those of the Bot Connector, and those that Entra issues to permitted apps.
/// </summary>
internal sealed partial class TeamsAuthentication : IDisposable
{
    /// <summary>The permitted difference of clocks.</summary>
    private static readonly TimeSpan Skew = TimeSpan.FromMinutes(5);

    private readonly TeamsOptions options;
    private readonly TimeProvider time;
    private readonly ILogger<TeamsAuthentication> logger;
    private readonly JsonWebTokenHandler handler = new();
    private readonly HttpClient http = new() { Timeout = TimeSpan.FromSeconds(10) };
    private readonly SigningKeys connectorKeys,
        entraKeys;
    private readonly string[] entraIssuers;

    public TeamsAuthentication(TeamsOptions options, TimeProvider time, ILogger<TeamsAuthentication> logger)
    {
        (this.options, this.time, this.logger) = (options, time, logger);
        connectorKeys = new(options.Metadata, http, time);
        entraKeys = new(new(options.Login, $"{options.TenantId}/v2.0/.well-known/openid-configuration"), http, time);
        entraIssuers =
        [
            new Uri(options.Login, $"{options.TenantId}/v2.0").AbsoluteUri,
            $"https://sts.windows.net/{options.TenantId}/",
        ];
    }

    /// <summary>An authenticated caller.</summary>
    /// <param name="ServiceUrl">The service address that the token is for, or null where it names none.</param>
    /// <param name="Channels">The channels that the key may sign for, or null for every channel.</param>
    public sealed record Caller(string? ServiceUrl, IReadOnlyCollection<string>? Channels);

    /// <summary>Checks the Authorization header of a request.</summary>
    /// <returns>The caller, or null where the token is not accepted.</returns>
    /// <exception cref="ChatUnavailableException">The issuer's keys cannot be fetched.</exception>
    public async Task<Caller?> CheckAsync(string? authorization, CancellationToken cancellationToken)
    {
        if (options.AppId.Length == 0)
            return Refuse("no Teams:AppId is set");
        if (authorization?.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase) != true)
            return Refuse("it has no bearer token");
        JsonWebToken token;
        try
        {
            token = handler.ReadJsonWebToken(authorization["Bearer ".Length..].Trim());
        }
        catch (Exception e) when (e is ArgumentException or SecurityTokenException)
        {
            return Refuse("its token cannot be read");
        }
        // The issuer that the token names selects the keys; the signature proves it afterwards.
        var isConnector = token.Issuer == options.Issuer;
        if (!isConnector && !entraIssuers.Contains(token.Issuer))
            return Refuse("its token has another issuer");
        if (token.Alg != SecurityAlgorithms.RsaSha256)
            return Refuse("its token is not signed with RS256");
        if (
            string.IsNullOrEmpty(token.Kid)
            || await (isConnector ? connectorKeys : entraKeys).FindAsync(token.Kid, cancellationToken) is not { } key
        )
            return Refuse("its token's key is not known");
        var result = await handler.ValidateTokenAsync(token, Parameters(token.Issuer, key));
        if (!result.IsValid)
            return Refuse($"its token is not valid ({result.Exception.GetType().Name})");
        return isConnector ? new(Claim(token, "serviceurl"), EndorsementsOf(key)) : App(token);
    }

    private TokenValidationParameters Parameters(string issuer, JsonWebKey key) =>
        new()
        {
            ValidIssuer = issuer,
            ValidAudience = options.AppId,
            ValidAlgorithms = [SecurityAlgorithms.RsaSha256],
            IssuerSigningKey = key,
            TryAllIssuerSigningKeys = false,
            RequireSignedTokens = true,
            RequireExpirationTime = true,
            ClockSkew = Skew,
            LifetimeValidator = (notBefore, expires, _, _) =>
                expires is { } end
                && end + Skew > time.GetUtcNow().UtcDateTime
                && !(notBefore - Skew > time.GetUtcNow().UtcDateTime),
        };

    /// <summary>
    /// Checks the app of a token of Entra, which issues tokens for the bot to every app of the tenant.
    /// </summary>
    private Caller? App(JsonWebToken token)
    {
        var app = Claim(token, "azp") ?? Claim(token, "appid");
        return app is not null && (app == options.AppId || options.Callers.Contains(app))
            ? new(null, null)
            : Refuse($"app {app ?? "without an id"} is not among Teams:Callers");
    }

    /// <summary>Logs the reason why a request is refused.</summary>
    /// <returns>Always null.</returns>
    public Caller? Refuse(string why)
    {
        LogRefused(why);
        return null;
    }

    public void Dispose()
    {
        connectorKeys.Dispose();
        entraKeys.Dispose();
        http.Dispose();
    }

    private static string? Claim(JsonWebToken token, string name) =>
        token.TryGetPayloadValue<string>(name, out var value) ? value : null;

    private static string[] EndorsementsOf(JsonWebKey key) =>
        key.AdditionalData.TryGetValue("endorsements", out var found)
            ? found switch
            {
                JsonElement { ValueKind: JsonValueKind.Array } array =>
                [
                    .. array.EnumerateArray().Select(one => one.ToString()),
                ],
                string text => JsonSerializer.Deserialize<string[]>(text) ?? [],
                IEnumerable<object> many => [.. many.Select(one => one.ToString()!)],
                _ => [],
            }
            : [];

    [LoggerMessage(LogLevel.Warning, "A request to the Teams endpoint is refused: {Why}")]
    private partial void LogRefused(string why);
}
