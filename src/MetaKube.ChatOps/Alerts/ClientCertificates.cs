using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace MetaKube.ChatOps.Alerts;

/// <summary>
/// Monitoring systems that prove who they are by a certificate of an authority of the operator's own.
/// </summary>
internal static class ClientCertificates
{
    private const string ClientAuthentication = "1.3.6.1.5.5.7.3.2";

    /// <summary>
    /// Lets connections bring a certificate; one that is not the authority's ends the connection, and without one there
    /// is none to go by.
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
        // An authority of one's own has no place to look revocations up.
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.ApplicationPolicy.Add(new Oid(ClientAuthentication));
        return chain.Build(certificate);
    }
}
