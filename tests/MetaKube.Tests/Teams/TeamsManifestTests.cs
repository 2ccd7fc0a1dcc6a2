using System.Buffers.Binary;
using System.Diagnostics;
using System.IO.Compression;
using System.Text.Json.Nodes;

namespace MetaKube.Tests.Teams;

public sealed class TeamsManifestTests
{
    private const string AppId = "11111111-2222-3333-4444-555555555555";

    private static readonly string Source = Path.Combine(Repository.Root, "bot-manifests", "teams");

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_package_is_what_microsofts_schema_asks_for(bool readsChannels)
    {
        using var folder = new TemporaryFolder();
        var package = await PackAsync(folder, readsChannels);
        package.Keys.Order(StringComparer.Ordinal).ShouldBe(["color.png", "manifest.json", "outline.png"]);
        var manifest = JsonNode.Parse(package["manifest.json"])!;
        ((string?)manifest["id"], (string?)manifest["bots"]![0]!["botId"]).ShouldBe((AppId, AppId));
        // Only a manifest for all messages asks for the right to read them.
        manifest.AsObject().ContainsKey("authorization").ShouldBe(readsChannels);
        manifest.ToJsonString().ShouldNotContain("00000000-0000");
        (await TeamsNpm.CheckAsync("manifest", folder.Write("manifest.json", manifest.ToJsonString()))).ShouldBe("");
    }

    [Fact]
    public async Task A_wrong_manifest_is_reported()
    {
        using var folder = new TemporaryFolder();
        var manifest = JsonNode.Parse((await PackAsync(folder, readsChannels: false))["manifest.json"])!;
        manifest["name"]!["short"] = new string('x', 31);
        (await TeamsNpm.CheckAsync("manifest", folder.Write("manifest.json", manifest.ToJsonString()))).ShouldContain(
            "/name/short"
        );
    }

    [Fact]
    public async Task The_icons_have_the_sizes_and_the_outline_is_white_on_nothing()
    {
        using var folder = new TemporaryFolder();
        var package = await PackAsync(folder, readsChannels: false);
        SizeOf(package["color.png"]).ShouldBe((192, 192));
        SizeOf(package["outline.png"]).ShouldBe((32, 32));
        // Eight bits each of red, green, blue and alpha.
        package["outline.png"][25].ShouldBe((byte)6);
    }

    [Fact]
    public async Task An_id_that_is_none_is_refused()
    {
        using var process = Process.Start(
            new ProcessStartInfo("bash", [Path.Combine(Source, "pack"), "my-bot"]) { RedirectStandardError = true }
        )!;
        (await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken)).ShouldContain("APP-ID");
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        process.ExitCode.ShouldBe(2);
    }

    private static async Task<Dictionary<string, byte[]>> PackAsync(TemporaryFolder folder, bool readsChannels)
    {
        var file = Path.Combine(folder.Path, "app.zip");
        string[] reads = readsChannels ? ["--read-channels"] : [];
        using var process = Process.Start(
            new ProcessStartInfo("bash", [Path.Combine(Source, "pack"), .. reads, AppId, file])
        )!;
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        process.ExitCode.ShouldBe(0);
        using var zip = await ZipFile.OpenReadAsync(file, TestContext.Current.CancellationToken);
        var all = new Dictionary<string, byte[]>();
        foreach (var entry in zip.Entries)
        {
            await using var stream = await entry.OpenAsync(TestContext.Current.CancellationToken);
            using var bytes = new MemoryStream();
            await stream.CopyToAsync(bytes, TestContext.Current.CancellationToken);
            all[entry.FullName] = bytes.ToArray();
        }
        return all;
    }

    private static (int Width, int Height) SizeOf(byte[] png) =>
        (BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(16)), BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(20)));
}
