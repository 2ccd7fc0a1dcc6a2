using System.Text.Json.Nodes;

namespace MetaKube.Fakes.Slack;

/// <summary>A method of the Web API as Slack documents it.</summary>
internal sealed record FakeMethod(
    string Name,
    string Tier,
    IReadOnlyList<string> Scopes,
    IReadOnlyList<string> Required,
    IReadOnlyList<string> Optional,
    bool TakesJson,
    string Token
)
{
    public static readonly IReadOnlyDictionary<string, FakeMethod> All = Load();

    public int PerMinute =>
        Tier switch
        {
            "t1" => 1,
            "t2" => 20,
            "t3" => 50,
            "t4" => 100,
            _ => 300,
        };

    /// <summary>The error for arguments that are missing or that the method does not know, or null.</summary>
    public string? Check(JsonObject arguments)
    {
        foreach (var name in Required)
            if (arguments[name] is not { } value || value is JsonValue && value.ToString().Length == 0)
                return name == "channel" ? "channel_not_found" : $"invalid_arguments: missing {name}";
        // Slack accepts unknown names; here they are errors, since they are mistakes of the bot.
        return
            arguments.FirstOrDefault(one =>
                one.Key is not ("token" or "team_id") && !Required.Contains(one.Key) && !Optional.Contains(one.Key)
            )
                is { Key: { } unknown }
            ? $"invalid_arguments: unknown {unknown}"
            : null;
    }

    private static Dictionary<string, FakeMethod> Load()
    {
        using var reader = new StreamReader(
            typeof(FakeMethod).Assembly.GetManifestResourceStream("slack-methods.tsv")!
        );
        static string[] List(string cell) => cell == "-" ? [] : cell.Split(',');
        return reader
            .ReadToEnd()
            .Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Where(line => line[0] != '#')
            .Select(line => line.Split('\t'))
            .Select(cells => new FakeMethod(
                cells[0],
                cells[1],
                List(cells[2]),
                List(cells[3]),
                List(cells[4]),
                cells[5] == "json",
                cells[6]
            ))
            .ToDictionary(method => method.Name);
    }
}
