using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using MetaKube.Cluster;

namespace MetaKube.ChatOps.Conversations;

/// <summary>
/// The texts of an attached file: the file itself, or those in a gzip, zip or tar archive. Sizes are limited, so that
/// an archive that grows when it is unpacked costs bounded memory. Whatever is not read is noted.
/// </summary>
internal sealed class AttachedFile
{
    /// <summary>Bytes of a file as it is downloaded.</summary>
    public const int Largest = 32 * 1024 * 1024;

    /// <summary>Bytes of all texts of a file after unpacking.</summary>
    private const int LargestUnpacked = 64 * 1024 * 1024;

    /// <summary>Characters of one text; of a longer one the middle is left out, since the end tells most.</summary>
    private const int LongestHead = 1024 * 1024,
        LongestTail = 6 * 1024 * 1024;

    private const int MostEntries = 100,
        TarMagicAt = 257,
        Inspected = 8192;

    private static readonly string[] Pictures = [".png", ".jpg", ".jpeg", ".gif", ".webp", ".heic", ".bmp", ".tiff"];

    private readonly List<PastedEvidence.Paste> texts = [];
    private readonly List<string> unread = [];
    private int room = LargestUnpacked;

    private AttachedFile() { }

    public IReadOnlyList<PastedEvidence.Paste> Texts => texts;

    /// <summary>Sentences about what was not read.</summary>
    public IReadOnlyList<string> Unread => unread;

    /// <summary>True if a file's name says that it is a picture.</summary>
    public static bool IsPicture(string name) =>
        Pictures.Contains(Path.GetExtension(name), StringComparer.OrdinalIgnoreCase);

    /// <summary>Reads a file.</summary>
    /// <param name="name">Its name, redacted.</param>
    /// <param name="content">Its bytes; untrusted.</param>
    public static AttachedFile Read(string name, ReadOnlyMemory<byte> content)
    {
        var file = new AttachedFile();
        try
        {
            file.Add(name, content.ToArray());
        }
        catch (Exception e) when (e is InvalidDataException or IOException or EndOfStreamException or FormatException)
        {
            file.unread.Add($"{name} is damaged and was not read to its end.");
        }
        return file;
    }

    private void Add(string name, byte[] content)
    {
        if (content is [0x1f, 0x8b, ..])
            AddGzip(name, content);
        else if (content is [(byte)'P', (byte)'K', 3 or 5, ..])
            AddZip(name, content);
        else if (IsTar(content))
            AddTar(name, content);
        else
            AddText(name, content);
    }

    private void AddGzip(string name, byte[] content)
    {
        using var gzip = new GZipStream(new MemoryStream(content), CompressionMode.Decompress);
        var (unpacked, isWhole) = Unpacked(gzip);
        if (!isWhole)
            NoteCut(name);
        if (IsTar(unpacked))
            AddTar(name, unpacked);
        else
            AddText(name, unpacked);
    }

    private void AddZip(string name, byte[] content)
    {
        using var zip = new ZipArchive(new MemoryStream(content), ZipArchiveMode.Read);
        foreach (var entry in zip.Entries.Where(entry => entry.Name.Length > 0).Take(MostEntries))
        {
            using var stream = entry.Open();
            AddEntry(name, entry.FullName, stream);
        }
        NoteMore(name, zip.Entries.Count(entry => entry.Name.Length > 0));
    }

    private void AddTar(string name, byte[] content)
    {
        using var tar = new TarReader(new MemoryStream(content));
        var count = 0;
        while (tar.GetNextEntry() is { } entry)
            if (entry.DataStream is { } stream && ++count <= MostEntries)
                AddEntry(name, entry.Name, stream);
        NoteMore(name, count);
    }

    private void AddEntry(string archive, string name, Stream stream)
    {
        if (IsPicture(name))
            return;
        var (unpacked, isWhole) = Unpacked(stream);
        if (unpacked.Length > 0)
            AddText(Path.GetFileName(name), unpacked);
        if (!isWhole)
            NoteCut(archive);
    }

    private void NoteMore(string name, int count)
    {
        if (count > MostEntries)
            unread.Add($"{name} holds {count} files; I read the first {MostEntries}.");
    }

    private void NoteCut(string name)
    {
        var note = $"{name} is larger than {LargestUnpacked / 1024 / 1024} MB unpacked; I read that much.";
        if (!unread.Contains(note))
            unread.Add(note);
    }

    private void AddText(string name, byte[] content)
    {
        if (TextOf(content) is not { } text)
        {
            unread.Add($"{name} is not text, and I did not read it.");
            return;
        }
        if (text.Length > LongestHead + LongestTail)
        {
            text = $"{text[..LongestHead]}\n{text[^LongestTail..]}";
            unread.Add($"Of {name} I read the beginning and the end; the middle is left out.");
        }
        texts.Add(new(name, text));
    }

    private static string? TextOf(byte[] content)
    {
        if (content is [0xff, 0xfe, ..])
            return Encoding.Unicode.GetString(content, 2, content.Length - 2);
        if (content is [0xfe, 0xff, ..])
            return Encoding.BigEndianUnicode.GetString(content, 2, content.Length - 2);
        return content.AsSpan(0, Math.Min(content.Length, Inspected)).Contains((byte)0)
            ? null
            : Encoding.UTF8.GetString(content);
    }

    private static bool IsTar(byte[] content) =>
        content.Length > TarMagicAt + 5 && content.AsSpan(TarMagicAt, 5).SequenceEqual("ustar"u8);

    /// <summary>Unpacks a stream as far as there is room for it.</summary>
    private (byte[] Content, bool IsWhole) Unpacked(Stream stream)
    {
        using var unpacked = new MemoryStream();
        var buffer = new byte[64 * 1024];
        while (room > 0)
        {
            var read = stream.Read(buffer, 0, Math.Min(buffer.Length, room));
            if (read == 0)
                return (unpacked.ToArray(), true);
            unpacked.Write(buffer, 0, read);
            room -= read;
        }
        return (unpacked.ToArray(), stream.ReadByte() < 0);
    }
}
