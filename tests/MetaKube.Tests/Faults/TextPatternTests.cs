using MetaKube.Faults;

namespace MetaKube.Tests.Faults;

public sealed class TextPatternTests
{
    [Theory]
    [InlineData("requires a CPU with AVX", "WARNING: MongoDB REQUIRES a cpu with AVX support")]
    [InlineData("lookup {host} on {server}: no such host", "dial tcp: lookup db on 10.96.0.10:53: no such host")]
    [InlineData("failed to open ... permission denied", "failed to open /data/a.db (rw): permission denied")]
    [InlineData("{host} could not be resolved", "proxy: db.shop could not be resolved (3)")]
    [InlineData("unknown directive {directive}", "unknown directive proxy_passs.")]
    [InlineData("failed to open {file} ... denied", "failed to open /data/a.db (rw): permission denied")]
    public void A_line_that_contains_the_pattern_matches(string pattern, string line) =>
        TextPattern.Parse(pattern).Match(line).ShouldNotBeNull();

    [Theory]
    [InlineData("requires a CPU with AVX", "the CPU supports AVX")]
    [InlineData("lookup {host} on {server}: no such host", "lookup db and cache on 10.96.0.10: no such host")]
    [InlineData("{host} could not be resolved", "could not be resolved")]
    [InlineData("unknown directive {directive}", "unknown directive ")]
    public void Any_other_line_does_not(string pattern, string line) =>
        TextPattern.Parse(pattern).Match(line).ShouldBeNull();

    [Fact]
    public void Slots_take_one_word_without_the_punctuation_after_it()
    {
        var slots = TextPattern
            .Parse("lookup {host} on {server}: no such host")
            .Match("lookup db on 10.0.0.1:53: no such host");
        slots.ShouldBe(new Dictionary<string, string> { ["host"] = "db", ["server"] = "10.0.0.1:53" });
        TextPattern.Parse("unknown directive {d}").Match("unknown directive foo: in /a")!["d"].ShouldBe("foo");
    }

    [Fact]
    public void A_later_occurrence_of_the_first_words_is_tried_as_well() =>
        TextPattern
            .Parse("unable to open {file} for reading")
            .Match("unable to open the store; unable to open a.db for reading")!["file"]
            .ShouldBe("a.db");

    [Fact]
    public void A_gap_is_bounded()
    {
        var pattern = TextPattern.Parse("failed to open ... permission denied");
        pattern.Match($"failed to open {new string('x', 190)} permission denied").ShouldNotBeNull();
        pattern.Match($"failed to open {new string('x', 300)} permission denied").ShouldBeNull();
    }

    [Theory]
    [InlineData("error {a}")]
    [InlineData("some words of {a}{b} text")]
    [InlineData("some words of ...{a}")]
    [InlineData("")]
    public void A_pattern_that_matches_too_much_is_refused(string pattern) =>
        Should.Throw<FormatException>(() => TextPattern.Parse(pattern));

    [Fact]
    public void A_hostile_line_is_matched_in_linear_time()
    {
        // Each of the occurrences is followed by a bounded window, so that the work per character is constant.
        var line = string.Concat(Enumerable.Repeat("failed to open ", 20_000));
        TextPattern.Parse("failed to open {file} ... permission denied").Match(line).ShouldBeNull();
    }
}
