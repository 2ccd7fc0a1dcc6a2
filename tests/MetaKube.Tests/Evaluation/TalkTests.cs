using MetaKube.Evaluation.Conversations;

namespace MetaKube.Tests.Evaluation;

/// <summary>The scripted conversations of the evaluation, played with the whole bot in the fake Slack.</summary>
public sealed class TalkTests
{
    /// <summary>A ratchet: raise it when more turns are as expected, less three that a slow machine may cost.</summary>
    private const int FewestRight = 127;

    [Fact]
    public async Task Scripted_conversations_do_not_get_worse()
    {
        await using var output = new StringWriter();
        var turns = await TalkReport.RunAsync(
            Path.Combine(Folder, "scripts"),
            Path.Combine(Folder, "clusters"),
            "slack",
            only: "",
            shows: false,
            output
        );
        turns.Where(turn => turn.IsIntrusion).Select(Described).ShouldBeEmpty(output.ToString());
        turns.Where(turn => turn.IsFalseAllClear).Select(Described).ShouldBeEmpty(output.ToString());
        turns.Where(turn => turn.IsRepeatedCard).Select(Described).ShouldBeEmpty(output.ToString());
        turns.Count(turn => turn.IsRight).ShouldBeGreaterThanOrEqualTo(FewestRight, output.ToString());
    }

    private static string Folder => Path.Combine(Repository.Root, "tests", "MetaKube.Evaluation", "Conversations");

    private static string Described(TurnVerdict verdict) => $"{verdict.Script.File} turn {verdict.Turn.Number}";
}
