using System.Text.Json;
using MetaKube.Model;

namespace MetaKube.Investigations;

/// <summary>
/// Reads a model's turn. Servers that enforce the schema send nothing else; others, and broken ones, must do no harm.
/// </summary>
internal static class DiagnosisReader
{
    /// <summary>Longer searches are cut: no line needs more to be found.</summary>
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
            return new ModelTurn.Unreadable("not the JSON that was asked for");
        }
    }

    /// <summary>
    /// A model may think aloud first, or put its answer into a code block: the object is from the first brace to the
    /// last.
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
            return new ModelTurn.Unreadable("a tool that there is not");
        if (file.Resource(next.GetProperty(DiagnosisPrompt.Resource).GetString()) is not { } resource)
            return new ModelTurn.Unreadable("an object that the case does not have");
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
            return new ModelTurn.Unreadable("a fault that is not among the possible ones");
        if (file.Resource(next.GetProperty(DiagnosisPrompt.Resource).GetString()) is not { } resource)
            return new ModelTurn.Unreadable("an object that the case does not have");
        // A citation of what is not there counts for nothing.
        var cited = next.GetProperty(DiagnosisPrompt.Findings)
            .EnumerateArray()
            .Select(id => file.Finding(id.GetString()))
            .OfType<Finding>()
            .Distinct();
        return new ModelTurn.Concludes(fault, resource, [.. cited]);
    }
}
