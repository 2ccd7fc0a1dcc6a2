using System;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace MetaKube.Evaluation.Redaction;

/// <summary>One secret of a corpus, in a text as it occurs.</summary>
/// <param name="Id">The line's id.</param>
/// <param name="Kind">The kind of the secret, such as "aws-access-key-id".</param>
/// <param name="Class">published: the format is known; named: its name or place tells; bare: nothing tells.</param>
/// <param name="Place">The place that it stands in, such as "env in describe".</param>
/// <param name="Text">The text with the secret in it.</param>
/// <param name="Secrets">The secret; several where it stands in parts.</param>
public sealed partial record PlantedSecret(
    string Id,
    string Kind,
    string Class,
    string Place,
    string Text,
    IReadOnlyList<string> Secrets
)
{
    /// <summary>Shorter parts occur in harmless words.</summary>
    private const int Shortest = 4;

    /// <summary>Reads a file of JSON lines, in which each secret is kept in parts.</summary>
    public static IEnumerable<PlantedSecret> Load(string file) =>
        File.ReadLines(file).Where(line => line.Trim().Length > 0).Select(Parse);

    private static PlantedSecret Parse(string line)
    {
        using var json = JsonDocument.Parse(line);
        string Field(string name) => json.RootElement.GetProperty(name).GetString()!;
        var secret = json.RootElement.GetProperty("secret");
        string[] parts =
            secret.ValueKind == JsonValueKind.Array
                ? [.. secret.EnumerateArray().Select(part => part.GetString()!)]
                : [secret.GetString()!];
        var whole = string.Concat(parts);
        var template = Field("text");
        var isWhole = template.Contains("{SECRET}", StringComparison.Ordinal);
        var text = Numbered()
            .Replace(
                template.Replace("{SECRET}", whole, StringComparison.Ordinal),
                match => parts[int.Parse(match.Groups[1].ValueSpan, System.Globalization.CultureInfo.InvariantCulture)]
            );
        var named = Numbered()
            .Matches(template)
            .Select(match =>
                parts[int.Parse(match.Groups[1].ValueSpan, System.Globalization.CultureInfo.InvariantCulture)]
            );
        return new(
            Field("id"),
            Field("kind"),
            Field("class"),
            Field("place"),
            text,
            isWhole ? [whole] : [.. named.Distinct()]
        );
    }

    /// <summary>The secret as far as it is in a text: whole, half of it or more, or not.</summary>
    public Leak In(string text)
    {
        if (Secrets.Any(secret => secret.Length >= Shortest && text.Contains(secret, StringComparison.Ordinal)))
            return Leak.Whole;
        return Secrets.Any(secret => HasHalf(text, secret)) ? Leak.Half : Leak.None;
    }

    private static bool HasHalf(string text, string secret)
    {
        // The host of an address is no secret, its path may be one.
        if (
            secret.Contains("://", StringComparison.Ordinal) && Uri.TryCreate(secret, UriKind.Absolute, out var address)
        )
            secret = address.PathAndQuery;
        var half = Math.Max(6, (secret.Length + 1) / 2);
        for (var i = 0; i + half <= secret.Length; i++)
            if (text.AsSpan().IndexOf(secret.AsSpan(i, half), StringComparison.Ordinal) >= 0)
                return true;
        return false;
    }

    [GeneratedRegex(@"\{SECRET(\d)\}")]
    private static partial Regex Numbered();
}
