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
/// What a model is told of a case, and the schema that its answer has to keep to. What stays the same comes first, so
/// that a server's prompt cache holds it.
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

    /// <summary>Characters that a model may think aloud before it decides.</summary>
    public const int LongestThought = 300;

    /// <summary>
    /// Tokens of one answer: a thought of one token for each letter, and the decision with its white space.
    /// </summary>
    public const int LongestAnswer = LongestThought + 400;

    private const int MostCited = 6,
        MostMemories = 4;

    /// <summary>
    /// What words are made of, without what would need an escape in JSON or several bytes: tokens of half a letter
    /// break servers.
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
        text.AppendLine(
            evidence.Target is { } target
                ? $"It is about {file.IdOf(target)}."
                : $"It is about {(evidence.Scope is null ? "the whole cluster" : "a namespace")}."
        );
        text.AppendLine()
            .AppendLine("Objects:")
            .AppendLine(
                Copied(
                    string.Join('\n', file.Resources.Select(resource => $"{file.IdOf(resource)}: {resource}")),
                    fence
                )
            );
        text.AppendLine()
            .AppendLine("Findings:")
            .AppendLine(Copied(string.Join('\n', file.Findings.Select(finding => Line(finding, file))), fence));
        text.AppendLine().AppendLine("What the inspectors suppose, the best supported first:");
        foreach (var (hypothesis, score) in file.Hypotheses.Take(8))
            text.AppendLine(
                CultureInfo.InvariantCulture,
                $"- {hypothesis.Fault.Code} at {file.IdOf(hypothesis.Resource)}, support {score:0.00}, by {string.Join(", ", hypothesis.Findings.Where(finding => file.Finding(finding.Id) is not null).Select(finding => finding.Id).DefaultIfEmpty("findings not listed"))}"
            );
        if (file.Hypotheses.Count == 0)
            text.AppendLine("- nothing: no finding names a cause");
        text.AppendLine().AppendLine("What memory knows of such cases:");
        foreach (
            var memory in recollection
                .Memories.Where(memory => memory.Confidence > 0)
                .DistinctBy(memory => memory.Fault)
                .Take(MostMemories)
        )
            text.AppendLine(
                CultureInfo.InvariantCulture,
                $"- {memory.Fault}: {memory.Similarity:0.00} alike, {(memory.Successes > 0 ? "confirmed" : "never confirmed")}"
            );
        foreach (var fault in recollection.Contraindicated.Order(StringComparer.Ordinal))
            text.AppendLine(CultureInfo.InvariantCulture, $"- {fault}: tried, failed");
        if (recollection.Memories.Count == 0)
            text.AppendLine("- nothing");
        if (evidence.Gaps.Count > 0)
            text.AppendLine()
                .AppendLine("Could not be read:")
                .AppendLine(
                    Copied(string.Join('\n', evidence.Gaps.Take(6).Select(gap => $"{gap.What}: {gap.Why}")), fence)
                );
        text.AppendLine().AppendLine("Possible faults:");
        foreach (var code in file.Faults)
            text.AppendLine(CultureInfo.InvariantCulture, $"- {code}: {FaultCatalogue.Get(code).Title}");
        return text.AppendLine(CultureInfo.InvariantCulture, $"- {Diagnosis.Unknown}: the findings do not decide")
            .ToString();
    }

    /// <summary>What a request of the model brought, as the next user's turn.</summary>
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

    /// <summary>The schema of the next turn: it can name only what the case has.</summary>
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
            (Tool, Enumeration(Enum.GetNames<EvidenceTool>().Select(name => name.ToLowerInvariant()))),
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
    /// Text of others between markers, without what a chat template or the markers themselves would take for an end.
    /// </summary>
    internal static string Copied(string text, string fence) => $"<<<{fence}\n{Defused(text)}\n{fence}>>>";

    // Qwen's <|im_end|>, Llama's <|eot_id|>, Gemma's <end_of_turn>, Mistral's [/INST]: tokens that end a turn wherever
    // they stand.
    internal static string Defused(string text) =>
        Brackets()
            .Replace(text.Replace('<', '‹').Replace('>', '›'), "($1)")
            .Replace("\r", "", StringComparison.Ordinal);

    private static string Line(Finding finding, CaseFile file) =>
        $"{finding.Id} at {file.IdOf(finding.Resource)}{(finding.Resource.Container is { } container ? $" container {container}" : "")}: {finding.Summary}"
        + $"{(finding.Fault is null ? "" : $" [{finding.Fault}]")}{(finding.IsChange ? " [change]" : "")} ({finding.Source}: \"{finding.Quote}\")";

    /// <summary>The end is what happened last.</summary>
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
