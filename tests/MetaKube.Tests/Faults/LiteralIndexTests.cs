using MetaKube.Faults;

namespace MetaKube.Tests.Faults;

public sealed class LiteralIndexTests
{
    private static readonly LiteralIndex<string> Index = new([
        ("no space left", "1"),
        ("no space left on device", "2"),
        ("Space left", "3"),
        ("déjà vu là-bas", "4"),
    ]);

    [Theory]
    [InlineData("write /data: No Space Left on device", "1 2 3")]
    [InlineData("NO SPACE LEFT", "1 3")]
    [InlineData("no space lef", "")]
    [InlineData("", "")]
    [InlineData("c'est DÉJÀ VU LÀ-BAS", "4")]
    public void Each_text_of_a_line_is_found_in_any_letter_case(string line, string found) =>
        string.Join(' ', In(line).Order()).ShouldBe(found);

    [Fact]
    public void A_text_that_comes_twice_is_found_twice() =>
        In("no space left, no space left").Count(value => value == "1").ShouldBe(2);

    private static List<string> In(string line)
    {
        var found = new List<string>();
        Index.In(line, found);
        return found;
    }
}
