using System.Security.Cryptography.X509Certificates;
using MetaKube.Chat;
using Microsoft.Identity.Client;
using Microsoft.Identity.Client.AppConfig;

namespace MetaKube.ChatOps.Teams;

/// <summary>Our own tokens for the Bot Connector; MSAL keeps them until they expire.</summary>
internal sealed class TeamsTokens : IDisposable
{
    private readonly TeamsOptions options;
    private readonly X509Certificate2? certificate;
    private readonly IConfidentialClientApplication? app;
    private readonly IManagedIdentityApplication? identity;

    /// <param name="options">The bot's credentials.</param>
    /// <param name="clients">How Entra is reached; null: as MSAL does.</param>
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

    /// <summary>A token, or null where none is needed: a development client asks for none.</summary>
    /// <param name="isRefused">The last one was refused, whatever it says of itself.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="ChatUnavailableException">Entra gives none now.</exception>
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
            // A wrong secret may be set right as well: what is to be said is kept until then.
            throw new ChatUnavailableException(
                $"Entra gives no token ({e.ErrorCode}): {e.Message.Split('\n')[0]}",
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

    private static X509Certificate2 Load(string file, string password) =>
        Path.GetExtension(file).ToLowerInvariant() is ".pfx" or ".p12"
            ? X509CertificateLoader.LoadPkcs12FromFile(file, password)
        : password.Length > 0 ? X509Certificate2.CreateFromEncryptedPemFile(file, password)
        : X509Certificate2.CreateFromPemFile(file);
}
