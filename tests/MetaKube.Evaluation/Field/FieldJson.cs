using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace MetaKube.Evaluation.Field;

/// <summary>The JSON of expectations and of results.</summary>
internal static class FieldJson
{
    /// <summary>Names as in truth.json and in the benchmark's own results; quotes stay readable.</summary>
    public static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>One line with the answer and its score, without nesting: the benchmark's scorer reads them.</summary>
    public static string Line(FieldAnswer answer, object score)
    {
        var line = JsonSerializer.SerializeToNode(answer, Options)!.AsObject();
        foreach (var (name, value) in JsonSerializer.SerializeToNode(score, Options)!.AsObject())
            line[name] = value?.DeepClone();
        return line.ToJsonString(Options);
    }
}
