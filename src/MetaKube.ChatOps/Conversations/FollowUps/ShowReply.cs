using System.Text;
using System.Text.Json.Nodes;
using MetaKube.Chat;
using MetaKube.Model;

namespace MetaKube.ChatOps.Conversations.FollowUps;

/// <summary>Logs, events, YAML, pods or metrics of an object.</summary>
internal static class ShowReply
{
    private const int LongestText = 2500,
        MostLines = 20,
        MostYaml = 60;

    public static EvidenceTool ToolOf(ShownPart part) =>
        part switch
        {
            ShownPart.Logs => EvidenceTool.Logs,
            ShownPart.Events => EvidenceTool.Events,
            ShownPart.Metrics => EvidenceTool.Metrics,
            ShownPart.Neighbours => EvidenceTool.Neighbours,
            ShownPart.Pods => EvidenceTool.Pods,
            _ => EvidenceTool.Describe,
        };

    public static TurnReply Of(ShownPart part, ResourceRef resource, string text)
    {
        if (part == ShownPart.Object)
            text = YamlOf(text);
        var lines = text.TrimEnd().Split('\n');
        var isLog = part is ShownPart.Logs or ShownPart.Events;
        var most = part == ShownPart.Object ? MostYaml : MostLines;
        var cut = string.Join('\n', isLog ? lines.TakeLast(most) : lines.Take(most));
        return TurnReply.Of($"{TitleOf(part)} of {resource}:") with { Verbatim = Bounded(cut, isLog) };
    }

    /// <summary>The end of a log counts most; the start of anything else.</summary>
    private static string Bounded(string text, bool isLog)
    {
        if (text.Length <= LongestText)
            return text;
        return isLog ? $"…{text[^LongestText..]}" : $"{text[..LongestText]}…";
    }

    private static string TitleOf(ShownPart part) => part == ShownPart.Object ? "YAML" : part.ToString();

    /// <summary>An object in YAML; a text that is no JSON stays as it is.</summary>
    private static string YamlOf(string text)
    {
        try
        {
            var yaml = new StringBuilder();
            Write(yaml, JsonNode.Parse(text), 0);
            return yaml.ToString();
        }
        catch (System.Text.Json.JsonException)
        {
            return text;
        }
    }

    private static void Write(StringBuilder yaml, JsonNode? node, int depth)
    {
        var indent = new string(' ', depth * 2);
        switch (node)
        {
            case JsonObject map:
                foreach (var (name, value) in map)
                {
                    yaml.Append(indent).Append(name).Append(':');
                    WriteValue(yaml, value, value is JsonArray ? depth : depth + 1);
                }
                break;
            case JsonArray list:
                foreach (var item in list)
                {
                    var inner = new StringBuilder();
                    Write(inner, item, depth + 1);
                    yaml.Append(indent).Append("- ").AppendLine(inner.ToString().Trim());
                }
                break;
            default:
                yaml.Append(indent).AppendLine(node?.ToString() ?? "null");
                break;
        }
    }

    private static void WriteValue(StringBuilder yaml, JsonNode? value, int depth)
    {
        if (value is JsonObject { Count: > 0 } or JsonArray { Count: > 0 })
        {
            yaml.AppendLine();
            Write(yaml, value, depth);
        }
        else
            yaml.Append(' ').AppendLine(value is JsonValue ? value.ToString().ReplaceLineEndings("\\n") : "{}");
    }
}
