using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace MetaKube.ChatOps.Slack;

/// <summary>Verifies the signature of Slack's requests: an HMAC-SHA256 over the timestamp and the raw body.</summary>
internal static class SlackSignature
{
    private static readonly TimeSpan Oldest = TimeSpan.FromMinutes(5);

    public static bool IsValid(
        string secret,
        string? timestamp,
        string? signature,
        ReadOnlySpan<byte> body,
        DateTimeOffset now
    )
    {
        if (
            secret.Length == 0
            || signature is null
            || !long.TryParse(timestamp, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
        )
            return false;
        if (Math.Abs(now.ToUnixTimeSeconds() - seconds) > (long)Oldest.TotalSeconds)
            return false;
        return CryptographicOperations.FixedTimeEquals(
            Encoding.ASCII.GetBytes(Of(secret, timestamp!, body)),
            Encoding.ASCII.GetBytes(signature)
        );
    }

    public static string Of(string secret, string timestamp, ReadOnlySpan<byte> body)
    {
        using var hash = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, Encoding.UTF8.GetBytes(secret));
        hash.AppendData(Encoding.ASCII.GetBytes($"v0:{timestamp}:"));
        hash.AppendData(body);
        return $"v0={Convert.ToHexStringLower(hash.GetHashAndReset())}";
    }
}
