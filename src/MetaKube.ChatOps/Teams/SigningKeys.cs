using System;
using MetaKube.Chat;
using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;

namespace MetaKube.ChatOps.Teams;

/// <summary>
/// The public keys of an issuer of tokens, fetched anew once a day and when a key turns up that is not known: keys
/// change without notice.
/// </summary>
/// <remarks>
/// The library's own ConfigurationManager fetches new keys in the background; the first token under a new key would be
/// refused, and Teams does not send it again.
/// </remarks>
internal sealed class SigningKeys(Uri metadata, HttpClient http, TimeProvider time) : IDisposable
{
    /// <summary>
    /// Anybody can send a token with a key id of their own making: keys are not fetched more often than this for those.
    /// </summary>
    private static readonly TimeSpan FetchAgain = TimeSpan.FromSeconds(10),
        KeepFor = TimeSpan.FromHours(24);

    private readonly SemaphoreSlim gate = new(1, 1);
    private readonly HttpDocumentRetriever retriever = new(http) { RequireHttps = !metadata.IsLoopback };
    private volatile Fetched? last;
    private DateTimeOffset missed;

    private sealed record Fetched(IReadOnlyDictionary<string, JsonWebKey> Keys, DateTimeOffset At);

    /// <summary>The key with an id, or null where the issuer has none.</summary>
    /// <exception cref="ChatUnavailableException">The keys cannot be fetched, or not again so soon.</exception>
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
            // A key that was good a moment ago does not turn bad because its issuer is away.
            if (time.GetUtcNow() - missed < FetchAgain)
                return known.Key
                    ?? throw new ChatUnavailableException(
                        $"The keys at {metadata.Host} were asked for in vain a moment ago."
                    );
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
            }
            catch (Exception e)
                when (e is IOException or HttpRequestException or ArgumentException or InvalidOperationException
                    || e is OperationCanceledException && !cancellationToken.IsCancellationRequested
                )
            {
                missed = time.GetUtcNow();
                return known.Key
                    ?? throw new ChatUnavailableException($"The keys at {metadata.Host} cannot be fetched.", inner: e);
            }
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

    private (JsonWebKey? Key, bool IsFresh) Known(string id) =>
        last is { } fetched
            ? (fetched.Keys.GetValueOrDefault(id), time.GetUtcNow() - fetched.At < KeepFor)
            : (null, false);
}
