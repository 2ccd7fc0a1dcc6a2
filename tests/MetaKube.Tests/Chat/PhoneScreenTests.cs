using MetaKube.Chat;
using MetaKube.Cluster;
using MetaKube.Fakes;

namespace MetaKube.Tests.Chat;

public sealed class PhoneScreenTests
{
    [Theory]
    [InlineData("", 1)]
    [InlineData("one line", 1)]
    [InlineData("a line of exactly forty-four characters, yes", 1)]
    [InlineData("a line of exactly forty-five characters, yess", 2)]
    [InlineData("first\nsecond", 2)]
    [InlineData("https://a.example/one-word-of-more-than-two-lines/that-no-client-can-wrap/and-that-is-split/", 3)]
    public void Words_are_wrapped_and_a_longer_one_is_split(string text, int lines) =>
        PhoneScreen.LinesOf(text).ShouldBe(lines);

    [Fact]
    public async Task The_first_message_of_every_scenario_fits_a_phone_and_begins_with_a_sentence()
    {
        foreach (var scenario in Scenario.LoadAll().Where(scenario => Directory.Exists(scenario.Dump)))
        {
            var investigation = await MemorylessInvestigation.RunAsync(
                new DumpEvidence(scenario.Dump),
                scenario.Question,
                null,
                TestContext.Current.CancellationToken
            );
            var view = AnswerView.Of(investigation);
            IEnumerable<string?> lines =
            [
                view.Remark,
                view.Verdict,
                view.Cause,
                .. view.Summary.SelectMany(section =>
                    section.Lines.SelectMany(line => line.Verbatim.Prepend($"{section.Title}: {line.Text}"))
                ),
                view.SmallPrint,
            ];
            lines
                .OfType<string>()
                .Sum(PhoneScreen.LinesOf)
                .ShouldBeLessThanOrEqualTo(PhoneScreen.Height, scenario.Name);
            view.Verdict.ShouldNotContain(investigation.Diagnosis.Fault, customMessage: scenario.Name);
            if (investigation.Target is { } target)
                view.Verdict.ShouldContain(target.Name, customMessage: scenario.Name);
        }
    }
}
