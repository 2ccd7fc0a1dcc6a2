using System;
using MetaKube.Chat;
using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;

namespace MetaKube.ChatOps.Teams;

/// <summary>
/// The public keys of a token issuer. They are fetched once a day, and when a token names an unknown key, since issuers
/// rotate keys without notice.
/// </summary>
/// <remarks>
/// The library's own ConfigurationManager fetches new keys in the background; the first token under a new key would be
/// refused, and Teams does not send it again.
/// </remarks>
internal sealed class SigningKeys(Uri metadata, HttpClient http, TimeProvider time) : IDisposable
{
    /// <summary>
    /// The shortest time between two fetches after a miss. Anybody can send a token with an invented key id, which must
    /// not cause a fetch each time.
    /// </summary>
    private static readonly TimeSpan RefetchInterval = TimeSpan.FromSeconds(10),
        Lifetime = TimeSpan.FromHours(24);

    private readonly SemaphoreSlim gate = new(1, 1);
    private readonly HttpDocumentRetriever retriever = new(http) { RequireHttps = !metadata.IsLoopback };
    private volatile Fetched? last;
    private DateTimeOffset missed;

    private sealed record Fetched(IReadOnlyDictionary<string, JsonWebKey> Keys, DateTimeOffset At);

    /// <summary>The key with an id, or null where the issuer has none.</summary>
    /// <exception cref="ChatUnavailableException">The keys cannot be fetched, or the last fetch failed a moment
    /// ago.</exception>
    public async Task<JsonWebKey?> FindAsync(string id, CancellationToken cancellationToken)
    {
        if (Known(id) is { IsFresh: true, Key: { } fresh })
            return fresh;
        await gate.WaitAsync(cancellationToken);
        try
        {
            var known = Known(id);
            if (known is { IsFresh: true, Key: not null })
                return known.Key;
            // An expired key stays in use while its issuer cannot be reached.
            if (time.GetUtcNow() - missed < RefetchInterval)
                return known.Key
                    ?? throw new ChatUnavailableException(
                        $"The keys at {metadata.Host} were fetched a moment ago without success."
                    );
            if (await FetchAsync(cancellationToken) is { } failure)
                return known.Key
                    ?? throw new ChatUnavailableException(
                        $"The keys at {metadata.Host} cannot be fetched.",
                        inner: failure
                    );
            var found = Known(id).Key;
            if (found is null)
                missed = time.GetUtcNow();
            return found;
        }
        finally
        {
            gate.Release();
        }
    }

    public void Dispose() => gate.Dispose();

    /// <summary>Fetches the keys.</summary>
    /// <returns>The failure, or null.</returns>
    private async Task<Exception?> FetchAsync(CancellationToken cancellationToken)
    {
        try
        {
            var configuration = await OpenIdConnectConfigurationRetriever.GetAsync(
                metadata.AbsoluteUri,
                retriever,
                cancellationToken
            );
            last = new(
                configuration
                    .JsonWebKeySet.Keys.Where(key => key is { Kty: "RSA", Kid.Length: > 0 })
                    .GroupBy(key => key.Kid)
                    .ToDictionary(group => group.Key, group => group.First()),
                time.GetUtcNow()
            );
            return null;
        }
        catch (Exception e)
            when (e is IOException or HttpRequestException or ArgumentException or InvalidOperationException
                || e is OperationCanceledException && !cancellationToken.IsCancellationRequested
            )
        {
            missed = time.GetUtcNow();
            return e;
        }
    }

    private (JsonWebKey? Key, bool IsFresh) Known(string id) =>
        last is { } fetched
            ? (fetched.Keys.GetValueOrDefault(id), time.GetUtcNow() - fetched.At < Lifetime)
            : (null, false);
}
