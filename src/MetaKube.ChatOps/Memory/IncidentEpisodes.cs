using System.Security.Cryptography;
using System.Text;
using MetaKube.Cluster;
using MetaKube.Cluster.Redaction;
using MetaKube.Faults;
using MetaKube.Memory;
using MetaKube.Model;

namespace MetaKube.ChatOps.Memory;

/// <summary>Makes episodes of incidents of the past.</summary>
internal static class IncidentEpisodes
{
    private const int LongestTitle = 300,
        LongestText = 500,
        LongestCause = 2000;

    /// <summary>The episode of an incident, or the reason why memory cannot learn from it.</summary>
    public static async Task<(Episode? Episode, string? LeftOut)> OfAsync(
        PastIncident incident,
        TimeProvider time,
        CancellationToken cancellationToken
    )
    {
        var redactor = new Redactor();
        if (incident.Cause.Length == 0)
            return (null, "it names no cause");
        var stated = CauseStatement.Read(redactor.Quote(incident.Cause, LongestCause));
        if (stated.Refusal is { } refusal)
            return (null, $"its cause is not kept: {refusal}");
        var question = redactor.Quote(incident.Title, LongestTitle);
        var evidence = await EvidenceOfAsync(incident, question, time, cancellationToken);
        var signature = SymptomSignature.Of($"{question} {redactor.Quote(Prose(incident.Symptoms))}", evidence);
        if (!signature.IsGrounded && !signature.IsComparable && !signature.Signals.Any(signal => signal.IsSpecific))
            return (null, "it tells no symptoms that a case could be compared with");
        var at = incident.At ?? time.GetUtcNow();
        var feedback = new Feedback(
            FeedbackKind.Wrong,
            null,
            incident.Fix.Length > 0 ? redactor.Quote(incident.Fix, LongestText) : null,
            at
        ).Naming(stated);
        var by = redactor.Quote(incident.By ?? Path.GetFileName(incident.Source), LongestTitle);
        var person = incident.By is null ? $"import:{by}" : $"person:{by}";
        return (Of(incident, question, signature, person, feedback), null);
    }

    private static Episode Of(
        PastIncident incident,
        string question,
        SymptomSignature signature,
        string person,
        Feedback feedback
    ) =>
        FeedbackTally.Count(
            new()
            {
                Id = IdOf(incident),
                Question = question,
                Vector = SignatureEmbedding.Embed(signature),
                Features = signature.Hashes,
                Signals = signature.Signals,
                Keys = [.. signature.Keys.Order(StringComparer.Ordinal)],
                Cluster = new Redactor().Quote(incident.Cluster ?? "imported", LongestTitle),
                Answer = Diagnosis.Unknown,
                AnsweredCause = "It was imported, and no answer was given.",
                Fault = Diagnosis.Unknown,
                RootCause = "",
                At = feedback.At,
                FeedbackByPerson = new Dictionary<string, Feedback> { [person] = feedback },
            }
        );

    /// <summary>The evidence of the quoted parts, or of the whole text where nothing is quoted.</summary>
    private static async Task<Evidence> EvidenceOfAsync(
        PastIncident incident,
        string question,
        TimeProvider time,
        CancellationToken cancellationToken
    )
    {
        var text = Quoted(incident.Symptoms) is { Length: > 0 } quoted ? quoted : incident.Symptoms;
        try
        {
            var source = new PastedEvidence([new(incident.Source, text)], time);
            return await source.CollectAsync(new(question), SilentProgress.Instance, cancellationToken);
        }
        catch (EvidenceUnavailableException)
        {
            return new()
            {
                Cluster = "imported",
                Findings = [],
                Topology = new(),
            };
        }
    }

    /// <summary>The blocks of code in Markdown.</summary>
    private static string Quoted(string text) =>
        string.Concat(text.Split("```").Where((_, i) => i % 2 == 1).Select(WithoutLanguage));

    private static string Prose(string text) => string.Join(' ', text.Split("```").Where((_, i) => i % 2 == 0));

    /// <summary>A block begins with the name of its language.</summary>
    private static string WithoutLanguage(string block) =>
        block.IndexOf('\n', StringComparison.Ordinal) is >= 0 and var end ? block[(end + 1)..] : block;

    /// <summary>The same for the same document, so that it is not imported twice.</summary>
    private static string IdOf(PastIncident incident)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes($"{incident.Title}\n{incident.At:u}\n{incident.Symptoms}"));
        return $"import-{Convert.ToHexStringLower(hash)[..10]}";
    }
}
