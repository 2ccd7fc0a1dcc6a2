using MetaKube.ChatOps.Cli;
using MetaKube.Tests.Chat;

namespace MetaKube.Tests.Cli;

public sealed class AnswerTextTests
{
    [Fact]
    public void The_sections_come_in_the_order_of_the_view()
    {
        var view = SampleAnswer.View;
        var lines = AnswerText.Plain(view, remembered: true).ToList();
        lines[0].ShouldBe(view.Verdict);
        string.Join('\n', lines).ShouldShowInOrder(view, view.Sections);
        lines[^2].ShouldBe(view.Reference);
        lines[^1].ShouldContain("metakube feedback 261127-aaaaaaaaaa --fixed");
    }
}
