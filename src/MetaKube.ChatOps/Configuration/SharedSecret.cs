using System.Security.Cryptography;
using System.Text;

namespace MetaKube.ChatOps.Configuration;

/// <summary>Compares a secret of a request with the configured one.</summary>
internal static class SharedSecret
{
    /// <summary>
    /// True when they are equal. Comparing hashes of one length takes the same time for every input.
    /// </summary>
    public static bool Matches(string given, string expected) =>
        CryptographicOperations.FixedTimeEquals(
            SHA256.HashData(Encoding.UTF8.GetBytes(given)),
            SHA256.HashData(Encoding.UTF8.GetBytes(expected))
        );
}
