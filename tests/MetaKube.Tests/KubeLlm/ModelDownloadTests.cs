using System.Globalization;
using System.Security.Cryptography;
using MetaKube.ChatOps.KubeLlm;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;

namespace MetaKube.Tests.KubeLlm;

public sealed class ModelDownloadTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly CancellationToken token = TestContext.Current.CancellationToken;
    private readonly byte[] content = [.. "GGUF"u8, .. RandomNumberGenerator.GetBytes(3_000_000)];
    private readonly FakeTimeProvider time = new() { AutoAdvanceAmount = TimeSpan.FromMinutes(1) };

    public void Dispose() => folder.Dispose();

    private string File_ => Path.Combine(folder.Path, "models", "m.gguf");

    private string Hash => Convert.ToHexStringLower(SHA256.HashData(content));

    private sealed class Heard : IProgress<(long Done, long? All)>
    {
        public List<(long Done, long? All)> All { get; } = [];

        public void Report((long Done, long? All) value) => All.Add(value);
    }

    /// <summary>Serves a file with ranges; each connection breaks after a number of bytes.</summary>
    private Func<HttpContext, Task> Serving(int breakAfter = int.MaxValue, string etag = "\"v1\"") =>
        async context =>
        {
            var from = context.Request.Headers.Range.ToString() is { Length: > 0 } range
                ? int.Parse(range["bytes=".Length..^1], CultureInfo.InvariantCulture)
                : 0;
            if (context.Request.Headers.IfRange.ToString() is { Length: > 0 } known && known != etag)
                from = 0;
            if (from >= content.Length)
            {
                context.Response.StatusCode = 416;
                context.Response.Headers.ContentRange = $"bytes */{content.Length}";
                return;
            }
            context.Response.StatusCode = from > 0 ? 206 : 200;
            context.Response.Headers.ETag = etag;
            context.Response.ContentLength = content.Length - from;
            if (from > 0)
                context.Response.Headers.ContentRange = $"bytes {from}-{content.Length - 1}/{content.Length}";
            var length = Math.Min(breakAfter, content.Length - from);
            await context.Response.Body.WriteAsync(content.AsMemory(from, length));
            await context.Response.Body.FlushAsync();
            if (length < content.Length - from)
                context.Abort();
        };

    private async Task GetAsync(BrokenServer server, string? sha256, Heard? heard = null)
    {
        using var client = new HttpClient();
        var getting = new ModelDownload(client, time).GetAsync(
            new(server.Address, "m.gguf"),
            File_,
            sha256,
            heard ?? new(),
            token
        );
        while (!getting.IsCompleted)
        {
            time.Advance(TimeSpan.FromMinutes(1));
            await Task.Yield();
        }
        await getting;
    }

    [Fact]
    public async Task A_file_arrives_whole_over_a_connection_that_breaks_again_and_again()
    {
        await using var server = await BrokenServer.StartAsync(Serving(breakAfter: 400_000));
        var heard = new Heard();
        await GetAsync(server, Hash, heard);
        (await File.ReadAllBytesAsync(File_, token)).ShouldBe(content);
        server.Requests.Count.ShouldBeGreaterThan(5);
        heard.All[^1].ShouldBe((content.Length, content.Length));
        Directory.EnumerateFiles(Path.GetDirectoryName(File_)!).ShouldBe([File_]);
    }

    [Fact]
    public async Task A_pull_resumes_at_the_end_of_an_earlier_one()
    {
        await using var server = await BrokenServer.StartAsync(Serving());
        folder.Write("models/m.gguf.part", "");
        await File.WriteAllBytesAsync($"{File_}.part", content[..1_000_000], token);
        await File.WriteAllTextAsync($"{File_}.part.etag", "\"v1\"", token);
        var heard = new Heard();
        await GetAsync(server, Hash, heard);
        heard.All[0].Done.ShouldBeGreaterThan(1_000_000);
        (await File.ReadAllBytesAsync(File_, token)).ShouldBe(content);
    }

    [Fact]
    public async Task A_file_that_has_changed_is_downloaded_from_its_beginning()
    {
        await using var server = await BrokenServer.StartAsync(Serving(etag: "\"v2\""));
        folder.Write("models/m.gguf.part", new string('x', 5000));
        await File.WriteAllTextAsync($"{File_}.part.etag", "\"v1\"", token);
        await GetAsync(server, Hash);
        (await File.ReadAllBytesAsync(File_, token)).ShouldBe(content);
    }

    [Fact]
    public async Task A_part_that_is_all_of_it_already_is_not_loaded_again()
    {
        await using var server = await BrokenServer.StartAsync(Serving());
        folder.Write("models/m.gguf.part", "");
        await File.WriteAllBytesAsync($"{File_}.part", content, token);
        await GetAsync(server, Hash);
        (await File.ReadAllBytesAsync(File_, token)).ShouldBe(content);
        server.Requests.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_wrong_checksum_leaves_nothing()
    {
        await using var server = await BrokenServer.StartAsync(Serving());
        (
            await Should.ThrowAsync<ModelDownloadException>(() => GetAsync(server, new string('0', 64)))
        ).Message.ShouldContain($"its checksum is {Hash}");
        Directory
            .EnumerateFiles(Path.GetDirectoryName(File_)!, "*.gguf*")
            .Where(file => !file.EndsWith(".etag", StringComparison.Ordinal))
            .ShouldBeEmpty();
    }

    [Fact]
    public async Task A_page_of_a_proxy_is_no_model()
    {
        await using var server = await BrokenServer.StartAsync(context =>
            context.Response.WriteAsync("<html>Please log in</html>")
        );
        (await Should.ThrowAsync<ModelDownloadException>(() => GetAsync(server, null))).Message.ShouldContain(
            "is not a GGUF file"
        );
        File.Exists(File_).ShouldBeFalse();
    }

    [Fact]
    public async Task A_missing_model_is_reported_at_once()
    {
        await using var server = await BrokenServer.StartAsync(context =>
        {
            context.Response.StatusCode = 404;
            return Task.CompletedTask;
        });
        (await Should.ThrowAsync<ModelDownloadException>(() => GetAsync(server, null))).Message.ShouldContain(
            "HTTP 404"
        );
        server.Requests.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_server_that_never_sends_anything_is_given_up_and_what_is_here_is_kept()
    {
        await using var server = await BrokenServer.StartAsync(context =>
        {
            context.Abort();
            return Task.CompletedTask;
        });
        folder.Write("models/m.gguf.part", "GGUF and more");
        (await Should.ThrowAsync<ModelDownloadException>(() => GetAsync(server, null))).Message.ShouldContain(
            "the next pull resumes from there"
        );
        server.Requests.Count.ShouldBe(5);
        File.Exists($"{File_}.part").ShouldBeTrue();
    }
}
