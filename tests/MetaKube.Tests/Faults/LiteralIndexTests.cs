using MetaKube.Faults;

namespace MetaKube.Tests.Faults;

public sealed class LiteralIndexTests
{
    private static readonly LiteralIndex<int> Index = new([
        ("no space left", 1),
        ("no space left on device", 2),
        ("Space left", 3),
        ("déjà vu là-bas", 4),
    ]);

    [Theory]
    [InlineData("write /data: No Space Left on device", new[] { 1, 3, 2 })]
    [InlineData("NO SPACE LEFT", new[] { 1, 3 })]
    [InlineData("no space lef", new int[0])]
    [InlineData("", new int[0])]
    [InlineData("c'est DÉJÀ VU LÀ-BAS", new[] { 4 })]
    public void Each_text_of_a_line_is_found_in_any_letter_case(string line, int[] found) =>
        Index.In(line).Order().ShouldBe(found.Order());

    [Fact]
    public void A_text_that_comes_twice_is_found_twice() =>
        Index.In("no space left, no space left").Count(value => value == 1).ShouldBe(2);
}
