using MetaKube.Chat;

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

    /// <summary>Answers in which every text is hostile, alone and all together, for each kind of verdict.</summary>
    public static IEnumerable<AnswerView> Views() =>
        All.Append(string.Join(' ', All)).SelectMany(_ => Enum.GetValues<AnswerKind>(), View);

    private static AnswerView View(string text, AnswerKind kind) =>
        new()
        {
            Investigation = "261125-aaaaaaaaaa",
            Kind = kind,
            Fault = "config.missing-secret",
            Verdict = text,
            Cause = text,
            Certainty = "likely",
            Cluster = text,
            Sections = [.. Enum.GetValues<AnswerSectionKind>().Select(section => Section(section, text))],
        };

    private static AnswerSection Section(AnswerSectionKind kind, string text)
    {
        IReadOnlyList<string> verbatim = kind switch
        {
            AnswerSectionKind.Changes or AnswerSectionKind.Evidence or AnswerSectionKind.Signals => [text],
            AnswerSectionKind.Fix => [text, "", text],
            _ => [],
        };
        var isIncident = kind == AnswerSectionKind.SimilarIncidents;
        return new(
            kind,
            text,
            [
                .. Enumerable
                    .Range(1, 12)
                    .Select(n => new AnswerLine(text)
                    {
                        Verbatim = verbatim,
                        Citation = verbatim.Count == 1 ? n : null,
                        Incident = isIncident ? "e1" : null,
                        Link = isIncident ? new("https://fake.slack.com/archives/C1/p1") : null,
                    }),
            ]
        );
    }
}
