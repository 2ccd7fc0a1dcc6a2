using System.Security.Cryptography.X509Certificates;
using MetaKube.Chat;
using Microsoft.Identity.Client;
using Microsoft.Identity.Client.AppConfig;

namespace MetaKube.ChatOps.Teams;

/// <summary>The bot's tokens for the Bot Connector. MSAL caches them until they expire.</summary>
internal sealed class TeamsTokens : IDisposable
{
    private readonly TeamsOptions options;
    private readonly X509Certificate2? certificate;
    private readonly IConfidentialClientApplication? app;
    private readonly IManagedIdentityApplication? identity;

    /// <param name="options">The bot's credentials.</param>
    /// <param name="clients">HTTP clients for Entra; null for MSAL's own.</param>
    public TeamsTokens(TeamsOptions options, IMsalHttpClientFactory? clients = null)
    {
        this.options = options;
        if (options.ManagedIdentity)
        {
            var builder = ManagedIdentityApplicationBuilder.Create(
                ManagedIdentityId.WithUserAssignedClientId(options.AppId)
            );
            identity = (clients is null ? builder : builder.WithHttpClientFactory(clients)).Build();
        }
        else if (options.HasCredentials)
        {
            var builder = ConfidentialClientApplicationBuilder
                .Create(options.AppId)
                .WithAuthority(new Uri(options.Login, options.TenantId))
                .WithInstanceDiscovery(false);
            if (clients is not null)
                builder = builder.WithHttpClientFactory(clients);
            if (options.Certificate.Length > 0)
                certificate = Load(options.Certificate, options.CertificatePassword);
            app = (
                certificate is null
                    ? builder.WithClientSecret(options.ClientSecret)
                    : builder.WithCertificate(certificate)
            ).Build();
        }
    }

    /// <summary>A token, or null where the bot has no credentials, as for a development client.</summary>
    /// <param name="isRefused">True when the last token was refused: a new one is fetched even if the cached one has
    /// not expired.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="ChatUnavailableException">Entra issues no token.</exception>
    public async Task<string?> GetAsync(bool isRefused, CancellationToken cancellationToken)
    {
        try
        {
            if (identity is not null)
                return (
                    await identity
                        .AcquireTokenForManagedIdentity(options.Scope)
                        .WithForceRefresh(isRefused)
                        .ExecuteAsync(cancellationToken)
                ).AccessToken;
            if (app is not null)
                return (
                    await app.AcquireTokenForClient([options.Scope])
                        .WithForceRefresh(isRefused)
                        .ExecuteAsync(cancellationToken)
                ).AccessToken;
            return null;
        }
        catch (MsalException e)
        {
            // A wrong secret counts as unavailable too, so that pending messages wait until it is corrected.
            throw new ChatUnavailableException(
                $"Entra issues no token ({e.ErrorCode}): {e.Message.Split('\n')[0]}",
                inner: e
            );
        }
        catch (Exception e)
            when (e is HttpRequestException
                || e is OperationCanceledException && !cancellationToken.IsCancellationRequested
            )
        {
            throw new ChatUnavailableException("Entra cannot be reached.", inner: e);
        }
    }

    public void Dispose() => certificate?.Dispose();

    private static X509Certificate2 Load(string file, string password)
    {
        if (Path.GetExtension(file).ToLowerInvariant() is ".pfx" or ".p12")
            return X509CertificateLoader.LoadPkcs12FromFile(file, password);
        return password.Length > 0
            ? X509Certificate2.CreateFromEncryptedPemFile(file, password)
            : X509Certificate2.CreateFromPemFile(file);
    }
}
