using MetaKube.Chat;
using MetaKube.Model;

namespace MetaKube.Tests.Chat;

/// <summary>Texts with which a cluster, an alert or a person could trigger formatting or mentions in a chat.</summary>
internal static class HostileText
{
    public static readonly string[] All =
    [
        "<!channel> <!here> <!subteam^S1> <@U0ADA> <#C1|general>",
        "<https://evil.example|click>",
        "@channel @here",
        "*bold* _it_ `code` ```fence```",
        "a & b < c > d",
        ":boom: :eyes:",
        "\u202eevil",
        new('x', 5000),
        "https://evil.example/login",
        "[click](https://evil.example)",
        "😀" + new string('y', 2898) + "😀😀",
        "<at>Everyone</at> <b>x</b> {{DATE(2026-01-01T00:00:00Z)}} ${secret}",
        "![i](https://evil.example/i.png)",
    ];

    /// <summary>Cards in which every text is hostile, alone and all together, for each kind of verdict.</summary>
    public static IEnumerable<DiagnosisCard> Cards()
    {
        foreach (var text in All.Append(string.Join(' ', All)))
        foreach (var fault in (string[])["config.missing-secret", Diagnosis.Unknown, Diagnosis.None])
        {
            string[] many = [.. Enumerable.Repeat(text, 12)];
            yield return new()
            {
                Investigation = "261125-aaaaaaaaaa",
                Fault = fault,
                Title = text,
                RootCause = text,
                Certainty = "likely",
                Cluster = text,
                Chain = many,
                Evidence = [.. many.Select(one => new CardQuote(one, one))],
                Fixes = [new(text, "low", many), new(text, "high", [""])],
                Prevention = many,
                Alternatives = many,
                Others = many,
                TriedBefore = many,
                Similar = [new("e1", text), new("e2", text)],
                Gaps = many,
                Way = text,
            };
        }
    }
}
