using System.Text;

namespace MetaKube.Cluster.Logs;

/// <summary>The tail of a log of any length, in memory of a fixed size.</summary>
/// <param name="bytes">The size of the tail.</param>
internal sealed class LogTail(int bytes)
{
    private readonly byte[] ring = new byte[bytes];
    private long total;

    /// <summary>Reads at most the last <paramref name="bytes"/> of a stream, from the start of a line.</summary>
    public static async Task<string> ReadAsync(Stream stream, int bytes, CancellationToken cancellationToken)
    {
        var isCut = stream.CanSeek && stream.Length > bytes;
        if (isCut)
            stream.Seek(-bytes, SeekOrigin.End);
        var tail = new LogTail(bytes);
        var buffer = new byte[Math.Min(bytes, 16 * 1024)];
        for (int read; (read = await stream.ReadAsync(buffer, cancellationToken)) > 0;)
            tail.Append(buffer.AsSpan(0, read));
        return tail.Text(isCut);
    }

    /// <summary>Adds the next bytes of the log.</summary>
    public void Append(ReadOnlySpan<byte> next)
    {
        total += next.Length;
        next = next[Math.Max(0, next.Length - bytes)..];
        var at = (int)((total - next.Length) % bytes);
        var first = Math.Min(next.Length, bytes - at);
        next[..first].CopyTo(ring.AsSpan(at));
        next[first..].CopyTo(ring);
    }

    /// <summary>The text, from the start of a line.</summary>
    /// <param name="isCut">True if bytes before the first one that was added are missing.</param>
    public string Text(bool isCut = false)
    {
        var length = (int)Math.Min(total, bytes);
        var kept = new byte[length];
        var start = (int)((total - length) % bytes);
        var first = Math.Min(length, bytes - start);
        ring.AsSpan(start, first).CopyTo(kept);
        ring.AsSpan(0, length - first).CopyTo(kept.AsSpan(first));
        var text = Encoding.UTF8.GetString(kept);
        return isCut || total > bytes ? text[(text.IndexOf('\n', StringComparison.Ordinal) + 1)..] : text;
    }
}
