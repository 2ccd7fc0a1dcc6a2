using System;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;

namespace MetaKube.ChatOps.KubeLlm;

/// <summary>
/// Gets a file of many gigabytes over a connection that breaks: it goes on where it stopped, also in another process,
/// and is only called whole when it is.
/// </summary>
internal sealed class ModelDownload(HttpClient client, TimeProvider time)
{
    /// <summary>So many attempts in a row that bring nothing end it.</summary>
    private const int MostAttempts = 5;

    private static readonly TimeSpan FirstWait = TimeSpan.FromSeconds(1),
        Patience = TimeSpan.FromSeconds(30);

    /// <param name="source">Where it is.</param>
    /// <param name="file">Where it goes.</param>
    /// <param name="sha256">Its checksum, or null where none is known.</param>
    /// <param name="progress">Hears how many bytes are there, and of how many where that is known.</param>
    /// <param name="cancellationToken">Ends it; what is there stays for the next time.</param>
    /// <exception cref="ModelDownloadException">It cannot be had; the message says why.</exception>
    public async Task GetAsync(
        Uri source,
        string file,
        string? sha256,
        IProgress<(long Done, long? All)> progress,
        CancellationToken cancellationToken
    )
    {
        var (part, tag) = ($"{file}.part", $"{file}.part.etag");
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        for (var attempt = 1; ;)
        {
            var before = Length(part);
            try
            {
                await ContinueAsync(source, part, tag, progress, cancellationToken);
                break;
            }
            catch (Exception e) when (IsBreak(e, cancellationToken))
            {
                attempt = Length(part) > before ? 1 : attempt + 1;
                if (attempt > MostAttempts)
                    throw new ModelDownloadException(
                        $"{source.Host} breaks off again and again ({e.Message}); {Length(part)} bytes are kept, and the next pull goes on from there.",
                        e
                    );
                await Task.Delay(FirstWait * (1 << (attempt - 1)), time, cancellationToken);
            }
        }
        if (
            sha256 is not null
            && await HashAsync(part, cancellationToken) is var hash
            && !string.Equals(hash, sha256, StringComparison.OrdinalIgnoreCase)
        )
        {
            File.Delete(part);
            throw new ModelDownloadException(
                $"What {source.Host} sent is not the file: its checksum is {hash}, not {sha256}. It was deleted."
            );
        }
        if (!await IsModelAsync(part, cancellationToken))
        {
            File.Delete(part);
            throw new ModelDownloadException($"What {source.Host} sent is no GGUF file. It was deleted.");
        }
        File.Move(part, file, overwrite: true);
        File.Delete(tag);
    }

    /// <summary>The checksum of a file.</summary>
    public static async Task<string> HashAsync(string file, CancellationToken cancellationToken)
    {
        await using var stream = File.OpenRead(file);
        return Convert.ToHexStringLower(await SHA256.HashDataAsync(stream, cancellationToken));
    }

    /// <summary>Whether a file begins as a GGUF does.</summary>
    public static async Task<bool> IsModelAsync(string file, CancellationToken cancellationToken)
    {
        await using var stream = File.OpenRead(file);
        var magic = new byte[4];
        return await stream.ReadAtLeastAsync(magic, 4, throwOnEndOfStream: false, cancellationToken) == 4
            && magic.AsSpan().SequenceEqual("GGUF"u8);
    }

    private async Task ContinueAsync(
        Uri source,
        string part,
        string tag,
        IProgress<(long Done, long? All)> progress,
        CancellationToken cancellationToken
    )
    {
        var done = Length(part);
        using var request = new HttpRequestMessage(HttpMethod.Get, source);
        if (done > 0)
        {
            request.Headers.Range = new(done, null);
            // If it is another file by now the server sends it from its beginning.
            if (
                File.Exists(tag)
                && EntityTagHeaderValue.TryParse(await File.ReadAllTextAsync(tag, cancellationToken), out var known)
                && !known.IsWeak
            )
                request.Headers.IfRange = new(known);
        }
        using var response = await client.SendAsync(
            request,
            HttpCompletionOption.ResponseHeadersRead,
            cancellationToken
        );
        if (response.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable)
        {
            if (response.Content.Headers.ContentRange?.Length == done)
                return;
            // The file there is another one, and shorter.
            File.Delete(part);
            throw new IOException("the part that is here does not fit the file there");
        }
        if ((int)response.StatusCode is 408 or 429 or >= 500)
            throw new IOException($"HTTP {(int)response.StatusCode}");
        if (!response.IsSuccessStatusCode)
            throw new ModelDownloadException(
                $"{source} cannot be had: HTTP {(int)response.StatusCode} {response.ReasonPhrase}."
            );

        var resumes =
            response.StatusCode == HttpStatusCode.PartialContent && response.Content.Headers.ContentRange?.From == done;
        if (!resumes)
            done = 0;
        var all = done + response.Content.Headers.ContentLength;
        if (all is { } size)
            Require(size - done, part);
        if (response.Headers.ETag is { } etag)
            await File.WriteAllTextAsync(tag, etag.ToString(), cancellationToken);
        await using var file = new FileStream(
            part,
            resumes ? FileMode.Append : FileMode.Create,
            FileAccess.Write,
            FileShare.Read
        );
        await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        var buffer = new byte[256 * 1024];
        while (true)
        {
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            patience.CancelAfter(Patience);
            var read = await stream.ReadAsync(buffer, patience.Token);
            if (read == 0)
                break;
            await file.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
            done += read;
            progress.Report((done, all));
        }
        if (all is not null && done < all)
            throw new IOException($"the connection ended after {done} of {all} bytes");
    }

    private static void Require(long bytes, string part)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(part))!;
        // A drive of Windows, or whatever is mounted there.
        var free = new DriveInfo(OperatingSystem.IsWindows() ? Path.GetPathRoot(folder)! : folder).AvailableFreeSpace;
        if (free < bytes)
            throw new ModelDownloadException($"It needs {bytes} more bytes, and {folder} has {free}.");
    }

    private static long Length(string file) => File.Exists(file) ? new FileInfo(file).Length : 0;

    private static bool IsBreak(Exception e, CancellationToken cancellationToken) =>
        e is HttpRequestException or IOException and not (FileNotFoundException or DirectoryNotFoundException)
        || e is OperationCanceledException && !cancellationToken.IsCancellationRequested;
}

/// <summary>A model file cannot be had; the message says why.</summary>
internal sealed class ModelDownloadException(string message, Exception? inner = null) : Exception(message, inner);
