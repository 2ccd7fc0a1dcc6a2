using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using k8s.Models;
using MetaKube.Cluster.Collection;
using MetaKube.Cluster.Objects;
using MetaKube.Cluster.Text;
using MetaKube.Model;
using YamlDotNet.Core;

namespace MetaKube.Cluster;

/// <summary>
/// Evidence from pasted text: the output of kubectl get, describe, logs and events, or objects as JSON or YAML.
/// </summary>
public sealed partial class PastedEvidence(IReadOnlyList<PastedEvidence.Paste> pastes, TimeProvider time)
    : IEvidenceSource
{
    /// <summary>Characters of one paste; the rest is cut.</summary>
    private const int LargestPaste = 8 * 1024 * 1024;

    /// <summary>Lines of an alert's text.</summary>
    private const int LongestAlert = 1000;

    /// <summary>One text and the name it came by.</summary>
    public sealed record Paste(string Name, string Text);

    /// <summary>Reads files; "-" is <paramref name="input"/>.</summary>
    /// <exception cref="EvidenceUnavailableException">A file cannot be read.</exception>
    public static PastedEvidence FromFiles(IReadOnlyList<string> files, TextReader input, TimeProvider time)
    {
        try
        {
            return new(
                [
                    .. files.Select(file => new Paste(
                        file == "-" ? "standard input" : Path.GetFileName(file),
                        file == "-" ? Bounded(input) : Bounded(file)
                    )),
                ],
                time
            );
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new EvidenceUnavailableException($"An attached file cannot be read: {e.Message}", e);
        }
    }

    public string Cluster => "pasted text";

    public Task<IEvidenceCase> ResolveAsync(
        Symptom symptom,
        IProgress<string> progress,
        CancellationToken cancellationToken
    )
    {
        var snapshot = Read(symptom.Namespace);
        var isEmpty =
            !snapshot.Everything.Any()
            && snapshot.NodeUnits.Count + snapshot.AlertSigns.Count + snapshot.Logs.Count == 0
            && !ResourceKind.All.Any(kind => snapshot.HasSeen(kind.Kind));
        if (isEmpty)
            throw new EvidenceUnavailableException(
                snapshot.Gaps is [var gap, ..]
                    ? $"The attached text cannot be read: {gap.What} {gap.Why}."
                    : "The attached text holds neither kubectl output nor a log."
            );
        return Task.FromResult<IEvidenceCase>(
            EvidenceCase.Over(snapshot, symptom, (_, _, _, _) => Task.FromResult(new LogRead(null)))
        );
    }

    /// <summary>Reads all texts.</summary>
    /// <param name="scope">The namespace of whatever is not said to be in another one; null where nobody told
    /// it.</param>
    internal ClusterSnapshot Read(string? scope)
    {
        var source = new PastedSource();
        var snapshot = new ClusterSnapshot(Cluster) { Pasted = source };
        var texts = new List<Paste>();
        foreach (var paste in pastes)
            if (PasteText.Normalise(paste.Text) is { } text)
                texts.Add(paste with { Text = text });
            else
                snapshot.Gaps.Add(new(paste.Name, "is not text"));
        snapshot.Now = LatestTime(texts) ?? time.GetUtcNow();
        var (objects, logs) = (new PastedObjects(snapshot, scope), new PastedLogs());
        foreach (var text in texts)
        {
            source.Add(text.Text);
            snapshot.Redaction.LearnFrom(text.Text);
            foreach (var block in PastedBlock.Split(NodeUnitText.Take(snapshot, text.Text)))
                Read(objects, logs, block, text.Name);
        }
        objects.Build();
        logs.Place(objects);
        return snapshot;
    }

    private static void Read(PastedObjects objects, PastedLogs logs, PastedBlock block, string from)
    {
        try
        {
            ReadBlock(objects, logs, block, from);
        }
        catch (Exception e)
            when (e
                    is JsonException
                        or YamlException
                        or FormatException
                        or ArgumentException
                        or InvalidOperationException
                        or ArithmeticException
                        or IndexOutOfRangeException
                        or NullReferenceException
                        or KeyNotFoundException
            )
        {
            var form = block.Form.ToString().ToLowerInvariant();
            var why = $"looks like {form} and does not parse: {ObjectReader.FirstSentence(e.Message)}";
            objects.Snapshot.Gaps.Add(new(from, why));
        }
    }

    private static void ReadBlock(PastedObjects objects, PastedLogs logs, PastedBlock block, string from)
    {
        var isEmpty =
            block.Form == PasteForm.Log
            && block.Lines[0].TrimStart().StartsWith("No resources found", StringComparison.Ordinal);
        if (block.Command is { } command && (isEmpty || block.Form is not (PasteForm.Log or PasteForm.Rows)))
            PastedTable.MarkListed(objects, command);
        switch (block.Form)
        {
            case PasteForm.Json or PasteForm.Yaml:
                PastedManifest.Read(objects, block, from);
                break;
            // Its rows hold messages, such as the reason why a release was not applied.
            case PasteForm.Table when PastedTable.IsOfAnotherTool(block):
                logs.Add(objects, block, from);
                break;
            case PasteForm.Table:
                PastedTable.Read(objects, block);
                break;
            case PasteForm.Rows:
                PastedTable.ReadRows(objects, block);
                break;
            case PasteForm.Events:
                PastedEvents.Read(objects, block.Lines, null);
                break;
            case PasteForm.Describe:
                PastedDescription.Read(objects, block);
                break;
            case PasteForm.Log when SignsOf(block) is { Count: > 0 } signs:
                objects.Snapshot.AlertSigns.AddRange(signs);
                break;
            case PasteForm.Log when !isEmpty:
                logs.Add(objects, block, from);
                break;
        }
    }

    /// <summary>The deviations that an alert reports; the text of one is short.</summary>
    private static IReadOnlyList<AlertSign> SignsOf(PastedBlock block) =>
        block.Command is null ? AlertText.Read(string.Join('\n', block.Lines.Take(LongestAlert))) : [];

    /// <summary>The latest time in the texts. Certificates name times that are still to come.</summary>
    private DateTimeOffset? LatestTime(List<Paste> texts) =>
        texts
            .SelectMany(paste => Timestamp().Matches(paste.Text))
            .Select(match =>
                DateTimeOffset.TryParse(
                    match.Value,
                    CultureInfo.InvariantCulture,
                    DateTimeStyles.AssumeUniversal,
                    out var at
                )
                    ? at
                    : (DateTimeOffset?)null
            )
            .Where(at => at < time.GetUtcNow().AddDays(1))
            .Max();

    private static string Bounded(string file)
    {
        using var reader = new StreamReader(file);
        return Bounded(reader);
    }

    private static string Bounded(TextReader reader)
    {
        var buffer = new char[LargestPaste];
        return new string(buffer, 0, reader.ReadBlock(buffer, 0, buffer.Length));
    }

    [GeneratedRegex(
        """
            \b (?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), [ ] \d{2} [ ] \w{3} [ ] \d{4} [ ] \d{2}:\d{2}:\d{2} [ ] [+-]\d{4}
            | \b \d{4}-\d{2}-\d{2} T \d{2}:\d{2}:\d{2} Z
            """,
        RegexOptions.IgnorePatternWhitespace
    )]
    private static partial Regex Timestamp();
}
