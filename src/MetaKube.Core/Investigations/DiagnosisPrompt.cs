using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using MetaKube.Faults;
using MetaKube.Memory;
using MetaKube.Model;
using Microsoft.Extensions.AI;

namespace MetaKube.Investigations;

/// <summary>
/// Builds the prompt of a case, and the JSON schema of the answer. The constant part comes first, so that the server's
/// prompt cache can reuse it.
/// </summary>
internal static partial class DiagnosisPrompt
{
    public const string Thought = "thought",
        Next = "next",
        Tool = "tool",
        Resource = "resource",
        Grep = "grep",
        Fault = "fault",
        Findings = "findings";

    /// <summary>The longest reasoning text before the decision, in characters.</summary>
    public const int LongestThought = 300;

    /// <summary>
    /// The longest answer in tokens: the reasoning at one token per character, and the decision with white space.
    /// </summary>
    public const int LongestAnswer = LongestThought + 400;

    /// <summary>The ways of reading more that a model may ask for.</summary>
    private static readonly EvidenceTool[] Tools =
    [
        EvidenceTool.Logs,
        EvidenceTool.Describe,
        EvidenceTool.Events,
        EvidenceTool.Neighbours,
        EvidenceTool.Metrics,
    ];

    private const int MostCited = 6,
        MostGaps = 6,
        MostHypotheses = 8,
        MostMemories = 4;

    /// <summary>
    /// The characters of the model's text. Characters that JSON escapes or UTF-8 encodes in several bytes are excluded,
    /// because tokens that hold half a character break some servers.
    /// </summary>
    private const string Letters = "[A-Za-z0-9 .,:;()/_'-]";

    private static readonly string Instructions = Embedded("investigate.md");

    public static string System(string fence) => Instructions.Replace("{fence}", fence, StringComparison.Ordinal);

    /// <summary>The case as the user's turn.</summary>
    public static string Case(
        Symptom symptom,
        Evidence evidence,
        CaseFile file,
        Recollection recollection,
        string fence
    )
    {
        var text = new StringBuilder();
        text.AppendLine("Question:").AppendLine(Copied(symptom.Question, fence));
        var scope = evidence.Target.Namespace is null ? "the whole cluster" : "a namespace";
        var subject = evidence.Target.Object is { } target ? file.IdOf(target) : scope;
        text.AppendLine(CultureInfo.InvariantCulture, $"It is about {subject}.").AppendLine();
        text.AppendLine("Objects:")
            .AppendLine(CopiedLines(file.Resources.Select(resource => $"{file.IdOf(resource)}: {resource}"), fence))
            .AppendLine();
        text.AppendLine("Findings:")
            .AppendLine(CopiedLines(file.Findings.Select(finding => Line(finding, file)), fence))
            .AppendLine();
        AppendHypotheses(text, file);
        AppendMemory(text, recollection);
        if (evidence.Gaps.Count > 0)
            text.AppendLine()
                .AppendLine("Could not be read:")
                .AppendLine(CopiedLines(evidence.Gaps.Take(MostGaps).Select(gap => $"{gap.What}: {gap.Why}"), fence));
        text.AppendLine().AppendLine("Possible faults:");
        foreach (var code in file.Faults)
            text.AppendLine(CultureInfo.InvariantCulture, $"- {code}: {FaultCatalogue.Get(code).Title}");
        return text.AppendLine(CultureInfo.InvariantCulture, $"- {Diagnosis.Unknown}: the findings do not decide")
            .ToString();
    }

    private static void AppendHypotheses(StringBuilder text, CaseFile file)
    {
        text.AppendLine("What the inspectors suppose, the best supported first:");
        foreach (var (hypothesis, score) in file.Hypotheses.Take(MostHypotheses))
        {
            var cited = hypothesis
                .Findings.Select(finding => finding.Id)
                .Where(id => file.Finding(id) is not null)
                .DefaultIfEmpty("findings not listed");
            text.AppendLine(
                CultureInfo.InvariantCulture,
                $"- {hypothesis.Fault.Code} at {file.IdOf(hypothesis.Resource)}, "
                    + $"support {score:0.00}, by {string.Join(", ", cited)}"
            );
        }
        if (file.Hypotheses.Count == 0)
            text.AppendLine("- nothing: no finding names a cause");
    }

    private static void AppendMemory(StringBuilder text, Recollection recollection)
    {
        text.AppendLine().AppendLine("What memory knows of such cases:");
        var memories = recollection
            .Memories.Where(memory => memory.Confidence > 0 && memory.Open is null)
            .DistinctBy(memory => memory.Fault)
            .Take(MostMemories);
        foreach (var memory in memories)
        {
            var state = memory.Successes > 0 ? "confirmed" : "never confirmed";
            text.AppendLine(CultureInfo.InvariantCulture, $"- {memory.Fault}: {memory.Similarity:0.00} alike, {state}");
        }
        foreach (
            var fault in recollection
                .Contraindicated.Where(fault => !OpenCause.IsCode(fault))
                .Order(StringComparer.Ordinal)
        )
            text.AppendLine(CultureInfo.InvariantCulture, $"- {fault}: tried, failed");
        if (recollection.Memories.Count == 0)
            text.AppendLine("- nothing");
    }

    /// <summary>The answer to a request of the model, as the next user's turn.</summary>
    public static string Answer(
        EvidenceRequest request,
        EvidenceAnswer answer,
        CaseFile file,
        string fence,
        int longest,
        bool isLast
    )
    {
        var text = new StringBuilder();
        text.AppendLine(
            CultureInfo.InvariantCulture,
            $"{request.Tool.ToString().ToLowerInvariant()} of {file.IdOf(request.Resource)}:"
        );
        text.AppendLine(Copied(End(answer.Text, longest), fence));
        if (answer.Findings.Count > 0)
            text.AppendLine("New findings:")
                .AppendLine(Copied(string.Join('\n', answer.Findings.Select(finding => Line(finding, file))), fence));
        return text.Append(isLast ? "Now decide." : "Decide, or ask for something else.").ToString();
    }

    /// <summary>The schema of the next turn. It allows only faults, objects and findings of the case.</summary>
    public static JsonElement Schema(CaseFile file, bool mayAsk)
    {
        var resources = Enumeration(file.Resources.Select(file.IdOf));
        var decision = Object(
            (Fault, Enumeration(file.Faults.Append(Diagnosis.Unknown))),
            (Resource, resources),
            (
                Findings,
                new JsonObject
                {
                    ["type"] = "array",
                    ["items"] = Enumeration(file.Findings.Select(finding => finding.Id)),
                    ["minItems"] = 1,
                    ["maxItems"] = MostCited,
                }
            )
        );
        var request = Object(
            (Tool, Enumeration(Tools.Select(tool => tool.ToString().ToLowerInvariant()))),
            (Resource, resources.DeepClone().AsObject()),
            (Grep, Words(DiagnosisReader.LongestGrep))
        );
        var turn = Object(
            (Thought, Words(LongestThought)),
            (Next, mayAsk ? new JsonObject { ["anyOf"] = new JsonArray(decision, request) } : decision)
        );
        return JsonSerializer.SerializeToElement(turn, PromptJson.Default.JsonObject);
    }

    public static ChatResponseFormat Format(CaseFile file, bool mayAsk) =>
        ChatResponseFormat.ForJsonSchema(Schema(file, mayAsk), "turn");

    /// <summary>
    /// Untrusted text between markers, without characters that a chat template or the markers would read as an end.
    /// </summary>
    internal static string Copied(string text, string fence) => $"<<<{fence}\n{Defused(text)}\n{fence}>>>";

    // Control tokens end a turn anywhere in a text: Qwen's <|im_end|>, Llama's <|eot_id|>, Gemma's <end_of_turn>,
    // Mistral's [/INST].
    internal static string Defused(string text) =>
        Brackets()
            .Replace(text.Replace('<', '‹').Replace('>', '›'), "($1)")
            .Replace("\r", "", StringComparison.Ordinal);

    private static string Line(Finding finding, CaseFile file) =>
        $"{finding.Id} at {file.IdOf(finding.Resource)}"
        + $"{(finding.Resource.Container is { } container ? $" container {container}" : "")}: {finding.Summary}"
        + $"{(finding.Fault is null ? "" : $" [{finding.Fault}]")}{(finding.IsChange ? " [change]" : "")}"
        + $" ({finding.Source}: \"{finding.Quote}\")";

    private static string CopiedLines(IEnumerable<string> lines, string fence) =>
        Copied(string.Join('\n', lines), fence);

    /// <summary>The end of a text, which holds the latest lines.</summary>
    private static string End(string text, int longest) =>
        text.Length <= longest ? text : $"…{text[^Math.Max(1, longest)..]}";

    private static JsonObject Object(params (string Name, JsonObject Schema)[] properties)
    {
        var all = new JsonObject();
        foreach (var (name, schema) in properties)
            all[name] = schema;
        return new()
        {
            ["type"] = "object",
            ["properties"] = all,
            ["required"] = new JsonArray([.. properties.Select(property => (JsonNode)property.Name)]),
            ["additionalProperties"] = false,
        };
    }

    private static JsonObject Words(int longest) =>
        new()
        {
            ["type"] = "string",
            ["pattern"] = string.Create(CultureInfo.InvariantCulture, $"^{Letters}{{0,{longest}}}$"),
        };

    private static JsonObject Enumeration(IEnumerable<string> values) =>
        new() { ["type"] = "string", ["enum"] = new JsonArray([.. values.Select(value => (JsonNode)value)]) };

    private static string Embedded(string name)
    {
        using var stream =
            typeof(DiagnosisPrompt).Assembly.GetManifestResourceStream($"prompts/{name}")
            ?? throw new InvalidOperationException($"The prompt {name} is not in this build.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    [GeneratedRegex(
        @"\[(/?(?:INST|SYSTEM_PROMPT|TOOL_CALLS|TOOL_RESULTS|AVAILABLE_TOOLS)[^\]]*)\]",
        RegexOptions.IgnoreCase
    )]
    private static partial Regex Brackets();
}
