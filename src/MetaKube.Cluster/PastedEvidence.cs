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
        var snapshot = new ClusterSnapshot(Cluster) { Now = LatestTime() ?? time.GetUtcNow() };
        var context = new PasteContext(snapshot, symptom.Namespace ?? "default");
        foreach (var paste in pastes)
            foreach (var block in PastedBlock.Split(NodeUnitText.Take(snapshot, paste.Text)))
                Read(context, paste, block);
        if (
            !snapshot.Everything.Any()
            && snapshot.NodeUnits.Count + snapshot.AlertSigns.Count == 0
            && !ResourceKind.All.Any(kind => snapshot.HasSeen(kind.Kind))
            && context.Logs.All(log => log.Text.Trim().Length == 0)
        )
            throw new EvidenceUnavailableException("The attached text holds neither kubectl output nor a log.");
        context.AttachLogs(symptom);
        return Task.FromResult<IEvidenceCase>(
            EvidenceCase.Over(snapshot, symptom, (log, _, _, _) => Task.FromResult(new LogRead(context.LogOf(log))))
        );
    }

    private static void Read(PasteContext context, Paste paste, PastedBlock block)
    {
        try
        {
            context.MarkListed(block);
            ReadBlock(context, paste, block);
        }
        catch (Exception e)
            when (e
                    is JsonException
                        or YamlException
                        or FormatException
                        or ArgumentException
                        or IndexOutOfRangeException
            )
        {
            var form = block.Form.ToString().ToLowerInvariant();
            var why = $"looks like {form} and does not parse: {ObjectReader.FirstSentence(e.Message)}";
            context.Snapshot.Gaps.Add(new(paste.Name, why));
        }
    }

    private static void ReadBlock(PasteContext context, Paste paste, PastedBlock block)
    {
        switch (block.Form)
        {
            case PasteForm.Json:
                using (var document = JsonDocument.Parse(block.Text))
                    ObjectReader.Read(context.Snapshot, document.RootElement, null, paste.Name);
                break;
            case PasteForm.Yaml:
                ObjectReader.ReadYaml(context.Snapshot, block.Text, paste.Name);
                break;
            case PasteForm.Table:
                PastedTable.Read(context, block);
                break;
            case PasteForm.Describe:
                PastedDescription.Read(context, block);
                break;
            case PasteForm.Log when block.Text.Trim().StartsWith("No resources found", StringComparison.Ordinal):
                break;
            case PasteForm.Log when block.Command is null && AlertText.Read(block.Text) is { Count: > 0 } signs:
                context.Snapshot.AlertSigns.AddRange(signs);
                break;
            case PasteForm.Log:
                context.AddLog(block, paste.Name);
                break;
        }
    }

    private DateTimeOffset? LatestTime() =>
        pastes
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
