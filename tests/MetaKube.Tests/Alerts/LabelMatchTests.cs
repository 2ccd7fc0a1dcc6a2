using System.Diagnostics;
using MetaKube.ChatOps.Alerts;

namespace MetaKube.Tests.Alerts;

public sealed class LabelMatchTests
{
    private static readonly Dictionary<string, string> Labels = new()
    {
        ["severity"] = "critical",
        ["namespace"] = "shop-eu",
    };

    [Theory]
    [InlineData("severity", "critical", true)]
    [InlineData("severity", "critical|warning", true)]
    [InlineData("namespace", "shop-.*", true)]
    [InlineData("severity", "crit", false)]
    [InlineData("namespace", "shop", false)]
    [InlineData("team", "", true)]
    [InlineData("team", ".+", false)]
    public void An_expression_has_to_match_the_whole_value(string label, string expression, bool fits) =>
        new LabelMatch(new Dictionary<string, string> { [label] = expression }).Fits(Labels).ShouldBe(fits);

    [Fact]
    public void All_labels_have_to_match()
    {
        new LabelMatch(new Dictionary<string, string>()).Fits(Labels).ShouldBeTrue();
        new LabelMatch(new Dictionary<string, string> { ["severity"] = "critical", ["namespace"] = "other" })
            .Fits(Labels)
            .ShouldBeFalse();
    }

    [Fact]
    public void An_expression_that_would_backtrack_takes_no_time()
    {
        var match = new LabelMatch(new Dictionary<string, string> { ["severity"] = "(a+)+b" });
        var began = Stopwatch.GetTimestamp();
        match.Fits(new Dictionary<string, string> { ["severity"] = new('a', 10_000) }).ShouldBeFalse();
        // With backtracking, the match would not end in practice.
        Stopwatch.GetElapsedTime(began).ShouldBeLessThan(TimeSpan.FromSeconds(30));
    }

    [Theory]
    [InlineData("[")]
    [InlineData("(a)\\1")]
    public void An_expression_that_cannot_be_used_is_named_with_its_setting(string expression) =>
        LabelMatch
            .Problems("Alerts:Routes:0", new Dictionary<string, string> { ["severity"] = expression })
            .ShouldHaveSingleItem()
            .ShouldStartWith("Alerts:Routes:0:Match: ");

    [Fact]
    public void Usable_expressions_are_no_problem() =>
        LabelMatch.Problems("Alerts:Routes:0", new Dictionary<string, string> { ["a"] = "b.*" }).ShouldBeEmpty();
}
