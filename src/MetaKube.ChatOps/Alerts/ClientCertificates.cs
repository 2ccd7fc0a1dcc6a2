using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace MetaKube.ChatOps.Alerts;

/// <summary>
/// Authenticates monitoring systems by TLS client certificates of a configured authority.
/// </summary>
internal static class ClientCertificates
{
    private const string ClientAuthentication = "1.3.6.1.5.5.7.3.2";

    /// <summary>
    /// Accepts client certificates of the authority. A certificate of another authority fails the TLS handshake;
    /// a connection without a certificate is accepted.
    /// </summary>
    /// <exception cref="CryptographicException">The authority's file cannot be read.</exception>
    public static void AcceptCertificates(this IWebHostBuilder host, string authority)
    {
        var roots = new X509Certificate2Collection();
        roots.ImportFromPemFile(authority);
        if (roots.Count == 0)
            throw new CryptographicException($"Alerts:ClientAuthority: {authority} holds no certificate.");
        host.ConfigureKestrel(kestrel =>
            kestrel.ConfigureHttpsDefaults(https =>
            {
                https.ClientCertificateMode = ClientCertificateMode.AllowCertificate;
                https.ClientCertificateValidation = (certificate, _, _) => IsOf(certificate, roots);
            })
        );
    }

    private static bool IsOf(X509Certificate2 certificate, X509Certificate2Collection roots)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(roots);
        // A private authority usually publishes no revocation list.
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.ApplicationPolicy.Add(new Oid(ClientAuthentication));
        return chain.Build(certificate);
    }
}
