using System.Text;

namespace MetaKube.Cluster.Logs;

/// <summary>Reads the tail of a log of any length.</summary>
internal static class LogTail
{
    /// <summary>Lines and bytes that an inspection reads from the end of each log.</summary>
    public const int Lines = 200,
        Bytes = 64 * 1024;

    /// <summary>Reads at most the last <paramref name="bytes"/> of a stream, from the start of a line.</summary>
    public static async Task<string> ReadAsync(Stream stream, int bytes, CancellationToken cancellationToken)
    {
        var cut = false;
        if (stream.CanSeek && stream.Length > bytes)
        {
            stream.Seek(-bytes, SeekOrigin.End);
            cut = true;
        }
        var kept = new byte[bytes];
        var length = 0;
        var buffer = new byte[Math.Min(bytes, 16 * 1024)];
        for (int read; (read = await stream.ReadAsync(buffer, cancellationToken)) > 0;)
        {
            if (length + read > bytes)
            {
                var keep = Math.Max(0, bytes - read);
                kept.AsSpan(length - Math.Min(length, keep), Math.Min(length, keep)).CopyTo(kept);
                length = Math.Min(length, keep);
                cut = true;
            }
            buffer.AsSpan(0, read).CopyTo(kept.AsSpan(length));
            length += read;
        }
        var text = Encoding.UTF8.GetString(kept, 0, length);
        var line = cut ? text.IndexOf('\n', StringComparison.Ordinal) + 1 : 0;
        return text[line..];
    }
}
