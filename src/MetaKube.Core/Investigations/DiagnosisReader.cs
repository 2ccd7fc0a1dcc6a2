using System.Text.Json;
using MetaKube.Model;

namespace MetaKube.Investigations;

/// <summary>Parses a model's turn. A server may ignore the schema, so nothing of the text is trusted.</summary>
internal static class DiagnosisReader
{
    /// <summary>The longest search text; longer ones are truncated.</summary>
    public const int LongestGrep = 60;

    public static ModelTurn Read(string text, CaseFile file)
    {
        try
        {
            using var document = JsonDocument.Parse(Object(text));
            var next = document.RootElement.GetProperty(DiagnosisPrompt.Next);
            return next.TryGetProperty(DiagnosisPrompt.Tool, out _) ? Request(next, file) : Conclusion(next, file);
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return new ModelTurn.Unreadable("something other than the requested JSON");
        }
    }

    /// <summary>
    /// The JSON object in a text, from the first brace to the last: a model may reason first or use a code block.
    /// </summary>
    private static string Object(string text)
    {
        var thought = text.LastIndexOf("</think>", StringComparison.Ordinal);
        var from = text.IndexOf('{', Math.Max(0, thought));
        var to = text.LastIndexOf('}');
        return from < 0 || to < from ? throw new JsonException() : text[from..(to + 1)];
    }

    private static ModelTurn Request(JsonElement next, CaseFile file)
    {
        if (
            !Enum.TryParse<EvidenceTool>(
                next.GetProperty(DiagnosisPrompt.Tool).GetString(),
                ignoreCase: true,
                out var tool
            ) || !Enum.IsDefined(tool)
        )
            return new ModelTurn.Unreadable("an unknown tool");
        if (file.Resource(next.GetProperty(DiagnosisPrompt.Resource).GetString()) is not { } resource)
            return new ModelTurn.Unreadable("an object outside the case");
        var grep =
            tool == EvidenceTool.Logs && next.TryGetProperty(DiagnosisPrompt.Grep, out var word)
                ? word.GetString()?.Trim()
                : null;
        return new ModelTurn.Asks(
            new(tool, resource, string.IsNullOrEmpty(grep) ? null : grep[..Math.Min(grep.Length, LongestGrep)])
        );
    }

    private static ModelTurn Conclusion(JsonElement next, CaseFile file)
    {
        var fault = next.GetProperty(DiagnosisPrompt.Fault).GetString();
        if (fault != Diagnosis.Unknown && (fault is null || !file.Faults.Contains(fault)))
            return new ModelTurn.Unreadable("a fault outside the possible ones");
        if (file.Resource(next.GetProperty(DiagnosisPrompt.Resource).GetString()) is not { } resource)
            return new ModelTurn.Unreadable("an object outside the case");
        // Citations of unknown findings are ignored.
        var cited = next.GetProperty(DiagnosisPrompt.Findings)
            .EnumerateArray()
            .Select(id => file.Finding(id.GetString()))
            .OfType<Finding>()
            .Distinct();
        return new ModelTurn.Concludes(fault, resource, [.. cited]);
    }
}
