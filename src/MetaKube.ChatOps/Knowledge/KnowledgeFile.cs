using System.Text;
using MetaKube.Cluster.Redaction;
using MetaKube.Faults;

namespace MetaKube.ChatOps.Knowledge;

/// <summary>A file of knowledge: YAML with known failures, or Markdown with a runbook.</summary>
/// <param name="Shown">The path under which people know it.</param>
/// <param name="Real">The path of the file itself.</param>
/// <param name="Length">Its bytes.</param>
/// <param name="Changed">The time of its last change.</param>
internal sealed record KnowledgeFile(string Shown, string Real, long Length, DateTime Changed)
{
    /// <summary>The most bytes of a file.</summary>
    public const int MostBytes = 256 * 1024;

    private static readonly UTF8Encoding Utf8 = new(
        encoderShouldEmitUTF8Identifier: false,
        throwOnInvalidBytes: true
    );

    /// <summary>True for the endings .yaml, .yml and .md.</summary>
    public static bool HasKnownEnding(string path) => IsYaml(path) || IsMarkdown(path);

    /// <summary>A value that changes when the file does.</summary>
    public string Stamp => $"{Shown} {Real} {Changed.Ticks} {Length}";

    /// <summary>The file at a path, or null where there is none.</summary>
    public static KnowledgeFile? At(string shown)
    {
        var file = new FileInfo(RealPath.Of(shown));
        return file.Exists ? new(shown, file.FullName, file.Length, file.LastWriteTimeUtc) : null;
    }

    /// <summary>Reads known failures and runbooks.</summary>
    /// <exception cref="KnowledgeFormatException">The file is no such text, or has a mistake.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public KnowledgeContent Read()
    {
        var text = ReadText();
        if (IsYaml(Shown))
            return new(
                [.. new KnowledgeReader(Shown).Read(text).Select(failure => failure with { IsOfTheTeam = true })],
                []
            );
        // A folder of runbooks, such as a repository, has a page about itself.
        if (!RunbookReader.HasFrontMatter(text) && IsAboutTheFolder(Shown))
            return new([], []);
        // A runbook is shown in chats: a credential that it holds by mistake is not.
        return new([], [new RunbookReader(Shown).Read(new Redactor().Clean(text))]);
    }

    /// <summary>The text of the file.</summary>
    /// <exception cref="KnowledgeFormatException">The file is too large, no text, or no file with content.</exception>
    public string ReadText()
    {
        // Opening a pipe would wait for its other end; pipes and devices have no length.
        if (Length == 0)
            throw new KnowledgeFormatException($"{Shown} is empty, or is a pipe or a device.");
        if (Length > MostBytes)
            throw new KnowledgeFormatException($"{Shown} is larger than {MostBytes / 1024} KB.");
        var bytes = File.ReadAllBytes(Real);
        if (bytes.Contains((byte)0))
            throw new KnowledgeFormatException($"{Shown} is no text: it has zero bytes.");
        try
        {
            return Utf8.GetString(bytes);
        }
        catch (DecoderFallbackException e)
        {
            throw new KnowledgeFormatException($"{Shown} is no text in UTF-8 (byte {e.Index + 1}).", e);
        }
    }

    private static bool IsYaml(string path) =>
        path.EndsWith(".yaml", StringComparison.OrdinalIgnoreCase)
        || path.EndsWith(".yml", StringComparison.OrdinalIgnoreCase);

    private static bool IsMarkdown(string path) => path.EndsWith(".md", StringComparison.OrdinalIgnoreCase);

    private static bool IsAboutTheFolder(string path) =>
        Path.GetFileNameWithoutExtension(path).ToUpperInvariant()
            is "README" or "CHANGELOG" or "CONTRIBUTING" or "LICENSE" or "CODE_OF_CONDUCT" or "SECURITY";
}

/// <summary>The content of a file of knowledge.</summary>
internal sealed record KnowledgeContent(IReadOnlyList<KnownFailure> Failures, IReadOnlyList<Runbook> Runbooks);
