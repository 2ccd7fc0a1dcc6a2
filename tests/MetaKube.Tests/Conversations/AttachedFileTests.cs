using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using MetaKube.ChatOps.Conversations;

namespace MetaKube.Tests.Conversations;

public sealed class AttachedFileTests
{
    private const string Log = "2026-11-26T23:59:58Z ERROR could not connect\n";

    [Fact]
    public void A_text_is_read_as_it_is() => ShouldHold(AttachedFile.Read("app.log", Bytes(Log)), ("app.log", Log));

    [Fact]
    public void A_packed_log_is_unpacked() =>
        ShouldHold(AttachedFile.Read("app.log.gz", Gzip(Bytes(Log))), ("app.log.gz", Log));

    [Fact]
    public void Each_text_of_an_archive_is_read()
    {
        (string, string)[] files = [("a/one.log", Log), ("two.txt", "x")];
        ShouldHold(AttachedFile.Read("logs.zip", Zip(files)), ("one.log", Log), ("two.txt", "x"));
        ShouldHold(AttachedFile.Read("logs.tar.gz", Gzip(Tar(files))), ("one.log", Log), ("two.txt", "x"));
    }

    [Fact]
    public void An_archive_that_grows_without_end_is_read_to_the_limit_and_said_so()
    {
        var file = AttachedFile.Read("bomb.gz", Gzip(new byte[80 * 1024 * 1024]));
        file.Texts.ShouldBeEmpty();
        file.Unread.ShouldContain(note => note.Contains("64 MB", StringComparison.Ordinal));
        Bytes(AttachedFile.Read("bomb.zip", Zip([.. Enumerable.Range(0, 300).Select(n => ($"{n}.log", "x"))])))
            .ShouldBe(100);
    }

    [Fact]
    public void What_is_no_text_or_damaged_is_said_to_be_unread()
    {
        AttachedFile
            .Read("core.bin", new byte[] { 1, 0, 2 })
            .Unread.ShouldHaveSingleItem()
            .ShouldContain("is not text");
        var damaged = Gzip(Bytes(Log)).AsMemory(0, 15);
        AttachedFile.Read("app.log.gz", damaged).Texts.ShouldAllBe(text => text.Text.Length < Log.Length);
        AttachedFile
            .Read("x.zip", Bytes("PK\u0003\u0004 nothing"))
            .Unread.ShouldHaveSingleItem()
            .ShouldContain("damaged");
    }

    [Fact]
    public void Of_a_long_log_the_beginning_and_the_end_are_read()
    {
        var file = AttachedFile.Read("app.log", Bytes($"first\n{new string('x', 20 * 1024 * 1024)}\nlast"));
        file.Texts.Single().Text.ShouldStartWith("first");
        file.Texts.Single().Text.ShouldEndWith("last");
        file.Unread.ShouldHaveSingleItem().ShouldContain("middle");
    }

    [Theory]
    [InlineData("Screenshot.PNG", true)]
    [InlineData("app.log", false)]
    [InlineData("png", false)]
    public void A_picture_is_known_by_its_name(string name, bool isPicture) =>
        AttachedFile.IsPicture(name).ShouldBe(isPicture);

    private static void ShouldHold(AttachedFile file, params (string Name, string Text)[] texts)
    {
        file.Unread.ShouldBeEmpty();
        file.Texts.Select(text => (text.Name, text.Text)).ShouldBe(texts);
    }

    private static int Bytes(AttachedFile file) => file.Texts.Sum(text => text.Text.Length);

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    private static byte[] Gzip(byte[] content)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest))
            gzip.Write(content);
        return packed.ToArray();
    }

    private static byte[] Zip(params (string Name, string Text)[] files)
    {
        using var packed = new MemoryStream();
        using (var zip = new ZipArchive(packed, ZipArchiveMode.Create))
            foreach (var (name, text) in files)
            {
                using var stream = zip.CreateEntry(name).Open();
                stream.Write(Bytes(text));
            }
        return packed.ToArray();
    }

    private static byte[] Tar(params (string Name, string Text)[] files)
    {
        using var packed = new MemoryStream();
        using (var tar = new TarWriter(packed, TarEntryFormat.Ustar))
            foreach (var (name, text) in files)
            {
                using var data = new MemoryStream(Bytes(text));
                tar.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, name) { DataStream = data });
            }
        return packed.ToArray();
    }
}
