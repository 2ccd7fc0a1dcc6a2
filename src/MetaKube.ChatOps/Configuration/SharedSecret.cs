using System.Security.Cryptography;
using System.Text;

namespace MetaKube.ChatOps.Configuration;

/// <summary>Compares what somebody sent with what was configured.</summary>
internal static class SharedSecret
{
    /// <summary>
    /// Whether they are the same; by hashes of one length, so that comparing takes one time whatever was sent.
    /// </summary>
    public static bool Matches(string given, string expected) =>
        CryptographicOperations.FixedTimeEquals(
            SHA256.HashData(Encoding.UTF8.GetBytes(given)),
            SHA256.HashData(Encoding.UTF8.GetBytes(expected))
        );
}
