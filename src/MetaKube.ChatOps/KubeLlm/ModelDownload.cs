using System;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;

namespace MetaKube.ChatOps.KubeLlm;

/// <summary>
/// Downloads a file of many gigabytes over an unreliable connection. It resumes an interrupted download, also one of an
/// earlier process, and moves the file to its final name only when it is complete and its checksum is right.
/// </summary>
internal sealed class ModelDownload(HttpClient client, TimeProvider time)
{
    /// <summary>The number of consecutive attempts without a new byte after which the download fails.</summary>
    private const int MostAttempts = 5;

    private static readonly TimeSpan FirstWait = TimeSpan.FromSeconds(1),
        ReadTimeout = TimeSpan.FromSeconds(30);

    /// <param name="source">The address to download from.</param>
    /// <param name="file">The path to write to.</param>
    /// <param name="sha256">The checksum in hexadecimal digits, or null to skip the comparison.</param>
    /// <param name="progress">Receives the bytes downloaded and, where the server tells it, the file's size.</param>
    /// <param name="cancellationToken">Ends the download; a later call resumes it.</param>
    /// <exception cref="ModelDownloadException">The download failed; the message gives the reason.</exception>
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
        await CompleteAsync(source, part, tag, progress, cancellationToken);
        await VerifyAsync(source, part, sha256, cancellationToken);
        File.Move(part, file, overwrite: true);
        File.Delete(tag);
    }

    /// <summary>Retries with exponential back-off until the file is complete.</summary>
    private async Task CompleteAsync(
        Uri source,
        string part,
        string tag,
        IProgress<(long Done, long? All)> progress,
        CancellationToken cancellationToken
    )
    {
        for (var attempt = 1; ;)
        {
            var before = Length(part);
            try
            {
                await ContinueAsync(source, part, tag, progress, cancellationToken);
                return;
            }
            catch (Exception e) when (IsBreak(e, cancellationToken))
            {
                attempt = Length(part) > before ? 1 : attempt + 1;
                if (attempt > MostAttempts)
                    throw new ModelDownloadException(
                        $"{source.Host} breaks off the download repeatedly ({e.Message}); "
                            + $"{Length(part)} bytes are kept, and the next pull resumes from there.",
                        e
                    );
                await Task.Delay(FirstWait * (1 << (attempt - 1)), time, cancellationToken);
            }
        }
    }

    /// <summary>Deletes the downloaded file when it is not the expected one.</summary>
    private static async Task VerifyAsync(Uri source, string part, string? sha256, CancellationToken cancellationToken)
    {
        if (
            sha256 is not null
            && await HashAsync(part, cancellationToken) is var hash
            && !string.Equals(hash, sha256, StringComparison.OrdinalIgnoreCase)
        )
        {
            File.Delete(part);
            throw new ModelDownloadException(
                $"The file from {source.Host} is not the expected one: its checksum is {hash}, not {sha256}. "
                    + "It was deleted."
            );
        }
        if (!await IsModelAsync(part, cancellationToken))
        {
            File.Delete(part);
            throw new ModelDownloadException($"The file from {source.Host} is not a GGUF file. It was deleted.");
        }
    }

    /// <summary>The SHA-256 checksum of a file, in lower-case hexadecimal digits.</summary>
    public static async Task<string> HashAsync(string file, CancellationToken cancellationToken)
    {
        await using var stream = File.OpenRead(file);
        return Convert.ToHexStringLower(await SHA256.HashDataAsync(stream, cancellationToken));
    }

    /// <summary>True when a file begins with GGUF's magic number.</summary>
    public static async Task<bool> IsModelAsync(string file, CancellationToken cancellationToken)
    {
        await using var stream = File.OpenRead(file);
        var magic = new byte[4];
        return await stream.ReadAtLeastAsync(magic, 4, throwOnEndOfStream: false, cancellationToken) == 4
            && magic.AsSpan().SequenceEqual("GGUF"u8);
    }

    /// <summary>Makes one request for the bytes that the part file lacks.</summary>
    private async Task ContinueAsync(
        Uri source,
        string part,
        string tag,
        IProgress<(long Done, long? All)> progress,
        CancellationToken cancellationToken
    )
    {
        var done = Length(part);
        using var request = await RequestAsync(source, done, tag, cancellationToken);
        using var response = await client.SendAsync(
            request,
            HttpCompletionOption.ResponseHeadersRead,
            cancellationToken
        );
        if (IsComplete(response, done, part))
            return;
        RequireSuccess(response, source);
        var resumes =
            response.StatusCode == HttpStatusCode.PartialContent && response.Content.Headers.ContentRange?.From == done;
        if (!resumes)
            done = 0;
        var all = done + response.Content.Headers.ContentLength;
        if (all is { } size)
            RequireSpace(size - done, part);
        if (response.Headers.ETag is { } etag)
            await File.WriteAllTextAsync(tag, etag.ToString(), cancellationToken);
        await using var file = new FileStream(
            part,
            resumes ? FileMode.Append : FileMode.Create,
            FileAccess.Write,
            FileShare.Read
        );
        await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        await CopyAsync(stream, file, (done, all), progress, cancellationToken);
    }

    private static async Task<HttpRequestMessage> RequestAsync(
        Uri source,
        long done,
        string tag,
        CancellationToken cancellationToken
    )
    {
        var request = new HttpRequestMessage(HttpMethod.Get, source);
        if (done == 0)
            return request;
        request.Headers.Range = new(done, null);
        // With If-Range the server sends the whole file when it has changed since the last attempt.
        if (
            File.Exists(tag)
            && EntityTagHeaderValue.TryParse(await File.ReadAllTextAsync(tag, cancellationToken), out var known)
            && !known.IsWeak
        )
            request.Headers.IfRange = new(known);
        return request;
    }

    /// <summary>True when the server says that the part file already holds every byte.</summary>
    private static bool IsComplete(HttpResponseMessage response, long done, string part)
    {
        if (response.StatusCode != HttpStatusCode.RequestedRangeNotSatisfiable)
            return false;
        if (response.Content.Headers.ContentRange?.Length == done)
            return true;
        // The server's file is a different, shorter one.
        File.Delete(part);
        throw new IOException("the partial file does not match the server's file");
    }

    private static void RequireSuccess(HttpResponseMessage response, Uri source)
    {
        if ((int)response.StatusCode is 408 or 429 or >= 500)
            throw new IOException($"HTTP {(int)response.StatusCode}");
        if (!response.IsSuccessStatusCode)
            throw new ModelDownloadException(
                $"{source} cannot be downloaded: HTTP {(int)response.StatusCode} {response.ReasonPhrase}."
            );
    }

    private static async Task CopyAsync(
        Stream stream,
        FileStream file,
        (long Done, long? All) state,
        IProgress<(long Done, long? All)> progress,
        CancellationToken cancellationToken
    )
    {
        var buffer = new byte[256 * 1024];
        while (true)
        {
            using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            timeout.CancelAfter(ReadTimeout);
            var read = await stream.ReadAsync(buffer, timeout.Token);
            if (read == 0)
                break;
            await file.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
            state.Done += read;
            progress.Report(state);
        }
        if (state.Done < state.All)
            throw new IOException($"the connection ended after {state.Done} of {state.All} bytes");
    }

    private static void RequireSpace(long bytes, string part)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(part))!;
        // DriveInfo takes a drive's root on Windows, and any folder of a mounted file system elsewhere.
        var free = new DriveInfo(OperatingSystem.IsWindows() ? Path.GetPathRoot(folder)! : folder).AvailableFreeSpace;
        if (free < bytes)
            throw new ModelDownloadException(
                $"The download needs {bytes} more bytes, and {folder} has {free} bytes free."
            );
    }

    private static long Length(string file) => File.Exists(file) ? new FileInfo(file).Length : 0;

    private static bool IsBreak(Exception e, CancellationToken cancellationToken) =>
        e is HttpRequestException or IOException and not (FileNotFoundException or DirectoryNotFoundException)
        || e is OperationCanceledException && !cancellationToken.IsCancellationRequested;
}

/// <summary>A model file cannot be downloaded; the message gives the reason.</summary>
internal sealed class ModelDownloadException(string message, Exception? inner = null) : Exception(message, inner);
